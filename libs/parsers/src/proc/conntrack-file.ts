import { words } from '../core/line-splitter';
import { elapsed, type FileReader, perSecond, placeOf, type ProcHost, type Snapshot } from './snapshot';

const HEX = 16;
const LOST = ['insert_failed', 'drop'];

/** /proc/net/stat/nf_conntrack: a heading, then a line a CPU, hexadecimal. */
export class ConntrackReader implements FileReader {
  private before: { snapshot: Snapshot; lost: number } | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const [heading, ...cpus] = snapshot.lines;
    if (!heading) return;
    const columns = words(heading.text);
    if (!LOST.every((column) => columns.includes(column))) return;
    let lost = 0;
    for (const { text } of cpus) {
      const cells = words(text);
      for (const column of LOST) {
        const value = Number.parseInt(cells[columns.indexOf(column)] ?? '', HEX);
        if (Number.isFinite(value)) lost += value;
      }
    }
    if (this.before) {
      const rate = perSecond(this.before.lost, lost, elapsed(this.before.snapshot, snapshot));
      this.host.sink.sample('network.conntrack_drops', null, rate, placeOf(snapshot, heading.line + 1));
    }
    this.before = { snapshot, lost };
  }
}
