import type { MetricId } from '@fleetscope/contracts';
import { dateTimeLine, isoOrNull } from '../core/civil-time';
import { words } from '../core/line-splitter';
import { looksNumeric, NumberReader, tidy } from '../core/numbers';
import { commandWords, firstReportIsSinceBoot, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { sampleCpu } from '../sysstat/cpu-percent';

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

class VmstatParser implements LineParser {
  recognised = false;
  private readonly reader = new NumberReader();
  private columns: readonly string[] = [];
  /** Headings of the clock of -t: the zone's name, one word for two. */
  private extra = 0;
  private samples = 0;
  private readonly unit: number;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.unit = memoryUnit(ctx);
  }

  end(): void {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0 || isGroupLine(tokens)) return;
    if (!tokens.some(looksNumeric)) this.heading(tokens, text, line);
    else if (this.columns.length === 0) this.sink.issue(line, text, 'line before any heading');
    else this.row(tokens, text, line);
  }

  private heading(tokens: readonly string[], text: string, line: number): void {
    const names = tokens.map(english);
    if (names[0] !== 'r' || !names.includes('us')) {
      this.sink.issue(line, text, 'neither a heading nor a row');
      return;
    }
    this.recognised = true;
    const last = names.findLastIndex((name) => KNOWN.has(name));
    this.columns = tokens.slice(0, last + 1);
    this.extra = tokens.length - this.columns.length;
    for (const [at, name] of names.slice(0, last + 1).entries()) {
      const column = tokens[at] ?? name;
      if (!KNOWN.has(name)) this.sink.once(`column ${column}`, line, column, `unknown column ${column}`);
    }
  }

  private row(tokens: readonly string[], text: string, line: number): void {
    const { columns } = this;
    const stamp = tokens.slice(columns.length).join(' ');
    if (tokens.length < columns.length || (stamp !== '' && this.extra === 0)) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return;
    }
    const time = stamp === '' ? null : dateTimeLine(stamp, this.ctx);
    const row = newRow();
    if (time !== null) row.time = isoOrNull(time);
    const values = new Map<string, number | null>();
    for (const [at, column] of columns.entries()) {
      const word = tokens[at] ?? '';
      const value = this.reader.number(word);
      if (value === null && word !== '-') this.sink.issue(line, text, `${column} is no number: ${word}`);
      row[column] = value;
      values.set(english(column), value);
    }
    this.sink.row(row);
    this.samples++;
    if (this.samples > 1 || !firstReportIsSinceBoot(this.ctx)) this.sample(values, { line, time });
  }

  private sample(values: ReadonlyMap<string, number | null>, place: { line: number; time: number | null }): void {
    const value = (column: string): number | null | undefined => values.get(column);
    for (const [column, metric] of COUNTS) {
      const count = value(column);
      if (count !== undefined) this.sink.sample(metric, null, count, place);
    }
    for (const [column, metric] of SIZES) {
      const size = value(column);
      if (size !== undefined) this.sink.sample(metric, null, size === null ? null : tidy(size * this.unit), place);
    }
    sampleCpu(
      this.sink,
      'all',
      // procps counts nice in us, interrupts in sy.
      {
        user: value('us'),
        system: value('sy'),
        iowait: value('wa'),
        steal: value('st'),
        guest: value('gu'),
        idle: value('id'),
      },
      place,
    );
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
