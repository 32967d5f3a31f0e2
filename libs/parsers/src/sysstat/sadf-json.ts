import type { CellValue } from '@fleetscope/contracts';
import { isoTime } from '../core/civil-time';
import { isRecord, JsonDocument, listOf, own } from '../core/json-document';
import type { ParseContext } from '../core/parse-context';
import type { LineParser } from '../core/parser-definition';
import type { Sink } from '../core/sink';
import type { RowMaker } from '../core/record-table';
import type { TableSet } from '../core/table-set';
import { sarTables } from './sar.parser';
import { makeTimedRow } from './sysstat-table';

/** Keys of the JSON that name a row, by the heading that sar prints over the same. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['cpu', 'CPU'],
  ['iface', 'IFACE'],
  ['disk-device', 'DEV'],
  ['intr', 'INTR'],
  ['line', 'TTY'],
  ['filesystem', 'FILESYSTEM'],
  ['mountpoint', 'MOUNTPOINT'],
]);

const RATES = new Set(['process-and-context-switch', 'swap-pages', 'paging', 'io', 'serial', 'softnet', 'disk']);
const SIZES = new Set(['memory', 'hugepages']);
/** No rates among them. */
const PLAIN = new Set([
  'tps',
  'rtps',
  'wtps',
  'dtps',
  'blg_len',
  'avgrq-sz',
  'areq-sz',
  'avgqu-sz',
  'aqu-sz',
  'await',
  'svctm',
]);
const PRESSURE: Readonly<Record<string, string>> = { 'psi-cpu': 'cpu', 'psi-io': 'io', 'psi-mem': 'mem' };

/** The heading of sar for a key of a section. */
const columnOf = (section: string, key: string): string => {
  const name = NAMES.get(key);
  if (name !== undefined) return name;
  if (key.endsWith('-percent')) return `%${key.slice(0, -8)}`;
  if (section === 'cpu-load') return `%${key}`;
  if (SIZES.has(section)) return key === 'inactive' ? 'kbinact' : `kb${key}`;
  if (Object.hasOwn(PRESSURE, section) && key.includes('_avg')) {
    // `some_avg10` is the decaying average over 10 s, `some_avg` the share of the interval.
    const [kind = '', seconds = ''] = key.split('_avg');
    return `%${kind[0] ?? ''}${PRESSURE[section] ?? ''}${seconds === '' ? '' : `-${seconds}`}`;
  }
  const rate = RATES.has(section) || (section.startsWith('net-') && !section.startsWith('net-sock'));
  return rate && !PLAIN.has(key) ? `${key}/s` : key;
};

/** Names that the JSON of sysstat 12 has beside the newer ones, for the same values in other units. */
const OLDER = new Set(['rd_sec', 'wr_sec', 'dc_sec', 'avgrq-sz', 'avgqu-sz']);

/** Sections that hold no values of an interval. */
const APART = new Set(['timestamp']);

/** The note of a record is the number of its section's name. */
const makeRow: RowMaker = (table, at) => {
  const row = makeTimedRow(table, at);
  row.section = table.names.names[table.note(at)] ?? null;
  return row;
};

/** `sadf -j`: the statistics of an archive as sar's rows, one for each device of a section. Values are cited at line 1. */
export class SadfJson implements LineParser {
  recognised = false;
  private readonly document: JsonDocument;
  private readonly tables: TableSet;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.document = new JsonDocument(sink);
    this.tables = sarTables(sink, ctx, makeRow);
  }

  line(text: string, line: number): void {
    this.document.line(text, line);
  }

  end(): void {
    for (const host of listOf(own(own(this.document.value(), 'sysstat'), 'hosts'))) {
      for (const statistics of listOf(own(host, 'statistics')).filter(isRecord)) {
        this.recognised = true;
        const time = this.timeOf(own(statistics, 'timestamp'));
        for (const [section, value] of Object.entries(statistics))
          if (!APART.has(section)) this.section(section, value, time);
      }
    }
  }

  private timeOf(stamp: unknown): number | null {
    const [date, clock] = [own(stamp, 'date'), own(stamp, 'time')];
    if (typeof date !== 'string' || typeof clock !== 'string') return null;
    const utc = own(stamp, 'utc');
    return isoTime(`${date} ${clock}${utc === 1 || utc === true ? 'Z' : ''}`, this.ctx);
  }

  private section(section: string, value: unknown, time: number | null): void {
    if (Array.isArray(value)) {
      for (const record of value.filter(isRecord)) this.record(section, record, time);
    } else if (isRecord(value)) {
      // `network` and `psi` hold sections; `io` holds values, and parts of its row below.
      const nested = Object.values(value).every((one) => typeof one === 'object');
      if (!nested) this.record(section, value, time);
      else for (const [name, inner] of Object.entries(value)) this.section(name, inner, time);
    }
  }

  private record(section: string, record: Record<string, unknown>, time: number | null): void {
    const entries: [string, CellValue][] = [];
    const take = (values: Record<string, unknown>): void => {
      const twice = Object.hasOwn(values, 'aqu-sz');
      for (const [key, value] of Object.entries(values)) {
        if (twice && OLDER.has(key)) continue;
        if (isRecord(value)) take(value);
        else if (typeof value === 'string' || typeof value === 'boolean') entries.push([columnOf(section, key), value]);
        else if (!Array.isArray(value))
          entries.push([columnOf(section, key), Number.isFinite(value) ? (value as number) : null]);
      }
    };
    take(record);
    const table = this.tables.of(entries.map(([column]) => column));
    table.begin(1, time, this.sink.names.idOf(section));
    for (const [at, [, value]] of entries.entries()) table.set(at, value);
    this.sink.record(table, true);
  }
}
