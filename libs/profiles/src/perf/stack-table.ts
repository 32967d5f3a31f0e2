import { hashWord } from './byte-table';

const BLOCK_BITS = 15;
const BLOCK = 1 << BLOCK_BITS;
const INITIAL_STACKS = 1024;
const OUTPUT_BLOCK = 65_536;

/** Frames of one stack at the most; the kernel's own limit (kernel.perf_event_max_stack) is far below. */
export const MAX_DEPTH = BLOCK;

/**
 * Counts stacks. Names are strings of bytes (one character a byte), so that they sort and print as they came, whatever
 * their encoding. A stack is the numbers of its names, leaf first; memory grows with what differs, not with what comes.
 */
export class StackTable {
  readonly names: string[] = [];
  private readonly ids = new Map<string, number>();
  private readonly blocks: Int32Array[] = [];
  private free = BLOCK;
  private slots = new Int32Array(INITIAL_STACKS * 2);
  private hashes = new Int32Array(INITIAL_STACKS);
  private starts = new Int32Array(INITIAL_STACKS);
  private depths = new Int32Array(INITIAL_STACKS);
  private counts = new Float64Array(INITIAL_STACKS);
  size = 0;

  name(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.names.length;
      this.ids.set(text, id);
      this.names.push(text);
    }
    return id;
  }

  /** Adds to the count of the stack `frames[0..depth)`, leaf first. */
  add(frames: Int32Array, depth: number, count: number): void {
    let hash = 0;
    for (let at = 0; at < depth; at++) hash = hashWord(hash, frames[at] as number);
    const { slots, hashes, starts, depths } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1;
      if (id === -1) break;
      if (hashes[id] === hash && depths[id] === depth && this.same(starts[id] as number, frames, depth)) {
        (this.counts[id] as number) += count;
        return;
      }
    }
    this.insert(frames, depth, count, hash);
  }

  /** Stacks as `root;…;leaf count` lines, in the order of their bytes, in blocks of some kilobytes. */
  *folded(): Generator<Uint8Array> {
    let text = '';
    for (const id of this.sorted()) {
      const block = this.blockOf(id);
      const start = (this.starts[id] as number) & (BLOCK - 1);
      for (let at = (this.depths[id] as number) - 1; at >= 0; at--) {
        text += this.names[block[start + at] as number] as string;
        text += at === 0 ? ' ' : ';';
      }
      text += `${this.counts[id] as number}\n`;
      if (text.length >= OUTPUT_BLOCK) {
        yield toBytes(text);
        text = '';
      }
    }
    if (text !== '') yield toBytes(text);
  }

  private blockOf(id: number): Int32Array {
    return this.blocks[(this.starts[id] as number) >>> BLOCK_BITS] as Int32Array;
  }

  /** Compared as the folded lines would be, without making them: the first name that differs decides. */
  private sorted(): Int32Array {
    const order = Int32Array.from({ length: this.names.length }, (_, id) => id);
    const within = this.names.map((name) => `${name};`);
    order.sort((a, b) => compare(within[a] as string, within[b] as string));
    const rank = new Int32Array(order.length);
    order.forEach((id, at) => (rank[id] = at));
    return Int32Array.from({ length: this.size }, (_, id) => id).sort((a, b) => {
      const one = this.blockOf(a);
      const other = this.blockOf(b);
      const oneStart = (this.starts[a] as number) & (BLOCK - 1);
      const otherStart = (this.starts[b] as number) & (BLOCK - 1);
      let oneAt = (this.depths[a] as number) - 1;
      let otherAt = (this.depths[b] as number) - 1;
      for (; oneAt >= 0 && otherAt >= 0; oneAt--, otherAt--) {
        const x = one[oneStart + oneAt] as number;
        const y = other[otherStart + otherAt] as number;
        if (x === y) continue;
        if (oneAt > 0 && otherAt > 0) return (rank[x] as number) - (rank[y] as number);
        // Behind a leaf there is the end of the line, not a semicolon.
        return compare(
          (oneAt > 0 ? within[x] : this.names[x]) as string,
          (otherAt > 0 ? within[y] : this.names[y]) as string,
        );
      }
      return oneAt - otherAt;
    });
  }

  private same(start: number, frames: Int32Array, depth: number): boolean {
    const block = this.blocks[start >>> BLOCK_BITS] as Int32Array;
    const from = start & (BLOCK - 1);
    for (let at = 0; at < depth; at++) if (block[from + at] !== frames[at]) return false;
    return true;
  }

  private insert(frames: Int32Array, depth: number, count: number, hash: number): void {
    if (this.size === this.hashes.length) this.grow();
    if (this.free + depth > BLOCK) {
      this.blocks.push(new Int32Array(BLOCK));
      this.free = 0;
    }
    const last = this.blocks.length - 1;
    (this.blocks[last] as Int32Array).set(frames.subarray(0, depth), this.free);
    const id = this.size++;
    this.starts[id] = last * BLOCK + this.free;
    this.depths[id] = depth;
    this.hashes[id] = hash;
    this.counts[id] = count;
    this.free += depth;
    this.place(id);
  }

  private place(id: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.hashes[id] as number) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = id + 1;
  }

  private grow(): void {
    const length = this.hashes.length * 2;
    const wider = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(length);
      grown.set(old);
      return grown;
    };
    this.hashes = wider(this.hashes);
    this.starts = wider(this.starts);
    this.depths = wider(this.depths);
    const counts = new Float64Array(length);
    counts.set(this.counts);
    this.counts = counts;
    this.slots = new Int32Array(length * 2);
    for (let id = 0; id < this.size; id++) this.place(id);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const toBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
};
