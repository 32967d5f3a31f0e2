import { BlockText } from './block-text';
import { scanner } from './word-scanner';

const NEWLINE = 10;
/** Bytes behind the last line that readers of four at a time may look at. */
const PADDING = 8;

/** Room for bytes, to be read one at a time and four at a time. */
export interface Room {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Room for `length` bytes and what may be looked at behind them. */
export const roomFor = (length: number): Room => {
  const bytes = new Uint8Array(length + PADDING);
  return { bytes, view: new DataView(bytes.buffer) };
};

const NONE = roomFor(0);

/**
 * Whole lines of a text as bytes, each ended by a newline, and where the reading stands. Lines of plain ASCII are read in
 * place; text is made only of the parts that are asked for.
 */
export class LineBlock {
  bytes: Uint8Array = NONE.bytes;
  view: DataView = NONE.view;
  /** Where the next line begins. */
  at = 0;
  /** Behind the last newline. */
  end = 0;
  /** Number of the next line. */
  line = 1;
  /** How many blocks there were: tells one block's text from another's. */
  loads = 0;
  /** Bytes of the chunk that come after this block, and of all blocks before it. */
  private ahead = 0;
  private before = 0;
  private source: string | null = null;
  private made: BlockText | null = null;

  constructor(readonly maxLineLength: number) {}

  /**
   * Takes the lines that end at `end`, with `ahead` bytes of their chunk to come; `text` is the string that the bytes were made
   * of, if they were.
   */
  load({ bytes, view }: Room, end: number, text: string | null, ahead = 0): void {
    this.before += this.end;
    this.bytes = bytes;
    this.view = view;
    this.at = 0;
    this.end = end;
    this.loads++;
    this.ahead = ahead;
    this.source = text;
    this.made = null;
  }

  /** How many times as much of the chunk is still to come as was read of the text. */
  get timesAhead(): number {
    return (this.end - this.at + this.ahead) / Math.max(1, this.before + this.at);
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
  scan(): number {
    const newline = scanner.scan(this.bytes, this.at);
    return newline - this.at > this.maxLineLength ? -1 : newline;
  }

  get text(): BlockText {
    return (this.made ??= new BlockText(this.bytes, this.end, this.source));
  }

  slice(from: number, to: number): string {
    return this.text.slice(from, to);
  }

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
