import type { LineBlock } from './line-block';

const NEWLINE = 10;

/** The end of a line, or a whole one, that comes again and again: a heading, a banner. */
export class KnownLine {
  private readonly bytes: Uint8Array;

  constructor(block: LineBlock, from: number, newline: number) {
    this.bytes = block.bytes.slice(from, newline + 1);
  }

  /** The position of its newline where the block has it at `at`; -1 when something else stands there. */
  newline(block: LineBlock, at: number): number {
    const { bytes } = this;
    const other = block.bytes;
    const { length } = bytes;
    for (let i = 0; i < length; i++) if (bytes[i] !== other[at + i]) return -1;
    return bytes[length - 1] === NEWLINE ? at + length - 1 : -1;
  }
}
