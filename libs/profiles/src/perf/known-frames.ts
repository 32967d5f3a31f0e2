import { ByteTable, hashRange, hashWhole } from './byte-table';

/** The numbers of a frame's names, leaf first; mostly there is one. */
export type Names = number | readonly number[];

/** Lines of frames by their bytes: what differs between two samples is seldom a frame. */
export class KnownFrames {
  readonly lines = new ByteTable();
  readonly names: Names[] = [];
  /** Lines that begin like too many others, by the hash of the whole. */
  private readonly alike = new ByteTable();
  private readonly alikeNames: Names[] = [];

  constructor(private readonly maxBytes: number) {}

  recall(view: DataView, from: number, to: number): Names | undefined {
    const id = this.lines.find(view, from, to, hashRange(view, from, to));
    if (id !== -1) return this.names[id];
    return this.alike.size === 0
      ? undefined
      : this.alikeNames[this.alike.find(view, from, to, hashWhole(view, from, to))];
  }

  learn(view: DataView, from: number, to: number, names: Names): void {
    if (this.lines.held + this.alike.held + (to - from) > this.maxBytes) {
      this.lines.clear();
      this.alike.clear();
      this.names.length = this.alikeNames.length = 0;
    }
    const id = this.lines.add(view, from, to, hashRange(view, from, to));
    if (id !== -1) {
      this.names[id] = names;
      return;
    }
    const other = this.alike.add(view, from, to, hashWhole(view, from, to));
    if (other !== -1) this.alikeNames[other] = names;
  }
}
