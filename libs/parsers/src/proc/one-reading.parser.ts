import type { CellValue, ParsedRow } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { isInteger, plainInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

/** What a line adds to the rows; false when it is none of the file's. */
export type ReadLine = (text: string, row: ParsedRow, add: (row: ParsedRow) => void) => boolean;

export interface OneFile {
  readonly id: string;
  readonly paths: readonly string[];
  readonly title: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly read: ReadLine;
  /** Keys of which one must be there for a text to be this file. */
  readonly signs: readonly string[];
  readonly documented?: string;
}

/** A counter past 2^53 stays text: a number would be another one. */
const numberOrText = (word: string): CellValue => {
  const digits = word.startsWith('-') ? word.slice(1) : word;
  const number = Number(word);
  return isInteger(digits) && Number.isSafeInteger(number) ? number : word;
};

const BLANK = 32;
const COLON = 58;

/** `key value`, of counters alone. */
const counter: ReadLine = (text, row) => {
  // As the kernel prints it: one blank, and digits up to the end.
  const blank = text.indexOf(' ');
  const printed = blank > 0 && text.charCodeAt(0) > BLANK ? plainInteger(text, blank + 1) : -1;
  if (printed !== -1) {
    row[text.slice(0, text.charCodeAt(blank - 1) === COLON ? blank - 1 : blank)] = printed;
    return true;
  }
  const [key = '', value = '', more] = words(text);
  if (more !== undefined || !isInteger(value) || key === '') return false;
  const plain = plainInteger(value);
  const name = key.charCodeAt(key.length - 1) === COLON ? key.slice(0, -1) : key;
  row[name] = plain === -1 ? numberOrText(value) : plain;
  return true;
};

/** `Key:\tvalue`, some in kB, some words. */
const labelled: ReadLine = (text, row) => {
  const colon = text.indexOf(':');
  if (colon < 1 || text.slice(0, colon).includes(' ')) return false;
  const value = text.slice(colon + 1).trim();
  const size = value.endsWith(' kB') ? value.slice(0, -3) : value;
  row[text.slice(0, colon)] = isInteger(size) ? numberOrText(size) : value;
  return true;
};

/** The mapping's own line, then `Key: value kB`. */
const rollup: ReadLine = (text, row, add) => {
  if (!text.endsWith('[rollup]')) return words(text).length === 3 && labelled(text, row, add);
  row.range = words(text)[0] ?? '';
  return true;
};

export const numbersOf =
  (...names: string[]): ReadLine =>
  (text, row) => {
    const cells = words(text);
    if (cells.length !== names.length || !cells.every(isInteger)) return false;
    names.forEach((name, at) => (row[name] = numberOrText(cells[at] ?? '')));
    return true;
  };

/** Blanks part the names from the values, two and more of them: names hold single ones. */
const limits: ReadLine = (text, _row, add) => {
  const cells = text
    .split('  ')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');
  if (cells[0] === 'Limit') return cells[1] === 'Soft Limit';
  const [limit = '', soft, hard, units] = cells;
  if (!limit.startsWith('Max ') || soft === undefined || hard === undefined) return false;
  // Unlimited is no number; it isn't unknown either.
  const row = newRow();
  Object.assign(row, { Limit: limit, 'Soft Limit': numberOrText(soft), 'Hard Limit': numberOrText(hard) });
  row.Units = units ?? null;
  add(row);
  return true;
};

/** `8:0 rbytes=1 wbytes=2 …`, a row a device. */
const devices: ReadLine = (text, _row, add) => {
  const [device = '', ...pairs] = words(text);
  if (!device.includes(':') || pairs.length === 0) return false;
  const row = newRow();
  row.device = device;
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) return false;
    row[pair.slice(0, equals)] = numberOrText(pair.slice(equals + 1));
  }
  add(row);
  return true;
};

