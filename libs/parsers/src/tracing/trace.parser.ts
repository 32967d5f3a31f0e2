import type { CellValue, Events, Histogram } from '@fleetscope/contracts';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { type Bucket, bucketOf, statsOf } from './bpftrace-maps';
import { syscallName } from './syscall-names';
import {
  EDGE_COLUMNS,
  EDGE_COUNTS,
  EDGE_KEYS,
  EDGE_TABLES,
  EDGES_OF,
  type EdgeTable,
  RESET_REASONS,
  TCP_STATES,
} from './trace-edges';
import { keyWords, TRACE_HISTOGRAMS, TRACE_TABLES, type TraceKey } from './trace-maps';

interface OpenHistogram {
  readonly map: string;
  readonly key: string | null;
  readonly buckets: Bucket[];
  readonly line: number;
}

interface MergedHistogram {
  readonly name: string;
  readonly unit: string;
  readonly instance: string | null;
  readonly from: Map<number | null, Bucket>;
  readonly slices: { at: number | null; buckets: readonly Bucket[] }[];
  readonly lines: number[];
}

interface OpenTable {
  readonly columns: readonly string[];
  readonly rows: CellValue[][];
  readonly lines: number[];
}

/** Columns of a table's values: those of stats(), or a count. */
const VALUES = { us: ['count', 'average_us', 'total_us'], null: ['count'] } as const;

/** One connection's direction, over all its events. */
interface Edge {
  events: number;
  segments: number;
  readonly line: number;
}

/** Fields that are numbers wherever they occur; the others are kept as printed. */
const isNumber = (text: string): boolean => /^-?[0-9]{1,15}$/.test(text);

/**
 * What our own bpftrace programs print: events (`E`, a class, `name=value` between tabs), a clock each second (`T`), maps
 * of histograms printed each second, and tables at the end. Maps are named as in trace-maps.ts.
 */
