import type { Histogram } from '@fleetscope/contracts';
import { isoOrNull, isoTime } from '../core/civil-time';
import { isRecord, listOf, numberOf, own } from '../core/json-document';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { clockTime } from '../tables/local-clock';
import { isBanner, reportClock, withoutInterrupt, withoutRepr } from './bcc-line';
import { pythonLiteral } from './python-literal';

type Bucket = Histogram['buckets'][number];

const UNITS: Readonly<Record<string, string>> = { nsecs: 'ns', usecs: 'us', msecs: 'ms', secs: 's' };
const unitOf = (word: string): string => (Object.hasOwn(UNITS, word) ? (UNITS[word] ?? word) : word);

/** `     usecs           : count     distribution` */
const headingUnit = (tokens: readonly string[]): string | null =>
  tokens[1] === ':' && tokens[2] === 'count' && tokens[3] === 'distribution' ? (tokens[0] ?? '') : null;

/** `4 -> 7 : 12 |***  |`, both ends in the bucket; `4 : 12 |***  |` of a linear one. */
const bucketOf = (text: string): Bucket | null => {
  const bar = text.indexOf('|');
  const tokens = words(bar === -1 ? text : text.slice(0, bar));
  const [from = '', arrow, to = ''] = tokens;
  if (arrow === ':' && tokens.length === 3 && isInteger(from) && isInteger(to))
    return { from: Number(from), to: Number(from) + 1, count: Number(to) };
  if (arrow !== '->' || tokens.length !== 5 || tokens[3] !== ':' || ![from, to, tokens[4] ?? ''].every(isInteger))
    return null;
  return { from: Number(from), to: Number(to) + 1, count: Number(tokens[4]) };
};

/** `disk = 'xvdb'`, `Bucket disk = b'xvdb'`, `flags = Sync-Write`, `pid = 12929 java`. */
const keyOf = (text: string): { name: string; value: string } | null => {
  const at = text.indexOf(' = ');
  if (at < 1 || text.startsWith(' ')) return null;
  const value = withoutRepr(text.slice(at + 3).trim());
  const quoted = value.length > 1 && (value[0] === "'" || value[0] === '"') && value.at(-1) === value[0];
  return { name: words(text.slice(0, at)).at(-1) ?? '', value: quoted ? value.slice(1, -1) : value };
};

class BccHistogramParser implements LineParser {
  recognised = false;
  private time: number | null = null;
  private key: { name: string; value: string } | null = null;
  private unit = '';
  private buckets: Bucket[] = [];
  private lines: number[] = [];
  private open = false;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
    private readonly name: string,
  ) {}

  line(raw: string, line: number): void {
    const text = withoutInterrupt(raw);
    const trimmed = text.trim();
    if (trimmed === '' || isBanner(trimmed)) return;
    const unit = headingUnit(words(trimmed));
    const bucket = this.open ? bucketOf(trimmed) : null;
    const key = keyOf(text);
    const clock = reportClock(trimmed);
    if (unit !== null) this.begin(unit);
    else if (bucket) {
      this.buckets.push(bucket);
      this.lines.push(line);
    } else if (trimmed.startsWith('{')) this.dictionary(trimmed, line);
    else if (clock !== null) {
      this.flush();
      this.time = clockTime(clock, this.ctx);
    } else if (trimmed.startsWith('avg = ') && this.recognised) this.summary(trimmed);
    else if (key) {
      this.flush();
      this.key = key;
    } else this.sink.issue(line, raw, 'no line of a histogram');
  }

  private begin(unit: string): void {
    this.flush();
    this.recognised = true;
    this.open = true;
    this.unit = unitOf(unit);
  }

  /** `avg = 663 usecs, total: 16575 usecs, count: 25` of -e. */
  private summary(text: string): void {
    this.flush();
    const [average = '', total = '', count = ''] = text.split(',').map((part) => digits(part));
    const row = newRow();
    row.average = average === '' ? null : Number(average);
    row.total = total === '' ? null : Number(total);
    row.count = count === '' ? null : Number(count);
    this.sink.row(row);
  }

  /** One line of -j: a dictionary as Python prints it. */
  private dictionary(text: string, line: number): void {
    this.flush();
    const value = pythonLiteral(text);
    const data = listOf(own(value, 'data')).filter(isRecord);
    if (data.length === 0) {
      this.sink.issue(line, text, 'no histogram in it');
      return;
    }
    this.recognised = true;
    for (const one of data) {
      const from = numberOf(own(one, 'interval-start'));
      const to = numberOf(own(one, 'interval-end'));
      const count = numberOf(own(one, 'count'));
      if (from === null || to === null || count === null) this.sink.issue(line, text, 'a bucket without its bounds');
      else this.buckets.push({ from, to: to + 1, count });
    }
    this.lines.push(line);
    const unit = own(value, 'val_type');
    this.unit = typeof unit === 'string' ? unitOf(unit) : '';
    for (const name of ['Bucket ptr', 'flags', 'disk']) {
      const key = own(value, name);
      if (typeof key === 'string') this.key = { name, value: key };
    }
    const stamp = own(value, 'ts');
    this.time = typeof stamp === 'string' ? isoTime(stamp, this.ctx) : null;
    this.open = true;
    this.flush();
  }

  private flush(): void {
    if (!this.open) return;
    this.open = false;
    const { key, buckets, lines } = this;
    this.buckets = [];
    this.lines = [];
    this.key = null;
    if (buckets.length === 0) return;
    const row = newRow();
    if (this.time !== null) row.time = isoOrNull(this.time);
    if (key) row[key.name] = key.value;
    row.unit = this.unit;
    row.count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    this.sink.row(row);
    const instance = key === null ? null : key.value.slice(0, 256);
    this.sink.observe({ kind: 'histogram', name: this.name, instance, unit: this.unit, buckets, lines });
  }

  end(): void {
    this.flush();
  }
}

const digits = (text: string): string => words(text).find((word) => isInteger(word)) ?? '';

const histogramParser = (tool: string, title: string, name: string, banner: string): ParserDefinition => ({
  id: `bcc-${tool}`,
  title,
  tools: [`${tool}-bpfcc`, tool],
  expects: 'a heading such as `usecs : count distribution` with buckets below',
  fields: { count: 'over all buckets', time: 'of the report, where the tool prints it (-T)' },
  documented: 'bcc 0.26',
  likelihood: (head) => {
    const histogram = head.some((line) => headingUnit(words(line)) !== null);
    if (histogram) return head.some((line) => line.startsWith(banner)) ? 0.95 : 0.5;
    return head.some((line) => line.startsWith('{') && line.includes("'interval-start'")) ? 0.5 : 0;
  },
  create: (sink, ctx) => new BccHistogramParser(sink, ctx, name),
});

export const bccBiolatencyParser = histogramParser(
  'biolatency',
  'Disk latency as a histogram',
  'disk-latency',
  'Tracing block device I/O',
);
export const bccRunqlatParser = histogramParser(
  'runqlat',
  'Time waited for a CPU as a histogram',
  'runq-latency',
  'Tracing run queue latency',
);
