import type { CellValue, Histogram, ParsedRow } from '@fleetscope/contracts';
import { isInteger } from '../core/numbers';
import { newRow, type Sink } from '../core/sink';

export type Bucket = Histogram['buckets'][number];

const POWERS = 'KMGTPE';

/** A bound of a bucket: `8`, `-1`, `4K` (1024), `...`. Undefined when it is none. */
const boundOf = (word: string): number | null | undefined => {
  if (word === '...') return null;
  const power = POWERS.indexOf(word.slice(-1)) + 1;
  const digits = power > 0 && word !== '' ? word.slice(0, -1) : word;
  const bare = digits.startsWith('-') ? digits.slice(1) : digits;
  return isInteger(bare) ? Number(digits) * 1024 ** power : undefined;
};

/** `[8, 16)  21 |@@@@  |`, `[0]  1 |@@|`, `(..., 0)  1 |@@|`; null for any other line. */
export const bucketOf = (line: string): Bucket | null => {
  const bar = line.indexOf('|');
  if (bar === -1 || (line[0] !== '[' && line[0] !== '(')) return null;
  const close = Math.max(line.indexOf(')'), line.lastIndexOf(']', bar));
  const count = line.slice(close + 1, bar).trim();
  if (close === -1 || close > bar || !isInteger(count)) return null;
  const [low, high] = line
    .slice(1, close)
    .split(',')
    .map((word) => boundOf(word.trim()));
  if (low === undefined) return null;
  if (high === undefined) return low === null ? null : { from: low, to: low + 1, count: Number(count) };
  return { from: low, to: high, count: Number(count) };
};

const STATS = /^count ([0-9]+), average (-?[0-9]+), total (-?[0-9]+)$/;
const STATS_RECORD = /^\{ \.count = ([0-9]+), \.average = (-?[0-9]+), \.total = (-?[0-9]+) \}$/;

/** Count, average and total of stats(): `count 27, average 8, total 216`; bpftrace 0.27 prints a record of them. */
export const statsOf = (text: string): [count: number, average: number, total: number] | null => {
  const found = STATS.exec(text) ?? STATS_RECORD.exec(text);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : null;
};

const valueOf = (text: string): CellValue | Record<string, CellValue> => {
  const number = Number(text);
  if (text !== '' && Number.isFinite(number)) return number;
  const stats = statsOf(text);
  if (!stats) return text;
  const record = Object.create(null) as Record<string, CellValue>;
  [record.count = null, record.average = null, record.total = null] = stats;
  return record;
};

interface Printed {
  readonly rows: CellValue[][];
  readonly lines: number[];
}

/** The maps of a bpftrace program, as they are printed: histograms, and tables of keys and values. */
export class BpftraceMaps {
  private readonly tables = new Map<string, Printed>();

  constructor(private readonly sink: Sink) {}

  value(name: string, key: string | null, text: CellValue | Record<string, CellValue>, line: number): void {
    const value = typeof text === 'string' ? valueOf(text) : text;
    const row: ParsedRow = newRow();
    row.map = name;
    row.key = key;
    row.value = value;
    this.sink.row(row);
    let table = this.tables.get(name);
    if (!table) {
      table = { rows: [], lines: [] };
      this.tables.set(name, table);
    }
    if (table.rows.length >= this.sink.limits.maxRows) return;
    const cells: CellValue[] =
      typeof value === 'object' && value !== null
        ? [key, value.average ?? null, value.count ?? null, value.total ?? null]
        : [key, value, null, null];
    table.rows.push(cells);
    table.lines.push(line);
  }

  histogram(name: string, key: string | null, buckets: readonly Bucket[], lines: readonly number[]): void {
    if (buckets.length === 0) return;
    const row = newRow();
    row.map = name;
    row.key = key;
    row.count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    this.sink.row(row);
    // The unit is the program's business: bpftrace prints bare numbers.
    this.sink.observe({
      kind: 'histogram',
      name,
      instance: key === null ? null : key.slice(0, 256),
      unit: '1',
      buckets: [...buckets],
      lines: [...lines],
    });
  }

  end(): void {
    for (const [name, { rows, lines }] of this.tables) {
      const stats = rows.some((row) => row[2] !== null);
      const columns = stats ? ['key', 'average', 'count', 'total'] : ['key', 'value'];
      this.sink.observe({ kind: 'table', name, columns, rows: rows.map((row) => row.slice(0, columns.length)), lines });
    }
  }
}
