import type { ParsedRow } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { plainDecimal } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import { newRow, type Sink } from '../core/sink';
import { readerOf } from './file-readers';
import { DiskstatsParser, ZoneinfoParser } from './long-files';
import { readInterfaces, readMib } from './network-files';
import type { Counters } from './counters';
import { keyedValues, type Line, type OnOdd, type Snapshot, TextHost, wordsOf } from './snapshot';

/** Gives each row with its line, and the lines that are none of the file's. */
type Rows = (snapshot: Snapshot, add: (row: ParsedRow, line: number) => void, odd: OnOdd) => void;

const rowOf = ({ names, values }: Counters): ParsedRow => {
  const row = newRow();
  for (let at = 0; at < names.length; at++) row[names[at] ?? ''] = values[at] ?? null;
  return row;
};

const interfaces: Rows = (snapshot, add, odd) => {
  for (const [name, { columns, values, line }] of readInterfaces(snapshot, odd)) {
    const row = newRow();
    row.interface = name;
    for (let at = 0; at < columns.length; at++) {
      const value = values[at] ?? Number.NaN;
      if (value === value) row[columns[at] ?? ''] = value;
    }
    add(row, line);
  }
};

/** Lines of a word and `name value` or `name=value` pairs: sockstat, pressure. */
const pairs: Rows = (snapshot, add) => {
  for (const { text, line } of snapshot.lines) {
    const [label = '', ...rest] = words(text.split('=').join(' '));
    const row = newRow();
    row.name = label.endsWith(':') ? label.slice(0, -1) : label;
    for (let at = 0; at + 1 < rest.length; at += 2) row[rest[at] ?? ''] = Number(rest[at + 1]);
    add(row, line);
  }
};

const hexadecimal = (word: string): number => (word.length === 8 ? Number(`0x${word}`) : Number.NaN);

/** Lines of numbers without headings. */
const numbers =
  (names: readonly string[], numberOf: (word: string) => number = plainDecimal): Rows =>
  (snapshot, add) => {
    for (const one of snapshot.lines) {
      const row = newRow();
      const tokens = wordsOf(one);
      for (let at = 0; at < names.length && at < tokens.length; at++) {
        const word = tokens[at] ?? '';
        const number = numberOf(word);
        row[names[at] ?? ''] = Number.isFinite(number) ? number : word;
      }
      add(row, one.line);
    }
  };

interface ProcFile {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly rows?: Rows;
  /** One row of them all. */
  readonly counters?: (snapshot: Snapshot, odd: OnOdd) => Counters;
  /** Its metrics are rates: one reading has none. */
  readonly hasRatesOnly?: boolean;
  /** Reads the file in another way than whole. */
  readonly create?: (sink: Sink) => LineParser;
  /** Whether a text is this file, from its first lines. */
  readonly is: (head: readonly string[]) => boolean;
}

const begins =
  (...starts: string[]) =>
  (head: readonly string[]): boolean =>
    starts.some((start) => head[0]?.startsWith(start));

const isNumbers = (line: string | undefined, least: number, digits: string): boolean => {
  const tokens = words(line ?? '');
  return tokens.length >= least && tokens.every((token) => [...token].every((char) => digits.includes(char)));
};

