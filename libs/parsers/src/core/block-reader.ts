import { LineBlock } from './line-block';
import { type OnLine, stripControls } from './line-splitter';

const NEWLINE = 10;
const BYTE_ORDER_MARK = '\ufeff';
/** Bytes that a UTF-16 unit may take. */
const MAX_UNIT = 3;
const NONE = new Uint8Array(0);
const encoder = new TextEncoder();

/** Takes lines of a block that it can read as bytes, and stops at the first that it can't. */
export type OnBlock = (block: LineBlock) => void;

/** Turns chunks, cut anywhere, into blocks of whole lines; the lines that nobody reads as bytes become text. */
export class BlockReader {
  private readonly block: LineBlock;
  private held: Uint8Array = NONE;
  private heldLength = 0;
  private readonly maxHeld: number;

  constructor(
    private readonly maxLineLength: number,
    private readonly onBlock: OnBlock,
    private readonly onLine: OnLine,
    private readonly onCut: (line: number, text: string) => void,
  ) {
    this.block = new LineBlock(maxLineLength);
    this.maxHeld = (maxLineLength + 1) * MAX_UNIT;
  }

  push(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
    let from = 0;
    if (this.heldLength > 0) {
      const newline = bytes.indexOf(NEWLINE);
      from = newline === -1 ? bytes.length : newline;
      this.hold(bytes, 0, from);
      if (newline === -1) return;
      this.endHeld();
      from++;
    }
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > from) {
      this.block.load(bytes, from, end, typeof chunk === 'string' ? chunk : null);
      this.read();
      from = end;
    }
    this.hold(bytes, from, bytes.length);
  }

  end(): void {
    if (this.heldLength > 0) this.endHeld();
  }

  private hold(bytes: Uint8Array, from: number, to: number): void {
    const kept = Math.min(to - from, this.maxHeld - this.heldLength);
    if (kept <= 0) return;
    const needed = this.heldLength + kept + 1;
    if (needed > this.held.length) {
      const larger = new Uint8Array(Math.max(256, needed * 2));
      larger.set(this.held.subarray(0, this.heldLength));
      this.held = larger;
    }
    this.held.set(bytes.subarray(from, from + kept), this.heldLength);
    this.heldLength += kept;
  }

  private endHeld(): void {
    this.held[this.heldLength] = NEWLINE;
    this.block.load(this.held.subarray(0, this.heldLength + 1), 0, this.heldLength + 1, null);
    this.heldLength = 0;
    this.read();
  }

  private read(): void {
    const { block } = this;
    while (block.at < block.end) {
      this.onBlock(block);
      if (block.at < block.end) this.line(block);
    }
  }

  private line(block: LineBlock): void {
    const newline = block.newline();
    let text = block.slice(block.at, newline);
    if (block.line === 1 && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    if (text.length > this.maxLineLength) {
      text = text.slice(0, this.maxLineLength);
      this.onCut(block.line, text);
    }
    if (text.endsWith('\r')) text = text.slice(0, -1);
    this.onLine(stripControls(text), block.line);
    block.next(newline);
  }
}
