export interface Counter {
  readonly value: number;
  readonly line: number;
}

/** So many names are looked for one by one; for more it is worth hashing all that are there. */
const FEW_LOOKS = 20;

/** Counters of one snapshot by name, each with the line it stands in; of counters of one name the last counts. */
export class Counters {
  readonly names: string[] = [];
  readonly values: number[] = [];
  readonly lines: number[] = [];
  private looks = 0;
  private index: Map<string, number> | null = null;

  set(name: string, value: number, line: number): void {
    this.index?.set(name, this.names.length);
    this.names.push(name);
    this.values.push(value);
    this.lines.push(line);
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
