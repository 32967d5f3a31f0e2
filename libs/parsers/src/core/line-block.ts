import { scanner } from './word-scanner';

const NEWLINE = 10;
const NONE = new Uint8Array(0);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Whole lines of a text as bytes, each ended by a newline, and where the reading stands. Lines of plain ASCII are read in
 * place; text is made only of the parts that are asked for.
 */
export class LineBlock {
  bytes: Uint8Array = NONE;
  /** Where the next line begins. */
  at = 0;
  /** Behind the last newline. */
  end = 0;
  /** Number of the next line. */
  line = 1;
  /** The same as a string, when every byte is a character: positions are the same then. */
  private text: string | null = null;
  private asked = false;

  constructor(private readonly maxLineLength: number) {}

  /** `text` is the string that the bytes were made of, if they were. */
  load(bytes: Uint8Array, at: number, end: number, text: string | null): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.text = text !== null && text.length === bytes.length ? text : null;
    this.asked = this.text !== null || text !== null;
  }

  /** Goes on behind the newline at `newline`. */
  next(newline: number): void {
    this.at = newline + 1;
    this.line++;
  }

  /**
   * Scans the words of the line at `at` into the scanner and gives the position of its newline; -1 when the line has to be
   * read as text.
   */
  scan(mark: number): number {
    const newline = scanner.scan(this.bytes, this.at, mark);
    return newline - this.at > this.maxLineLength ? -1 : newline;
  }

  readonly slice = (from: number, to: number): string => {
    if (!this.asked) {
      this.asked = true;
      const text = decoder.decode(this.bytes);
      if (text.length === this.bytes.length) this.text = text;
    }
    return this.text === null ? decoder.decode(this.bytes.subarray(from, to)) : this.text.slice(from, to);
  };

  /** The newline that ends the line at `at`. */
  newline(): number {
    const found = this.bytes.indexOf(NEWLINE, this.at);
    return found === -1 || found >= this.end ? this.end - 1 : found;
  }

  /** Whether the bytes from `from` to `to` are this text, of ASCII alone. */
  equals(from: number, to: number, text: string): boolean {
    if (to - from !== text.length) return false;
    for (let i = 0; i < text.length; i++) if (this.bytes[from + i] !== text.charCodeAt(i)) return false;
    return true;
  }
}