class TraceParser implements LineParser {
  recognised = false;
  private histogram: OpenHistogram | null = null;
  private readonly merged = new Map<string, MergedHistogram>();
  private readonly tables = new Map<string, OpenTable>();
  private readonly edges: Record<EdgeTable, Map<string, Edge>> = {
    'tcp-retransmits': new Map(),
    'tcp-resets': new Map(),
  };
  private readonly devices = new Map<string, string>();
  private readonly counts = new Map<string, { readonly value: number; readonly line: number }>();
  private inPartitions = false;
  private clock: number | null = null;
  private readonly machine: string;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.machine = ctx.machine ?? 'x86_64';
  }

  line(text: string, line: number): void {
    const bucket = this.histogram ? bucketOf(text) : null;
    if (this.histogram && bucket) {
      this.histogram.buckets.push(bucket);
      return;
    }
    this.flush();
    if (text.trim() === '') return;
    if (text.startsWith('E\t')) this.event(text, line);
    else if (text.startsWith('T\tns=')) {
      // The first word of a program: later bpftrace says nothing else when nothing happens.
      this.recognised = true;
      this.clock = this.wallClock(fieldsOf(text).get('ns'));
    } else if (text.startsWith('Attaching ') && text.includes(' probe')) this.recognised = true;
    else if (text === 'P') this.inPartitions = true;
    else if (text.startsWith('@')) this.map(text, line);
    else if (this.inPartitions && this.partition(text)) return;
    else if (text.startsWith('Lost ') && text.includes(' events'))
      this.sink.issue(line, text, 'the tool lost events: there were too many');
    else this.sink.issue(line, text, 'neither an event nor a map');
  }

  end(): void {
    this.flush();
    for (const { name, unit, instance, from, slices, lines } of this.merged.values()) {
      const buckets = [...from.values()].sort((a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity));
      const place = new Map(buckets.map((bucket, at) => [bucket.from, at]));
      const histogram: Histogram = {
        kind: 'histogram',
        name,
        instance,
        unit,
        buckets,
        slices: slices.map(({ at, buckets: own }) => {
          const counts = buckets.map(() => 0);
          for (const bucket of own) counts[place.get(bucket.from) as number] = bucket.count;
          return { at, counts };
        }),
        lines,
      };
      this.sink.observe(histogram);
    }
    for (const [name, { columns, rows, lines }] of this.tables)
      this.sink.observe({ kind: 'table', name, columns: [...columns], rows, lines });
    for (const name of EDGE_TABLES) this.edgeTable(name);
    this.cacheHits();
  }

  /** As cachestat has it: what was not added to the page cache for a lookup was there; read-ahead adds more than misses. */
  private cacheHits(): void {
    const [lookups, added] = [this.counts.get('lookups'), this.counts.get('added')];
    if (!lookups || lookups.value === 0) return;
    const misses = Math.min(added?.value ?? 0, lookups.value);
    const lines = [lookups.line, ...(added ? [added.line] : [])];
    this.sink.measure('memory.cache_hit_ratio', null, (100 * (lookups.value - misses)) / lookups.value, ...lines);
  }

  private event(text: string, line: number): void {
    this.recognised = true;
    const end = text.indexOf('\t', 2);
    const name = text.slice(2, end === -1 ? undefined : end);
    const given = end === -1 ? new Map<string, string>() : fieldsOf(text.slice(end));
    const row = newRow();
    row.event = name;
    const fields: Record<string, CellValue> = Object.create(null) as Record<string, CellValue>;
    for (const [key, value] of given) {
      if (key === 'ns') continue;
      fields[key] = this.value(key, value);
      row[key] = fields[key];
    }
    const device = given.has('major') ? this.device(`${given.get('major')}:${given.get('minor')}`) : null;
    if (device !== null) fields.device = device;
    const at = this.wallClock(given.get('ns'));
    this.sink.row(row);
    const event: Events['events'][number] = { at, class: name, text: sentenceOf(name, fields), fields, line };
    this.sink.event(name, event);
    const table = EDGES_OF[name];
    if (table !== undefined) this.edge(table, name, fields, line);
  }

  private value(key: string, text: string): CellValue {
    if (key === 'state') return TCP_STATES[Number(text)] ?? text;
    // Names of probes as bpftrace prints them: tracepoint:syscalls:sys_exit_fsync.
    if (key === 'call') return text.slice(text.lastIndexOf(':') + 1).replace(/^sys_(exit|enter)_/, '');
    if (key === 'reason') return RESET_REASONS[Number(text)] ?? `reason ${text}`;
    if (key === 'saddr' || key === 'daddr') return plainAddress(text);
    return isNumber(text) && key !== 'comm' && key !== 'file' ? Number(text) : text;
  }

  private map(text: string, line: number): void {
    const bracket = text.indexOf('[');
    const colon = text.indexOf(':');
    const keyed = bracket !== -1 && (colon === -1 || bracket < colon);
    const close = keyed ? text.lastIndexOf(']:') : colon;
    if (close === -1) {
      this.sink.issue(line, text, 'a map without a value');
      return;
    }
    const name = text.slice(1, keyed ? bracket : colon);
    const key = keyed ? text.slice(bracket + 1, close) : null;
    const rest = text.slice(close + (keyed ? 2 : 1)).trim();
    this.recognised = true;
    if (Object.hasOwn(TRACE_HISTOGRAMS, name)) {
      this.histogram = { map: name, key, buckets: [], line };
      return;
    }
    if (Object.hasOwn(TRACE_TABLES, name)) this.entry(name, key ?? '', rest, line);
    else if (name === 'beyond') {
      if (Number(rest) > 0) this.sink.issue(line, text, `${rest} more events were counted, not listed`);
    } else if (isNumber(rest)) {
      this.sink.fact('trace', name, Number(rest));
      this.counts.set(name, { value: Number(rest), line });
      const row = newRow();
      row.map = name;
      row.value = Number(rest);
      this.sink.row(row);
    } else this.sink.once(`map ${name}`, line, text, 'a map that is not known');
  }

  private entry(name: string, key: string, rest: string, line: number): void {
    const table = TRACE_TABLES[name];
    const words = table ? keyWords(key, table.keys) : null;
    const stats = statsOf(rest);
    const values = stats ?? (isNumber(rest) ? [Number(rest)] : null);
    if (!table || !words || !values || values.length !== VALUES[table.unit ?? 'null'].length) {
      this.sink.issue(line, key, `expected ${table?.keys.join(', ') ?? ''} and a value`);
      return;
    }
    let open = this.tables.get(table.name);
    if (!open) {
      open = { columns: [...table.keys, ...VALUES[table.unit ?? 'null']], rows: [], lines: [] };
      this.tables.set(table.name, open);
    }
    if (open.rows.length >= this.sink.limits.maxRows) return;
    const cells = [...words.map((word, at) => this.keyValue(table.keys[at] as TraceKey, word)), ...values];
    open.rows.push(cells);
    open.lines.push(line);
    const row = newRow();
    row.map = name;
    open.columns.forEach((column, at) => (row[column] = cells[at] ?? null));
    this.sink.row(row);
  }

  private keyValue(key: TraceKey, word: string): CellValue {
    if (key === 'syscall') return syscallName(Number(word), this.machine);
    if (key === 'device') return this.device(word);
    if (key === 'address') return plainAddress(word);
    return key === 'pid' || key === 'port' || key === 'errno' ? Number(word) : word;
  }

  private flush(): void {
    const open = this.histogram;
    this.histogram = null;
    if (!open || open.buckets.length === 0) return;
    const kind = TRACE_HISTOGRAMS[open.map];
    if (!kind) return;
    const words = open.key === null ? [] : (keyWords(open.key, kind.keys) ?? [open.key]);
    const instance =
      words.length === 0
        ? null
        : words
            .map((word, at) => String(this.keyValue(kind.keys[at] ?? 'file', word)))
            .join(' ')
            .slice(0, 256);
    const id = `${kind.name} ${instance ?? ''}`;
    let merged = this.merged.get(id);
    if (!merged) {
      merged = { name: kind.name, unit: kind.unit, instance, from: new Map(), slices: [], lines: [] };
      this.merged.set(id, merged);
    }
    for (const bucket of open.buckets) {
      const known = merged.from.get(bucket.from);
      merged.from.set(bucket.from, known ? { ...known, count: known.count + bucket.count } : bucket);
    }
    merged.slices.push({ at: this.clock, buckets: open.buckets });
    merged.lines.push(open.line);
    const row = newRow();
    row.map = open.map;
    row.key = open.key;
    row.count = open.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    this.sink.row(row);
  }

  /** ` 254        0  268435456 vda` of /proc/partitions. */
  private partition(text: string): boolean {
    const [major, minor, , name] = text.trim().split(/\s+/);
    if (major === 'major') return true;
    if (!isNumber(major ?? '') || !isNumber(minor ?? '') || name === undefined) return false;
    this.devices.set(`${major}:${minor}`, name);
    return true;
  }

  private device(number: string): string {
    return this.devices.get(number) ?? number;
  }

  private edge(table: EdgeTable, event: string, fields: Readonly<Record<string, CellValue>>, line: number): void {
    const key = JSON.stringify(EDGE_KEYS[table].map((name) => (name === 'event' ? event : (fields[name] ?? null))));
    const edges = this.edges[table];
    const edge = edges.get(key) ?? { events: 0, segments: 0, line };
    edge.events++;
    edge.segments += typeof fields.segs === 'number' ? fields.segs : 1;
    edges.set(key, edge);
  }

  private edgeTable(name: EdgeTable): void {
    const edges = this.edges[name];
    if (edges.size === 0) return;
    const sorted = [...edges].sort(([, a], [, b]) => b.segments - a.segments).slice(0, this.sink.limits.maxRows);
    this.sink.observe({
      kind: 'table',
      name,
      columns: [...EDGE_KEYS[name].map((key) => EDGE_COLUMNS[key]), ...EDGE_COUNTS[name]],
      rows: sorted.map(([key, edge]) => [
        ...(JSON.parse(key) as CellValue[]),
        ...EDGE_COUNTS[name].map((count) => edge[count]),
      ]),
      lines: sorted.map(([, { line }]) => line),
    });
  }

  /** A moment of the kernel's clock as epoch milliseconds; null while the host's uptime is unknown. */
  private wallClock(ns: string | undefined): number | null {
    const { uptimeSeconds, collectedAt } = this.ctx;
    if (ns === undefined || !/^[0-9]{1,19}$/.test(ns) || uptimeSeconds === undefined) return null;
    return Math.round(collectedAt + Number(ns) / 1e6 - uptimeSeconds * 1000);
  }
}

