import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { type FieldError } from '@fleetscope/contracts';
import { ZodValidationException, ZodValidationPipe } from 'nestjs-zod';
import { type ZodError } from 'zod';
import { fieldErrors, unstorable } from './field-errors';
import { ProblemException } from './problem';

const FROM_OUTSIDE = new Set(['body', 'query', 'param']);

const refuse = (errors: FieldError[]): ProblemException => {
  const [first] = errors;
  const said = first
    ? `${first.path}: expected ${first.expected}${first.got ? `, got ${first.got}` : ''}`
    : 'not valid';
  return new ProblemException(400, said, { errors });
};

/** The edge: whatever comes from outside passes here once, and is trusted inside. */
@Injectable()
export class InputPipe implements PipeTransform {
  private readonly zod = new ZodValidationPipe();

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (!FROM_OUTSIDE.has(metadata.type)) return value;
    const bad = unstorable(value);
    if (bad) throw refuse([bad]);
    try {
      return this.zod.transform(value, metadata);
    } catch (error) {
      if (error instanceof ZodValidationException) throw refuse(fieldErrors(error.getZodError() as ZodError, value));
      throw error;
    }
  }
}
