/** Typed arrays that grow. */
export class GrowingInts {
  size = 0;
  private items = new Int32Array(256);

  push(value: number): number {
    if (this.size === this.items.length) {
      const grown = new Int32Array(this.size * 2);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.size] = value;
    return this.size++;
  }

  at(index: number): number {
    return this.items[index] as number;
  }

  all(): Int32Array {
    return this.items.slice(0, this.size);
  }
}

export class GrowingDoubles {
  size = 0;
  private items = new Float64Array(256);

  push(value: number): void {
    if (this.size === this.items.length) {
      const grown = new Float64Array(this.size * 2);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.size++] = value;
  }

  all(): Float64Array {
    return this.items.slice(0, this.size);
  }
}

/** Numbers pairs of small integers in the order of their coming: a hash table without a string or an object for each. */
export class PairTable {
  size = 0;
  private slots = new Int32Array(1024);
  readonly first = new GrowingInts();
  readonly second = new GrowingInts();

  /** The number of the pair, which is new when it equals `size` before the call. */
  add(first: number, second: number): number {
    const mask = this.slots.length - 1;
    for (let slot = mix(first, second) & mask; ; slot = (slot + 1) & mask) {
      const id = (this.slots[slot] as number) - 1;
      if (id === -1) {
        this.slots[slot] = this.size + 1;
        this.first.push(first);
        this.second.push(second);
        this.size++;
        if (this.size * 2 > this.slots.length) this.grow();
        return this.size - 1;
      }
      if (this.first.at(id) === first && this.second.at(id) === second) return id;
    }
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.size; id++) {
      let slot = mix(this.first.at(id), this.second.at(id)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = id + 1;
    }
  }
}

const mix = (first: number, second: number): number => {
  const hash = Math.imul(first ^ Math.imul(second, 0x85ebca6b), 0x9e3779b1);
  return hash ^ (hash >>> 15);
};

/** Sums by index, which grow with the highest one. */
export class GrowingSums {
  private items = new Float64Array(1024);

  add(index: number, value: number): void {
    if (index >= this.items.length) {
      const grown = new Float64Array(Math.max(index + 1, this.items.length * 2));
      grown.set(this.items);
      this.items = grown;
    }
    this.items[index] = (this.items[index] as number) + value;
  }

  at(index: number): number {
    return this.items[index] ?? 0;
  }

  all(size: number): Float64Array {
    this.add(Math.max(0, size - 1), 0);
    return this.items.slice(0, size);
  }
}
