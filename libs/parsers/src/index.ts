export { ParseError } from './core/parse-error';
export { DEFAULT_LIMITS, type ParseContext, type ParseLimits } from './core/parse-context';
export type { ParserDefinition } from './core/parser-definition';
export type { StreamParser } from './core/stream-parser';
export { createParser, detect, PARSERS, parserIds, parserNamed, parseText, type ParserId } from './registry';
