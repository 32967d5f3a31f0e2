import { LineBlock, type Room, roomFor } from './line-block';
import { type OnLine, stripControls } from './line-splitter';

const NEWLINE = 10;
const BYTE_ORDER_MARK = '\ufeff';
/** Bytes that a UTF-16 unit may take. */
const MAX_UNIT = 3;
const FIRST_HELD = 256;
/** So much is taken of a chunk at a time that it stays in the processor's cache while it is read. */
const PIECE = 32_768;
const encoder = new TextEncoder();

/** All parsers share it: it holds lines only while one of them takes a chunk. */
const shared = roomFor(PIECE * MAX_UNIT);

/** Takes lines of a block that it can read as bytes, and stops at the first that it can't. */
export type OnBlock = (block: LineBlock) => void;

type Chunk = Uint8Array | string;

const newlineFrom = (chunk: Chunk, from: number): number =>
  typeof chunk === 'string' ? chunk.indexOf('\n', from) : chunk.indexOf(NEWLINE, from);

const lastNewline = (chunk: Chunk, from: number): number =>
  typeof chunk === 'string' ? chunk.lastIndexOf('\n', from) : chunk.lastIndexOf(NEWLINE, from);

/** Turns chunks, cut anywhere, into blocks of whole lines; the lines that nobody reads as bytes become text. */
export class BlockReader {
  private readonly block: LineBlock;
  /** The beginning of a line whose end is in a later chunk. */
  private held: Room | null = null;
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

  push(chunk: Chunk): void {
    let from = 0;
    while (from < chunk.length) {
      const last = this.heldLength > 0 ? -1 : lastNewline(chunk, Math.min(chunk.length, from + PIECE) - 1);
      if (last >= from) {
        this.take(chunk, from, last + 1);
        from = last + 1;
        continue;
      }
      // The end of a line that is held, a line longer than a piece, or the beginning of the last one.
      const newline = newlineFrom(chunk, from);
      this.hold(chunk, from, newline === -1 ? chunk.length : newline);
      if (newline === -1) return;
      this.endHeld();
      from = newline + 1;
    }
  }

  end(): void {
    if (this.heldLength > 0) this.endHeld();
  }

  /** Reads whole lines, no more than a piece of them. */
  private take(chunk: Chunk, from: number, to: number): void {
    if (typeof chunk === 'string') {
      const text = chunk.slice(from, to);
      this.block.load(shared, encoder.encodeInto(text, shared.bytes).written, text, chunk.length - to);
    } else {
      shared.bytes.set(chunk.subarray(from, to));
      this.block.load(shared, to - from, null, chunk.length - to);
    }
    this.read();
  }

  private hold(chunk: Chunk, from: number, to: number): void {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk.slice(from, to)) : chunk.subarray(from, to);
    const kept = Math.min(bytes.length, this.maxHeld - this.heldLength);
    const needed = this.heldLength + kept + 1;
    if (!this.held || needed > this.held.bytes.length) {
      const larger = roomFor(Math.max(FIRST_HELD, needed * 2));
      if (this.held) larger.bytes.set(this.held.bytes.subarray(0, this.heldLength));
      this.held = larger;
    }
    if (kept > 0) this.held.bytes.set(bytes.subarray(0, kept), this.heldLength);
    this.heldLength += Math.max(0, kept);
  }

  private endHeld(): void {
    const { held, heldLength } = this;
    if (!held) return;
    held.bytes[heldLength] = NEWLINE;
    this.heldLength = 0;
    this.block.load(held, heldLength + 1, null);
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
