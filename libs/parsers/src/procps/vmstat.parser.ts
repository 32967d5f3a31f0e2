import type { MetricId } from '@fleetscope/contracts';
import { dateTimeLine, isoOrNull } from '../core/civil-time';
import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import { looksNumeric, NumberReader } from '../core/numbers';
import { commandWords, firstReportIsSinceBoot, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { readRecord } from '../core/record-reader';
import {
  type ColumnSeries,
  type GroupPlan,
  layoutOf,
  NUMBER,
  ofColumn,
  type RecordTable,
  type RowMaker,
  type TableLayout,
} from '../core/record-table';
import { newRow, type Sink } from '../core/sink';
import { LayoutCache, TableSet } from '../core/table-set';
import { cpuSeries } from '../sysstat/cpu-series';

/** Translated headings of procps, by the English one. */
const TRANSLATED: ReadonlyMap<string, string> = new Map([
  ['frei', 'free'],
  ['libre', 'free'],
  ['livre', 'free'],
  ['ledigt', 'free'],
  ['wolna', 'free'],
  ['вільна', 'free'],
  ['空き', 'free'],
  ['空闲', 'free'],
  ['tampon', 'buff'],
  ['búfer', 'buff'],
  ['bufor', 'buff'],
  ['缓冲', 'buff'],
  ['caché', 'cache'],
  ['缓存', 'cache'],
  ['inaktiv', 'inact'],
  ['aktiv', 'active'],
  ['inakt', 'inact'],
]);

const KNOWN = new Set([
  'r',
  'b',
  'swpd',
  'free',
  'buff',
  'cache',
  'inact',
  'active',
  'si',
  'so',
  'bi',
  'bo',
  'in',
  'cs',
  'us',
  'sy',
  'id',
  'wa',
  'st',
  'gu',
]);

const english = (column: string): string => {
  const lower = column.toLowerCase();
  return TRANSLATED.get(lower) ?? lower;
};

/** Multiples of a byte that -S names; without it memory is in KiB. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['k', 1000],
  ['K', 1024],
  ['m', 1_000_000],
  ['M', 1_048_576],
]);

const memoryUnit = (ctx: ParseContext): number => {
  const args = commandWords(ctx);
  const at = args.findIndex((arg) => arg === '-S' || arg === '--unit');
  return UNITS.get(at === -1 ? '' : (args[at + 1] ?? '')) ?? 1024;
};

/** The first four are sizes; swapping is in the same unit, per second. */
const SIZES: readonly (readonly [string, MetricId])[] = [
  ['swpd', 'memory.swap_used'],
  ['free', 'memory.free'],
  ['buff', 'memory.buffers'],
  ['cache', 'memory.cached'],
  ['si', 'memory.swap_in'],
  ['so', 'memory.swap_out'],
];

const COUNTS: readonly (readonly [string, MetricId])[] = [
  ['r', 'cpu.runqueue'],
  ['b', 'cpu.blocked'],
  ['in', 'cpu.interrupts'],
  ['cs', 'cpu.context_switches'],
];

const compile = (columns: readonly string[], unit: number): TableLayout => {
  const names = columns.map(english);
  const of = (name: string): number | undefined => {
    const at = names.lastIndexOf(name);
    return at === -1 ? undefined : at;
  };
  const series = (list: readonly (readonly [string, MetricId])[], factor: number): ColumnSeries[] =>
    list.flatMap(([name, metric]) => {
      const column = of(name);
      return column === undefined ? [] : [ofColumn(metric, column, factor)];
    });
  const cpu = cpuSeries(
    // procps counts nice in us, interrupts in sy.
    { user: of('us'), system: of('sy'), iowait: of('wa'), steal: of('st'), guest: of('gu'), idle: of('id') },
    'all',
  );
  const host = [...series(COUNTS, 1), ...series(SIZES, unit)].map((one) => ({ ...one, always: true }));
  const plan: GroupPlan = { instance: null, series: [...host, ...cpu.series], blank: cpu.blank };
  return layoutOf(columns, () => NUMBER, { plan: { by: -1, of: () => plan } });
};

const LAYOUTS: ReadonlyMap<number, LayoutCache> = new Map(
  [1024, ...UNITS.values()].map((unit) => [unit, new LayoutCache((columns) => compile(columns, unit))]),
);

const makeRow: RowMaker = (table, at) => {
  const row = newRow();
  const time = table.time(at);
  if (time !== null) row.time = isoOrNull(time);
  return table.fill(row, at);
};

class VmstatParser implements LineParser {
  recognised = false;
  private readonly reader = new NumberReader();
  private table: RecordTable | null = null;
  /** The heading and the groups above it, which come again at every screen. */
  private readonly headings: string[] = [];
  /** Headings of the clock of -t: the zone's name, one word for two. */
  private extra = 0;
  private samples = 0;
  private readonly tables: TableSet;
  private readonly firstIsSample: boolean;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    const unit = memoryUnit(ctx);
    const layouts = LAYOUTS.get(unit) ?? new LayoutCache((columns) => compile(columns, unit));
    this.tables = new TableSet(sink, layouts, makeRow);
    this.firstIsSample = !firstReportIsSinceBoot(ctx);
  }

  end(): void {}

  block(block: LineBlock): void {
    const { table } = this;
    if (!table) return;
    while (block.at < block.end) {
      table.begin(block.line, null, 0, block);
      let newline = readRecord(block, block.at, table, this.reader.mark);
      if (newline !== -1) this.record(table);
      else {
        newline = block.newline();
        const isHeading = this.headings.some((text) => block.equals(block.at, newline, text));
        if (!isHeading) return;
      }
      block.next(newline);
    }
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (isGroupLine(tokens)) this.headings[0] = text;
    else if (!tokens.some(looksNumeric)) this.heading(tokens, text, line);
    else if (!this.table) this.sink.issue(line, text, 'line before any heading');
    else this.row(this.table, tokens, text, line);
  }

  private heading(tokens: readonly string[], text: string, line: number): void {
    const names = tokens.map(english);
    if (names[0] !== 'r' || !names.includes('us')) {
      this.sink.issue(line, text, 'neither a heading nor a row');
      return;
    }
    this.recognised = true;
    this.headings[1] = text;
    const last = names.findLastIndex((name) => KNOWN.has(name));
    this.table = this.tables.of(tokens.slice(0, last + 1));
    this.extra = tokens.length - last - 1;
    for (const [at, name] of names.slice(0, last + 1).entries()) {
      const column = tokens[at] ?? name;
      if (!KNOWN.has(name)) this.sink.once(`column ${column}`, line, column, `unknown column ${column}`);
    }
  }

  private row(table: RecordTable, tokens: readonly string[], text: string, line: number): void {
    const { columns } = table.layout;
    const stamp = tokens.slice(columns.length).join(' ');
    if (tokens.length < columns.length || (stamp !== '' && this.extra === 0)) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return;
    }
    table.begin(line, stamp === '' ? null : dateTimeLine(stamp, this.ctx), 0);
    for (const [at, column] of columns.entries()) {
      const word = tokens[at] ?? '';
      const value = this.reader.number(word);
      if (value === null && word !== '-') this.sink.issue(line, text, `${column} is no number: ${word}`);
      table.set(at, value);
    }
    this.record(table);
  }

  private record(table: RecordTable): void {
    this.samples++;
    this.sink.record(table, this.samples > 1 || this.firstIsSample);
  }
}

/** `procs -----------memory---------- …`: the groups over the headings, translated in places. */
const isGroupLine = (tokens: readonly string[]): boolean =>
  tokens.length > 2 && tokens.filter((token) => token.includes('--')).length >= tokens.length - 1;

export const vmstatParser: ParserDefinition = {
  id: 'vmstat',
  title: 'Run queue, memory, swapping and CPU time, host-wide',
  tools: ['vmstat'],
  expects: 'a heading beginning with r b',
  fields: {
    'swpd free buff cache': 'in KiB as printed, unless vmstat ran with -S; metrics are in bytes',
    'si so': 'KiB/s as printed; metrics are in B/s',
    'bi bo': 'blocks of 1024 bytes a second',
    time: 'with -t, ISO 8601',
  },
  likelihood: (head) =>
    head.some((line) => {
      const tokens = words(line);
      return tokens[0] === 'r' && tokens[1] === 'b' && tokens.includes('us') && tokens.includes('swpd');
    })
      ? 0.95
      : 0,
  create: (sink, ctx) => new VmstatParser(sink, ctx),
};
