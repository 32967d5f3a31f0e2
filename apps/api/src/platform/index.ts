export { Database, type Tx } from './database.service';
export { PostgresBus } from './postgres-bus';
export { ProblemException, invalid, notFound } from './problem';
export { fieldErrors } from './field-errors';
export { asRequestFrom, requestOrigin } from './request-origin';
export { RUNTIME, type Runtime } from './runtime';
export { SecretBox } from './secret-box';
export { storableJson } from './storable-json';
export { createZodDto } from './zod-dto';
