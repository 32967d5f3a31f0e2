import type { LineBlock } from './line-block';
import type { ParseContext } from './parse-context';
import type { Sink } from './sink';

/** Reads lines one at a time and gives what it finds to the sink. */
export interface LineParser {
  line(text: string, number: number): void;
  /**
   * Reads lines as bytes, as many as are plain, and stops at the first that it leaves to `line`. For parsers of long tables:
   * what it reads it must read as `line` would.
   */
  block?(block: LineBlock): void;
  /** Called once, after the last line. */
  end(): void;
  /** Whether anything was this tool's. When nothing was, the text is refused with a ParseError. */
  readonly recognised: boolean;
}

export interface ParserDefinition {
  readonly id: string;
  readonly title: string;
  /** The programs, or files, whose text it reads. */
  readonly tools: readonly string[];
  /** What the text of such a tool begins with, for the message of a ParseError. */
  readonly expects: string;
  /** What the keys of `rows` mean, for those that need a word. */
  readonly fields: Readonly<Record<string, string>>;
  /**
   * Where there is no recording of the tool: the release whose published examples the tests read. Left out, a tool without
   * recordings is untested.
   */
  readonly documented?: string;
  /** An empty text is an answer (a kernel log without a line), not an error. */
  readonly allowsEmpty?: boolean;
  /** How sure it is, from 0 (not at all) to 1, that a text beginning with these lines is the tool's. */
  readonly likelihood: (head: readonly string[]) => number;
  readonly create: (sink: Sink, ctx: ParseContext) => LineParser;
}
