import type { LineBlock } from './line-block';

/** Bytes behind those that are known that are looked at with the last ones. */
const PADDING = 4;

/** A line, or a part of one, that comes again and again (a heading, a banner): known by its bytes, four at a time. */
export class KnownBytes {
  readonly length: number;
  private readonly view: DataView;
  /** Bits of the last four bytes that are behind those that are known. */
  private readonly behind: number;

  /** Those of the block from `from` to `to`: no newline may be among them, but at their end. */
  constructor(block: LineBlock, from: number, to: number) {
    this.length = to - from;
    const bytes = new Uint8Array(this.length + PADDING);
    bytes.set(block.bytes.subarray(from, to));
    this.view = new DataView(bytes.buffer);
    this.behind = (4 - (this.length & 3)) << 3;
  }

  /** Whether they stand at `at`. (What differs is found at the end of the other line at the latest, before its block ends.) */
  isAt(other: DataView, at: number): boolean {
    const { view } = this;
    const whole = this.length & ~3;
    for (let i = 0; i < whole; i += 4) if (view.getInt32(i, true) !== other.getInt32(at + i, true)) return false;
    if (this.behind === 32) return true;
    return (view.getInt32(whole, true) ^ other.getInt32(at + whole, true)) << this.behind === 0;
  }
}