/** `name=value` between tabs; the last field may hold anything but a newline. */
const fieldsOf = (text: string): Map<string, string> => {
  const fields = new Map<string, string>();
  for (const part of text.split('\t')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at), part.slice(at + 1));
  }
  return fields;
};

/** `::ffff:10.0.0.1` is the IPv4 address of a socket that speaks both; eight groups are written as people do. */
const plainAddress = (text: string): string => {
  if (text.startsWith('::ffff:') && text.includes('.')) return text.slice(7);
  const groups = text.split(':');
  return groups.length === GROUPS && !groups.includes('') ? shortAddress(groups) : text;
};

const GROUPS = 8;

/** RFC 5952, 4.2: the longest run of zeros, the first of equal ones and no single one, becomes `::`. */
const shortAddress = (groups: readonly string[]): string => {
  let from = 0;
  let longest = 1;
  for (let at = 0; at < GROUPS; at++) {
    let end = at;
    while (groups[end] === '0') end++;
    if (end - at <= longest) continue;
    from = at;
    longest = end - at;
  }
  if (longest === 1) return groups.join(':');
  return `${groups.slice(0, from).join(':')}::${groups.slice(from + longest).join(':')}`;
};

const sentenceOf = (name: string, fields: Readonly<Record<string, CellValue>>): string => {
  if (fields.saddr !== undefined)
    return `${fields.saddr}:${fields.sport} → ${fields.daddr}:${fields.dport}${fields.state ? ` ${fields.state}` : ''}${typeof fields.segs === 'number' && fields.segs > 1 ? `, ${fields.segs} segments` : ''}`;
  return (
    Object.entries(fields)
      .map(([key, value]) => `${key}=${value ?? ''}`)
      .join(' ')
      .slice(0, 300) || name
  );
};

export const traceParser: ParserDefinition = {
  id: 'trace',
  title: 'Events and histograms of our own bpftrace programs',
  tools: ['bpftrace (programs of the catalogue)'],
  expects:
    'a line `Attaching … probes`, an event (`E`, a class, name=value between tabs) or a map such as `@runq_us: `',
  fields: {
    event: 'class of an event; its fields stand beside it',
    map: 'name of a map, without its @',
    count: 'values in a histogram or a table entry',
    average_us: 'mean, microseconds',
    total_us: 'sum, microseconds',
  },
  likelihood: (head) =>
    head.some((line) => (line.startsWith('E\t') && line.includes('\tns=')) || /^T\tns=[0-9]+$/.test(line)) ||
    head.some((line) => /^@(t_[a-z_]+|[a-z]+_us)(\[|:)/.test(line))
      ? 0.97
      : 0,
  create: (sink, ctx) => new TraceParser(sink, ctx),
};
