import type { ParsedRow } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { type MutableRow, newRow } from '../core/sink';
import { type FileReader, placeOf, type ProcHost, type Snapshot } from './snapshot';

const WATERMARKS = new Set(['min', 'low', 'high', 'spanned', 'present', 'managed', 'nr_free_pages']);

/** /proc/zoneinfo: one row a zone, in pages: free, min, low, high, managed. */
export const zoneRows = (snapshot: Snapshot): ParsedRow[] => {
  const rows: MutableRow[] = [];
  for (const { text } of snapshot.lines) {
    const tokens = words(text);
    if (tokens[0] === 'Node' && tokens[2] === 'zone') {
      const row = newRow();
      row.node = Number.parseInt(tokens[1] ?? '', 10);
      row.zone = tokens[3] ?? '';
      rows.push(row);
      continue;
    }
    const row = rows[rows.length - 1];
    if (!row) continue;
    // `pages free     3840`, then the watermarks on lines of their own.
    const name = tokens[0] === 'pages' ? 'free' : (tokens[0] ?? '');
    const value = Number(tokens[tokens[0] === 'pages' ? 2 : 1] ?? 'none');
    if ((name === 'free' || WATERMARKS.has(name)) && Number.isFinite(value) && row[name] === undefined)
      row[name] = value;
  }
  return rows;
};

/** Free pages and the marks of every zone in use, by node and zone; a zone without pages of its own is none. */
export class ZoneReader implements FileReader {
  private last: Snapshot | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    for (const row of zonesInUse(snapshot))
      this.host.sink.sample('memory.zone_free', nameOf(row), numberOf(row.free), placeOf(snapshot, lineOf(snapshot)));
    this.last = snapshot;
  }

  end(): void {
    if (!this.last) return;
    for (const row of zonesInUse(this.last)) {
      this.host.sink.measure('memory.zone_min', nameOf(row), numberOf(row.min), lineOf(this.last));
      this.host.sink.measure('memory.zone_low', nameOf(row), numberOf(row.low), lineOf(this.last));
    }
  }
}

const numberOf = (value: ParsedRow[string] | undefined): number | null => (typeof value === 'number' ? value : null);
const lineOf = (snapshot: Snapshot): number => snapshot.lines[0]?.line ?? snapshot.line;
const nameOf = (row: ParsedRow): string => `node ${String(row.node)} ${String(row.zone)}`;
const zonesInUse = (snapshot: Snapshot): ParsedRow[] =>
  zoneRows(snapshot).filter(({ managed }) => typeof managed === 'number' && managed > 0);
