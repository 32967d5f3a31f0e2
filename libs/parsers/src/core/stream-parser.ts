import type { ParseResult } from '@fleetscope/contracts';
import { BlockReader } from './block-reader';
import { LineSplitter } from './line-splitter';
import type { ParseContext } from './parse-context';
import { ParseError } from './parse-error';
import type { ParserDefinition } from './parser-definition';
import { Sink } from './sink';

export interface StreamParser {
  /** Takes bytes (or text) cut anywhere. */
  push(chunk: Uint8Array | string): void;
  /** Ends the text. @throws ParseError when the text is not the tool's at all. */
  end(): ParseResult;
}

export const streamParser = (definition: ParserDefinition, ctx: ParseContext): StreamParser => {
  const sink = new Sink(definition.id, ctx);
  const parser = definition.create(sink, ctx);
  let first: { line: number; text: string } | null = null;
  const onLine = (text: string, line: number): void => {
    if (first === null && text.trim() !== '') first = { line, text };
    parser.line(text, line);
  };
  const onCut = (line: number, text: string): void =>
    sink.issue(line, text, `line longer than ${sink.limits.maxLineLength} characters: cut`);
  const lines = parser.block
    ? new BlockReader(sink.limits.maxLineLength, (block) => parser.block?.(block), onLine, onCut)
    : new LineSplitter(sink.limits.maxLineLength, onLine, onCut);
  return {
    push: (chunk) => lines.push(chunk),
    end: () => {
      lines.end();
      parser.end();
      if (!parser.recognised) {
        if (first !== null) throw new ParseError(definition.id, definition.expects, first.line, first.text);
        if (!definition.allowsEmpty) throw new ParseError(definition.id, definition.expects);
      }
      return sink.result();
    },
  };
};
