export interface Counter {
  readonly value: number;
  readonly line: number;
}

/** So many names are looked for one by one; for more it is worth hashing all that are there. */
const FEW_LOOKS = 20;

/** Counters of one snapshot by name, each with the line it stands in; of counters of one name the last counts. */
export class Counters {
  readonly names: string[];
  readonly values: number[];
  readonly lines: number[];
  private size = 0;
  private looks = 0;
  private index: Map<string, number> | null = null;

  /** Room for so many at first: arrays that grow copy what they hold. */
  constructor(room = 0) {
    this.names = new Array<string>(room);
    this.values = new Array<number>(room);
    this.lines = new Array<number>(room);
  }

  set(name: string, value: number, line: number): void {
    this.index?.set(name, this.size);
    this.names[this.size] = name;
    this.values[this.size] = value;
    this.lines[this.size++] = line;
  }

  /** All are there: room that was not used goes. */
  whole(): this {
    for (const array of [this.names, this.values, this.lines]) if (array.length !== this.size) array.length = this.size;
    return this;
  }

  get(name: string): Counter | undefined {
    const at = this.find(name);
    return at === -1 ? undefined : { value: this.values[at] ?? Number.NaN, line: this.lines[at] ?? 0 };
  }

  private find(name: string): number {
    if (this.index) return this.index.get(name) ?? -1;
    if (++this.looks <= FEW_LOOKS) {
      let at = this.names.length - 1;
      while (at >= 0 && this.names[at] !== name) at--;
      return at;
    }
    this.index = new Map(this.names.map((one, at) => [one, at]));
    return this.index.get(name) ?? -1;
  }
}
