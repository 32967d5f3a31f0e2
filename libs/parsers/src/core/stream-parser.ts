import type { ParseResult } from '@fleetscope/contracts';
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
  const splitter = new LineSplitter(
    sink.limits.maxLineLength,
    (text, line) => {
      if (first === null && text.trim() !== '') first = { line, text };
      parser.line(text, line);
    },
    (line, text) => sink.issue(line, text, `line longer than ${sink.limits.maxLineLength} characters: cut`),
  );
  return {
    push: (chunk) => splitter.push(chunk),
    end: () => {
      splitter.end();
      if (first === null && !definition.allowsEmpty) throw new ParseError(definition.id, definition.expects);
      parser.end();
      if (first !== null && !parser.recognised) {
        throw new ParseError(definition.id, definition.expects, first.line, first.text);
      }
      return sink.result();
    },
  };
};
