const FIRST_SLOTS = 128;

/**
 * Names that repeat in a text (devices, CPUs, commands), each kept once and known by a number. A name is found by its bytes
 * without making a string of it.
 */
export class NameTable {
  readonly names: string[] = [];
  private ids: Map<string, number> | null = null;
  /** Open addressing by a hash of the bytes; 0 is free, else id + 1. */
  private slots: Int32Array | null = null;
  private used = 0;

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

  /** The id of the ASCII text at `from`; `slice` makes the string of it the first time. */
  idAt(bytes: Uint8Array, from: number, to: number, slice: (from: number, to: number) => string): number {
    this.slots ??= new Int32Array(FIRST_SLOTS);
    let hash = to - from;
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0;
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let stored = this.slots[slot] ?? 0; stored !== 0; stored = this.slots[slot] ?? 0) {
      if (same(this.names[stored - 1] ?? '', bytes, from, to)) return stored - 1;
      slot = (slot + 1) & mask;
    }
    const id = this.idOf(slice(from, to));
    this.slots[slot] = id + 1;
    if (++this.used * 2 > this.slots.length) this.forget(this.slots.length * 2);
    return id;
  }

  /** A larger table that fills again: names of hostile texts (all different) cost no rehashing beyond it. */
  private forget(slots: number): void {
    this.slots = new Int32Array(slots);
    this.used = 0;
  }
}

const same = (name: string, bytes: Uint8Array, from: number, to: number): boolean => {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
};
