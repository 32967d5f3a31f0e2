import type { LineBlock } from './line-block';

const FIRST_SLOTS = 128;
const FIRST_BYTES = 1024;
/** The names of a short text are sooner made strings than put into tables of bytes. */
const FEW_LOOKS = 48;
/** Bytes behind a name that are looked at with its last ones. */
const PADDING = 4;
/** Slots that are tried for a name: texts made to collide cost what new names cost, and no more. */
const MAX_TRIES = 8;
/** An odd number whose bits are spread: 2^32 over the golden ratio. */
const SPREAD = 0x9e3779b1;

/**
 * Names that repeat in a text (devices, CPUs, commands), each kept once and known by a number. A name that was there before is
 * found by its bytes, four at a time, without making a string of it.
 */
export class NameTable {
  readonly names: string[] = [];
  private ids: Map<string, number> | null = null;
  private seen: SeenNames | null = null;
  private looks = 0;

  idOf(name: string): number {
    this.ids ??= new Map();
    let id = this.ids.get(name);
    if (id === undefined) {
      id = this.names.length;
      this.names.push(name);
      this.ids.set(name, id);
    }
    return id;
  }

  /** The id of the ASCII text of the block from `from` to `to`. */
  idAt(block: LineBlock, from: number, to: number): number {
    if (this.looks < FEW_LOOKS) {
      this.looks++;
      return this.idOf(block.slice(from, to));
    }
    const seen = (this.seen ??= new SeenNames(FIRST_SLOTS, FIRST_BYTES));
    const id = seen.find(block.view, from, to);
    return id === -1 ? this.seeFirst(seen, block, from, to) : id;
  }

  private seeFirst(seen: SeenNames, block: LineBlock, from: number, to: number): number {
    const id = this.idOf(block.slice(from, to));
    // A larger one that fills again: names of hostile texts (all different) cost no copying beyond it.
    if (!seen.add(id, block.bytes, from, to)) this.seen = seen.larger(to - from);
    return id;
  }
}

/** Open addressing by a hash of the bytes. */
class SeenNames {
  /** 0 is free, else the place of a name + 1. */
  private readonly slots: Int32Array;
  private readonly ids: Int32Array;
  private readonly starts: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  /** Which name came after each, the last time: reports list the same devices in the same order again and again. */
  private readonly following: Int32Array;
  private last = 0;
  private count = 0;
  private hash = 0;

  constructor(slots: number, bytes: number) {
    this.slots = new Int32Array(slots);
    this.ids = new Int32Array(slots);
    this.starts = new Int32Array(slots + 1);
    this.following = new Int32Array(slots);
    this.bytes = new Uint8Array(bytes + PADDING);
    this.view = new DataView(this.bytes.buffer);
  }

  /** The id of the name; -1 when it isn't there. */
  find(view: DataView, from: number, to: number): number {
    const expected = this.following[this.last] ?? 0;
    if (expected < this.count && this.is(expected, view, from, to)) {
      this.last = expected;
      return this.ids[expected] ?? 0;
    }
    const { slots } = this;
    const length = to - from;
    const whole = length & ~3;
    // What of the last four bytes is behind the name is shifted out.
    const behind = (4 - (length & 3)) << 3;
    let hash = length;
    for (let i = 0; i < whole; i += 4) hash = Math.imul(hash ^ view.getInt32(from + i, true), SPREAD);
    if (behind < 32) hash = Math.imul(hash ^ (view.getInt32(from + whole, true) << behind), SPREAD);
    hash ^= hash >>> 15;
    this.hash = hash;
    const mask = slots.length - 1;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const place = (slots[(hash + tries) & mask] ?? 0) - 1;
      if (place < 0) return -1;
      if (!this.is(place, view, from, to)) continue;
      this.following[this.last] = place;
      this.last = place;
      return this.ids[place] ?? 0;
    }
    return -1;
  }

  /** Whether the name at a place is that from `from` to `to`. */
  private is(place: number, view: DataView, from: number, to: number): boolean {
    const start = this.starts[place] ?? 0;
    const length = to - from;
    if ((this.starts[place + 1] ?? 0) - start !== length) return false;
    const other = this.view;
    const whole = length & ~3;
    for (let i = 0; i < whole; i += 4)
      if (other.getInt32(start + i, true) !== view.getInt32(from + i, true)) return false;
    if (whole === length) return true;
    const differs = other.getInt32(start + whole, true) ^ view.getInt32(from + whole, true);
    return differs << ((4 - (length & 3)) << 3) === 0;
  }

  /** Adds the name that was looked for last; false when there is no room for it. */
  add(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const { slots, starts, count, hash } = this;
    const start = starts[count] ?? 0;
    const end = start + to - from;
    if (count * 2 >= slots.length || end + PADDING > this.bytes.length) return false;
    const mask = slots.length - 1;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const slot = (hash + tries) & mask;
      if (slots[slot] !== 0) continue;
      slots[slot] = count + 1;
      this.ids[count] = id;
      for (let i = from; i < to; i++) this.bytes[start + i - from] = bytes[i] ?? 0;
      starts[count + 1] = end;
      this.count++;
      return true;
    }
    return true;
  }

  /** An empty one that has room for a name of this length, and more. */
  larger(length: number): SeenNames {
    const { slots, bytes, count } = this;
    const isFull = count * 2 >= slots.length;
    return new SeenNames(isFull ? slots.length * 2 : slots.length, Math.max(bytes.length, length) * 2);
  }
}
