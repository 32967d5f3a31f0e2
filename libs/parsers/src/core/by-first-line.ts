import { type LineBlock } from './line-block';
import { type LineParser } from './parser-definition';

/** A tool's text comes in one of several forms, JSON among them: the first line that is not empty tells which. */
export class ByFirstLine implements LineParser {
  private chosen: LineParser | null = null;

  /** `choose` gets the line without its indent; `emptyIsFine`: text without any line is this tool's, too. */
  constructor(
    private readonly choose: (first: string) => LineParser,
    private readonly emptyIsFine = false,
  ) {}

  get recognised(): boolean {
    return this.chosen?.recognised ?? this.emptyIsFine;
  }

  block(block: LineBlock): void {
    this.chosen?.block?.(block);
  }

  line(text: string, line: number): void {
    if (!this.chosen && text.trim() !== '') this.chosen = this.choose(text.trimStart());
    this.chosen?.line(text, line);
  }

  end(): void {
    this.chosen?.end();
  }
}