const FILES: readonly OneFile[] = [
  {
    id: 'proc-pid-status',
    paths: ['/proc/[pid]/status'],
    title: 'What a process is and holds',
    fields: { '*': 'as printed; sizes in KiB' },
    read: labelled,
    signs: ['VmRSS', 'Tgid', 'voluntary_ctxt_switches'],
  },
  {
    id: 'proc-pid-io',
    paths: ['/proc/[pid]/io'],
    title: 'I/O of a process since its start',
    read: counter,
    signs: ['rchar', 'read_bytes'],
  },
  {
    id: 'proc-pid-schedstat',
    paths: ['/proc/[pid]/schedstat'],
    title: 'Time a thread ran and waited for a CPU',
    fields: { run: 'nanoseconds on a CPU', wait: 'nanoseconds waiting for one', slices: 'times it ran' },
    read: numbersOf('run', 'wait', 'slices'),
    signs: ['slices'],
  },
  {
    id: 'proc-pid-smaps-rollup',
    paths: ['/proc/[pid]/smaps_rollup'],
    title: 'Memory of a process over all its mappings',
    fields: { '*': 'KiB' },
    read: rollup,
    signs: ['Rss', 'Pss'],
  },
  {
    id: 'proc-pid-limits',
    paths: ['/proc/[pid]/limits'],
    title: 'Limits of a process',
    fields: { 'Soft Limit': '`unlimited`, or a number in Units' },
    read: limits,
    signs: ['Limit'],
  },
  {
    id: 'proc-sys-fs-file-nr',
    paths: ['/proc/sys/fs/file-nr'],
    title: 'File handles of the host',
    read: numbersOf('allocated', 'free', 'max'),
    signs: ['allocated'],
  },
  {
    id: 'cgroup-cpu-stat',
    documented: 'cgroup-v2.rst of Linux 6',
    paths: ['cpu.stat'],
    title: 'CPU time and throttling of a cgroup',
    fields: { throttled_usec: 'microseconds (v2)', throttled_time: 'nanoseconds (v1)' },
    read: counter,
    signs: ['usage_usec', 'nr_throttled'],
  },
  {
    id: 'cgroup-memory-stat',
    documented: 'cgroup-v2.rst of Linux 6',
    paths: ['memory.stat'],
    title: 'Memory of a cgroup by kind',
    fields: { '*': 'bytes, and counts of pages and events, as the kernel documents them' },
    read: counter,
    signs: ['anon', 'cache', 'total_rss'],
  },
  {
    id: 'cgroup-memory-events',
    documented: 'cgroup-v2.rst of Linux 6',
    paths: ['memory.events', 'memory.events.local'],
    title: 'Times a cgroup met its limits',
    read: counter,
    signs: ['oom_kill'],
  },
  {
    id: 'cgroup-io-stat',
    documented: 'cgroup-v2.rst of Linux 6',
    paths: ['io.stat'],
    title: 'I/O of a cgroup by device',
    read: devices,
    signs: ['rbytes'],
  },
];

/** One reading of a file whose values are counts since some start, or states: rows only, nothing to judge. */
class OneReadingParser implements LineParser {
  recognised = false;
  private readonly row = newRow();

  constructor(
    private readonly sink: Sink,
    private readonly file: OneFile,
  ) {}

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    const read = this.file.read(text, this.row, this.add);
    if (!read) this.sink.issue(line, text, `no line of ${this.file.paths[0] ?? this.file.id}`);
  }

  end(): void {
    if (!isEmpty(this.row)) this.add(this.row);
  }

  private readonly add = (row: ParsedRow): void => {
    // Rows inherit nothing: what is in one is its own.
    for (const sign of this.file.signs) if (sign in row) this.recognised = true;
    this.sink.row(row);
  };
}

const isEmpty = (row: ParsedRow): boolean => {
  for (const _ in row) return false;
  return true;
};

/** The share of lines that are read; nothing where no sign of the file is among them. */
const likelihood = (file: OneFile, head: readonly string[]): number => {
  let signed = false;
  const sees = (row: ParsedRow): void => {
    if (file.signs.some((sign) => Object.hasOwn(row, sign))) signed = true;
  };
  const row = newRow();
  const read = head.filter((line) => file.read(line, row, sees)).length;
  sees(row);
  return signed && head.length > 0 && read === head.length ? 0.85 : 0;
};

export const oneReadingParser = (file: OneFile): ParserDefinition => ({
  id: file.id,
  title: `${file.title} (one reading)`,
  tools: file.paths,
  expects: `the content of ${file.paths[0] ?? file.id}`,
  fields: file.fields ?? {},
  documented: file.documented,
  likelihood: (head) => likelihood(file, head),
  create: (sink) => new OneReadingParser(sink, file),
});

export const oneReadingParsers: readonly ParserDefinition[] = FILES.map(oneReadingParser);