const FILES: readonly ProcFile[] = [
  { id: 'proc-meminfo', path: '/proc/meminfo', title: 'Memory', counters: keyedValues, is: begins('MemTotal:') },
  {
    id: 'proc-vmstat',
    path: '/proc/vmstat',
    title: 'Virtual memory counters',
    counters: keyedValues,
    is: begins('nr_free_pages '),
  },
  {
    id: 'proc-stat',
    path: '/proc/stat',
    title: 'CPU time and scheduler counters',
    counters: keyedValues,
    is: begins('cpu  '),
  },
  {
    id: 'proc-loadavg',
    path: '/proc/loadavg',
    title: 'Load averages',
    rows: numbers(['load1', 'load5', 'load15', 'running/threads', 'lastPid']),
    is: (head) => head.length === 1 && words(head[0] ?? '').length === 5 && isNumbers(head[0], 5, '0123456789./'),
  },
  {
    id: 'proc-diskstats',
    path: '/proc/diskstats',
    title: 'Disk counters',
    create: (sink) => new DiskstatsParser(sink),
    is: (head) => {
      const tokens = words(head[0] ?? '');
      return (
        tokens.length >= 14 &&
        isNumbers([...tokens.slice(0, 2), ...tokens.slice(3)].join(' '), 13, '0123456789') &&
        !isNumbers(tokens[2], 1, '0123456789')
      );
    },
  },
  {
    id: 'proc-net-dev',
    path: '/proc/net/dev',
    title: 'Interface counters',
    rows: interfaces,
    hasRatesOnly: true,
    is: begins('Inter-|'),
  },
  {
    id: 'proc-net-snmp',
    path: '/proc/net/snmp',
    title: 'IP, TCP and UDP counters',
    counters: readMib,
    is: begins('Ip: Forwarding'),
  },
  {
    id: 'proc-net-netstat',
    path: '/proc/net/netstat',
    title: 'TCP counters',
    counters: readMib,
    is: begins('TcpExt: Syn'),
  },
  {
    id: 'proc-net-softnet-stat',
    path: '/proc/net/softnet_stat',
    title: 'Backlog of each CPU',
    rows: numbers(['processed', 'dropped', 'squeezed'], hexadecimal),
    is: (head) => isNumbers(head[0], 9, '0123456789abcdef') && words(head[0] ?? '').every((word) => word.length === 8),
  },
  {
    id: 'proc-net-sockstat',
    path: '/proc/net/sockstat',
    title: 'Sockets in use',
    rows: pairs,
    is: begins('sockets: used'),
  },
  {
    id: 'proc-pressure-cpu',
    path: '/proc/pressure/cpu',
    title: 'Pressure on the CPUs',
    rows: pairs,
    is: begins('some avg10='),
  },
  {
    id: 'proc-pressure-memory',
    path: '/proc/pressure/memory',
    title: 'Pressure on memory',
    rows: pairs,
    is: () => false,
  },
  { id: 'proc-pressure-io', path: '/proc/pressure/io', title: 'Pressure on disks', rows: pairs, is: () => false },
  {
    id: 'proc-uptime',
    path: '/proc/uptime',
    title: 'Seconds since boot',
    rows: numbers(['uptimeSeconds', 'idleSeconds']),
    is: (head) => head.length === 1 && words(head[0] ?? '').length === 2 && isNumbers(head[0], 2, '0123456789.'),
  },
  {
    id: 'proc-zoneinfo',
    path: '/proc/zoneinfo',
    title: 'Memory zones and watermarks',
    create: (sink) => new ZoneinfoParser(sink),
    is: begins('Node 0, zone'),
  },
];

/** Keys of a row that say what it is of. */
const LABELS = new Set(['name', 'device', 'interface']);

/** One reading of one file: gauges are measurements; counters since boot are rows only, never judged. */
class ProcFileParser implements LineParser {
  recognised = false;
  private readonly lines: Line[] = [];
  private length = 0;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
    private readonly file: ProcFile,
  ) {}

  line(text: string, line: number): void {
    this.length += text.length;
    if (this.length > this.sink.limits.maxDocumentLength) this.sink.once('length', line, '', 'text too long: cut');
    else if (text.trim() !== '') this.lines.push({ text, line });
  }

  end(): void {
    const snapshot: Snapshot = { path: this.file.path, uptime: null, line: 0, lines: this.lines };
    const { counters, rows } = this.file;
    if (counters) this.countersRow(counters(snapshot, this.odd));
    rows?.(snapshot, this.row, this.odd);
    if (!this.recognised || this.file.hasRatesOnly) return;
    const reader = readerOf(new TextHost(this.sink, this.ctx), this.file.path);
    reader?.add(snapshot);
    reader?.end?.();
    this.sink.singleReading();
  }

  private readonly odd = ({ text, line }: Line): void => {
    this.sink.issue(line, text, `no line of ${this.file.path}`);
  };

  private countersRow(counters: Counters): void {
    if (counters.names.every((name) => LABELS.has(name))) return;
    this.recognised = true;
    this.sink.row(() => rowOf(counters));
  }

  private readonly row = (row: ParsedRow, line: number): void => {
    if (hasNumber(row)) {
      this.recognised = true;
      this.sink.row(row);
    } else this.sink.issue(line, JSON.stringify(row), `no line of ${this.file.path}`);
  };
}

/** Whether there is a number in a row, beside what it is of. */
const hasNumber = (row: ParsedRow): boolean => {
  // Rows inherit nothing.
  for (const key in row) {
    const value = row[key];
    if (typeof value === 'number' && value === value && !LABELS.has(key)) return true;
  }
  return false;
};

export const procFileParsers: readonly ParserDefinition[] = FILES.map((file) => ({
  id: file.id,
  title: `${file.title} (one reading)`,
  tools: [file.path],
  expects: `the content of ${file.path}`,
  fields: {},
  likelihood: (head) => (file.is(head) ? 0.9 : 0),
  create: (sink, ctx) => file.create?.(sink) ?? new ProcFileParser(sink, ctx, file),
}));
