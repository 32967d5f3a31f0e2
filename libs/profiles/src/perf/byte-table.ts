const INITIAL_SLOTS = 1024;
const INITIAL_BYTES = 65_536;

/** One step of the hash over four bytes; cheap, and good enough with the finish below. */
export const hashWord = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};

/** Of a long byte string the hash takes the beginning only: a frame's address and the first letters of its name. */
export const HASHED = 24;
/** Strings of equal hash that one table holds; what begins like so many others belongs into a table of whole hashes. */
const MAX_COLLISIONS = 16;

/** The hash of the beginning of a range of bytes: whole words first, then the bytes left over. */
export const hashRange = (view: DataView, from: number, to: number): number =>
  hashWhole(view, from, Math.min(to, from + HASHED));

export const hashWhole = (view: DataView, from: number, end: number): number => {
  let hash = 0;
  let at = from;
  for (; at + 4 <= end; at += 4) hash = hashWord(hash, view.getInt32(at, true));
  for (; at < end; at++) hash = hashWord(hash, view.getUint8(at));
  return hash;
};

/**
 * Numbers byte strings in the order of their coming, without making a JavaScript string of any: a frame's line comes
 * thousands of times, and is decoded the first time only.
 */
export class ByteTable {
  size = 0;
  private slots = new Int32Array(INITIAL_SLOTS);
  private hashes = new Int32Array(INITIAL_SLOTS);
  private starts = new Int32Array(INITIAL_SLOTS + 1);
  private bytes = new Uint8Array(INITIAL_BYTES);
  private view = new DataView(this.bytes.buffer);

  /** Bytes held; the owner empties the table when it holds too many. */
  get held(): number {
    return this.starts[this.size] as number;
  }

  lengthOf(id: number): number {
    return (this.starts[id + 1] as number) - (this.starts[id] as number);
  }

  /** The number of the byte string, or -1. */
  find(view: DataView, from: number, to: number, hash: number): number {
    return this.search(view, from, to, hash, true);
  }

  /**
   * The number of the string that the bytes begin with, or -1. For strings that end in a mark which is nowhere else in
   * them (a newline), so that none begins with another.
   */
  findPrefix(view: DataView, from: number, to: number, hash: number): number {
    return this.search(view, from, to, hash, false);
  }

  private isCrowded(hash: number): boolean {
    const mask = this.slots.length - 1;
    let collisions = 0;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (this.slots[slot] as number) - 1;
      if (id === -1) return false;
      if (this.hashes[id] === hash && ++collisions === MAX_COLLISIONS) return true;
    }
  }

  private search(view: DataView, from: number, to: number, hash: number, whole: boolean): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    const room = to - from;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1;
      if (id === -1) return -1;
      if (hashes[id] !== hash) continue;
      const length = this.lengthOf(id);
      if (
        (whole ? length === room : length <= room) &&
        this.equal(this.starts[id] as number, view, from, from + length)
      )
        return id;
    }
  }

  /** Adds one that isn't there; gives its number, or -1 when too many have its hash. */
  add(view: DataView, from: number, to: number, hash: number): number {
    if (this.isCrowded(hash)) return -1;
    if (this.size * 2 >= this.slots.length) this.growSlots();
    const length = to - from;
    const start = this.held;
    if (start + length > this.bytes.length) this.growBytes(start + length);
    this.bytes.set(new Uint8Array(view.buffer, view.byteOffset + from, length), start);
    const id = this.size++;
    this.hashes[id] = hash;
    this.starts[id + 1] = start + length;
    this.place(id);
    return id;
  }

  clear(): void {
    this.size = 0;
    this.slots.fill(0);
  }

  private equal(start: number, view: DataView, from: number, to: number): boolean {
    const mine = this.view;
    let at = from;
    let own = start;
    for (; at + 4 <= to; at += 4, own += 4) {
      if (view.getInt32(at, true) !== mine.getInt32(own, true)) return false;
    }
    for (; at < to; at++, own++) if (view.getUint8(at) !== mine.getUint8(own)) return false;
    return true;
  }

  private place(id: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.hashes[id] as number) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = id + 1;
  }

  private growSlots(): void {
    const length = this.slots.length * 2;
    this.slots = new Int32Array(length);
    const hashes = new Int32Array(length);
    hashes.set(this.hashes);
    this.hashes = hashes;
    const starts = new Int32Array(length + 1);
    starts.set(this.starts);
    this.starts = starts;
    for (let id = 0; id < this.size; id++) this.place(id);
  }

  private growBytes(least: number): void {
    const bytes = new Uint8Array(Math.max(least, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}
