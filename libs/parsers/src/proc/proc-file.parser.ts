import type { ParsedRow } from '@fleetscope/contracts';
import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import { newRow, type Sink } from '../core/sink';
import { diskRow, DiskTable } from './disk-files';
import { readerOf } from './file-readers';
import { ProcessList } from './process-list';
import { readInterfaces, readMib } from './network-files';
import { type Counters, keyedValues, type Line, type Snapshot } from './snapshot';
import { ThreadNames } from './thread-names';
import { zoneRows } from './zone-info';

type Rows = (snapshot: Snapshot) => ParsedRow[];

const rowOf = (counters: Counters): ParsedRow => {
  const row = newRow();
  for (const [name, { value }] of counters) row[name] = value;
  return row;
};

const interfaces: Rows = (snapshot) =>
  [...readInterfaces(snapshot)].map(([name, counters]) => {
    const row = newRow();
    row.interface = name;
    for (const [column, { value }] of counters) row[column] = value;
    return row;
  });

/** Lines of a word and `name value` or `name=value` pairs: sockstat, pressure. */
const pairs: Rows = (snapshot) =>
  snapshot.lines
    .filter(({ text }) => text.trim() !== '')
    .map(({ text }) => {
      const row = newRow();
      const [label = '', ...rest] = words(text.split('=').join(' '));
      row.name = label.endsWith(':') ? label.slice(0, -1) : label;
      for (let at = 0; at + 1 < rest.length; at += 2) row[rest[at] ?? ''] = Number(rest[at + 1]);
      return row;
    });

/** Lines of numbers without headings. */
const numbers =
  (names: readonly string[], radix = 10): Rows =>
  (snapshot) =>
    snapshot.lines
      .filter(({ text }) => text.trim() !== '')
      .map(({ text }) => {
        const row = newRow();
        for (const [at, name] of names.entries()) {
          const word = words(text)[at];
          if (word === undefined) continue;
          const number = radix === 16 ? (word.length === 8 ? Number(`0x${word}`) : Number.NaN) : Number(word);
          row[name] = Number.isFinite(number) ? number : word;
        }
        return row;
      });

interface ProcFile {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly rows?: Rows;
  /** One row of them all. */
  readonly counters?: (lines: readonly Line[]) => Counters;
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

/** /proc/diskstats of a host with thousands of disks, or a log of its readings, is long: its lines are read as bytes. */
class DiskstatsParser implements LineParser {
  private readonly table = new DiskTable();

  constructor(private readonly sink: Sink) {}

  get recognised(): boolean {
    return this.table.disks.size > 0;
  }

  line(text: string, line: number): void {
    this.table.line(text, line);
  }

  block(block: LineBlock): void {
    this.table.block(block);
  }

  end(): void {
    for (const [device, disk] of this.table.disks) this.sink.row(diskRow(device, disk));
  }
}

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
  { id: 'proc-net-dev', path: '/proc/net/dev', title: 'Interface counters', rows: interfaces, is: begins('Inter-|') },
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
    rows: numbers(['processed', 'dropped', 'squeezed'], 16),
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
    rows: zoneRows,
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
    else this.lines.push({ text, line });
  }

  end(): void {
    const snapshot: Snapshot = { path: this.file.path, uptime: null, line: 0, lines: this.lines };
    const { counters, rows } = this.file;
    if (counters) this.countersRow(counters(this.lines));
    for (const row of rows?.(snapshot) ?? []) this.row(row);
    if (!this.recognised) return;
    const reader = readerOf(
      {
        sink: this.sink,
        ctx: this.ctx,
        linkSpeeds: new Map(),
        halfDuplex: new Set(),
        bootAt: null,
        processes: new ProcessList(),
        threads: new ThreadNames(),
      },
      this.file.path,
    );
    reader?.add(snapshot);
    reader?.end?.();
    this.sink.singleReading();
  }

  private countersRow(counters: Counters): void {
    for (const key of counters.keys()) {
      if (LABELS.has(key)) continue;
      this.recognised = true;
      this.sink.row(() => rowOf(counters));
      return;
    }
    this.row(rowOf(counters));
  }

  private row(row: ParsedRow): void {
    const known = Object.entries(row).some(
      ([key, value]) => !LABELS.has(key) && typeof value === 'number' && !Number.isNaN(value),
    );
    this.recognised ||= known;
    if (known) this.sink.row(row);
    else this.sink.issue(null, JSON.stringify(row), `no line of ${this.file.path}`);
  }
}

export const procFileParsers: readonly ParserDefinition[] = FILES.map((file) => ({
  id: file.id,
  title: `${file.title} (one reading)`,
  tools: [file.path],
  expects: `the content of ${file.path}`,
  fields: {},
  likelihood: (head) => (file.is(head) ? 0.9 : 0),
  create: (sink, ctx) => file.create?.(sink) ?? new ProcFileParser(sink, ctx, file),
}));
