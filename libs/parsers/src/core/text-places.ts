import type { BlockText } from './block-text';
import type { LineBlock } from './line-block';

/** More bytes than a part may have. */
const LENGTHS = 2 ** 22;
/** Bytes of text whose places, with a length beside them, a double holds. */
const MAX_TEXT = 2 ** 31;

/** Parts of a text that are kept as numbers, which say where they stand, and read when somebody asks. */
export class TextPlaces {
  private texts: BlockText[] = [];
  /** Where each begins in all the text that is kept. */
  private begins: number[] = [];
  private end = 0;
  private begin = 0;
  private load = 0;

  /** The place of the block's bytes from `from` to `to`; -1 when they are too many. */
  place(block: LineBlock, from: number, to: number): number {
    if (block.loads !== this.load) this.keep(block);
    if (to - from >= LENGTHS || this.end > MAX_TEXT) return -1;
    return (this.begin + from) * LENGTHS + (to - from);
  }

  private keep(block: LineBlock): void {
    this.load = block.loads;
    this.begin = this.end;
    this.end += block.end;
    this.texts.push(block.text.keep());
    this.begins.push(this.begin);
  }

  /** What stands at a place. */
  text(place: number): string {
    const from = Math.floor(place / LENGTHS);
    const length = place % LENGTHS;
    const { begins } = this;
    let low = 0;
    let high = begins.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((begins[middle] ?? 0) <= from) low = middle;
      else high = middle - 1;
    }
    const at = from - (begins[low] ?? 0);
    return this.texts[low]?.slice(at, at + length) ?? '';
  }

  clear(): void {
    this.texts = [];
    this.begins = [];
    this.end = 0;
    this.load = 0;
  }
}
