import { words } from '../core/line-splitter';
import { looksNumeric, NumberReader } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { Sink } from '../core/sink';
import { SysstatClock } from './sysstat-clock';
import { cellNumber, type Heading, headingOf, TableRow } from './sysstat-table';

/** Columns that hold a name, not a number. The last column of a table may hold blanks in its names. */
const NAMES = new Set([
  'CPU',
  'NODE',
  'CORE',
  'SOCK',
  'IFACE',
  'DEV',
  'INTR',
  'TTY',
  'FCHOST',
  'BUS',
  'DEVICE',
  'BAT',
  'UID',
  'USER',
  'PID',
  'TGID',
  'TID',
  'Command',
  'FILESYSTEM',
  'MOUNTPOINT',
  'policy',
  'FAN',
  'TEMP',
  'IN',
  'manufact',
  'product',
  'idvendor',
  'idprod',
  'wghMHz',
  'status',
]);
const NUMERIC_NAMES = new Set(['UID', 'PID', 'TGID', 'TID', 'wghMHz', 'NODE', 'CORE', 'SOCK', 'BUS', 'TTY']);
const LAST_WITH_BLANKS = new Set(['Command', 'FILESYSTEM', 'MOUNTPOINT', 'product', 'DEVICE', 'status']);

const FIRST_COLUMNS = new Set([
  ...NAMES,
  'runq-sz',
  'dentunusd',
  'totsck',
  'tcp6sck',
  'ip-frag',
  'tps',
  'frmpg/s',
  'fch_rxf/s',
  'file-sz',
  'pcswin/s',
]);

const beginsHeading = (word: string): boolean =>
  FIRST_COLUMNS.has(word) ||
  (word.length > 2 && word.endsWith('/s')) ||
  (word.length > 1 && word.startsWith('%')) ||
  word.startsWith('kb') ||
  word.startsWith('MBfs');

const MAX_CLOCK_WORDS = 4;

export interface SysstatHooks {
  heading?(heading: Heading): void;
  row(row: TableRow): void;
}

/**
 * Reads what mpstat, pidstat and sar have in common: a banner, tables under repeated headings, a clock of one to four words
 * before each row, averages at the end, restarts in between.
 */
export class SysstatReader {
  recognised = false;
  cpus: number | null = null;
  private readonly clock: SysstatClock;
  private readonly reader = new NumberReader();
  private heading: Heading | null = null;
  private clockless = false;
  private averageHeading: { columns: string; words: number } | null = null;

  constructor(
    private readonly sink: Sink,
    ctx: ParseContext,
    private readonly hooks: SysstatHooks,
  ) {
    this.clock = new SysstatClock(ctx);
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (isBanner(text, tokens)) {
      this.clock.banner(text);
      this.cpus = cpusOf(tokens) ?? this.cpus;
      return;
    }
    if (text.startsWith('#')) this.hashHeading(tokens, line);
    else if (!this.plainHeading(tokens, line)) this.data(tokens, text, line);
  }

  /** `# Time  UID  PID …` of pidstat -h. */
  private hashHeading(tokens: readonly string[], line: number): void {
    const from = tokens.findIndex((token) => FIRST_COLUMNS.has(token));
    if (from < 1) return;
    this.setHeading(tokens.slice(from), line);
    this.clockless = true;
  }

  private plainHeading(tokens: readonly string[], line: number): boolean {
    let from = -1;
    for (let at = 0; at <= MAX_CLOCK_WORDS && at < tokens.length; at++) {
      if (beginsHeading(tokens[at] ?? '')) {
        from = at;
        break;
      }
    }
    if (from === -1 && this.clock.matches(tokens) && tokens.length > this.clock.length) from = this.clock.length;
    if (from < 1) return false;
    const columns = tokens.slice(from);
    if (columns.some(looksNumeric)) return false;
    if (columns[0] === 'LINUX' || columns[0] === 'COM') return false;
    const before = tokens.slice(0, from);
    if (before.some((token) => looksNumeric(token[0] ?? ''))) {
      this.clock.learn(before);
      this.clock.heading(before);
      this.averageHeading = null;
    } else {
      this.averageHeading = { columns: columns.join(' '), words: before.length };
    }
    this.setHeading(columns, line);
    this.clockless = false;
    return true;
  }

  private setHeading(columns: readonly string[], line: number): void {
    this.recognised = true;
    this.heading = headingOf(columns, line);
    this.hooks.heading?.(this.heading);
  }

  private data(tokens: readonly string[], text: string, line: number): void {
    const restart = tokens.indexOf('LINUX');
    if (restart > 0 && tokens[restart + 1] === 'RESTART') {
      // No sample lies across a restart; the rows before and after it stand for themselves.
      this.clock.restart();
      return;
    }
    const { heading } = this;
    if (!heading) {
      this.sink.issue(line, text, 'line before any heading');
      return;
    }
    const clockWords = this.clockless
      ? this.clock.lengthOf(tokens, heading.columns[0] === 'USER')
      : this.clock.matches(tokens)
        ? this.clock.length
        : 0;
    if (clockWords === 0) this.average(heading, tokens, text, line);
    else if (tokens[clockWords] !== 'COM') {
      const time = this.clock.row(tokens.slice(0, clockWords));
      this.cells(new TableRow(heading, line, time, false), tokens.slice(clockWords), text);
    }
  }

  /** `Average:`, `Durchschn.:`, `Moyenne :`, `平均値:`: a label in some language, of one word or two. */
  private average(heading: Heading, tokens: readonly string[], text: string, line: number): void {
    const first = tokens[0] ?? '';
    const colon = tokens.findIndex((token, at) => at < 3 && (token.endsWith(':') || token.endsWith('：')));
    const labels = this.averageHeading?.words ?? (colon === -1 ? tokens.length - heading.columns.length : colon + 1);
    const cells = tokens.slice(labels);
    if (labels < 1 || labels > 3 || looksNumeric(first) || !cells.some(looksNumeric)) {
      this.sink.issue(line, text, 'neither a heading nor a row of the table above');
      return;
    }
    this.clock.restart();
    this.cells(new TableRow(heading, line, null, true), cells, text);
  }

  private cells(row: TableRow, cells: readonly string[], text: string): void {
    let { columns } = row.heading;
    const last = columns[columns.length - 1] ?? '';
    if (cells.length < columns.length && row.has('CORE') && row.has('CPU')) {
      // mpstat -T leaves the topology of the row `all` blank.
      const named = columns.filter((column) => column !== 'CORE' && column !== 'SOCK' && column !== 'NODE');
      if (named.length === cells.length) columns = named;
    }
    const spread = cells.length > columns.length && LAST_WITH_BLANKS.has(last);
    if (cells.length !== columns.length && !spread) {
      this.sink.issue(row.line, text, `column count: ${cells.length} values under ${columns.length} headings`);
      return;
    }
    for (const [at, column] of columns.entries()) {
      const word = cells[at] ?? '';
      if (spread && at === columns.length - 1) row.set(column, cells.slice(at).join(' '));
      else row.set(column, this.cell(column, word, row, text));
    }
    if (this.sink.keepsRows) this.sink.row(row.toRow());
    this.hooks.row(row);
  }

  private cell(column: string, word: string, row: TableRow, text: string): string | number | null {
    if (NAMES.has(column)) {
      if (word === '-') return null;
      if (!NUMERIC_NAMES.has(column)) return word;
      return this.reader.number(word) ?? word;
    }
    const value = cellNumber(this.reader, column, word);
    if (value === undefined) {
      this.sink.issue(row.line, text, `${column} is no number: ${word}`);
      return null;
    }
    // No rate is negative: pidstat prints -1.00 for what it may not read.
    return value === -1 && column.endsWith('/s') ? null : value;
  }
}

const isBanner = (text: string, tokens: readonly string[]): boolean =>
  text.startsWith('Linux ') && tokens.length > 3 && text.includes('(') && !text.includes('%');

const cpusOf = (tokens: readonly string[]): number | null => {
  const at = tokens.findIndex((token, i) => i > 2 && token.startsWith('('));
  const count = Number((tokens[at] ?? '').slice(1));
  return at !== -1 && Number.isInteger(count) && count > 0 ? count : null;
};

/** How sure a text is one of sysstat's tables with these headings. */
export const sysstatLikelihood =
  (...needles: readonly string[][]) =>
  (head: readonly string[]): number => {
    for (const line of head) {
      const tokens = new Set(words(line));
      if (needles.some((all) => all.every((needle) => tokens.has(needle)))) return 0.9;
    }
    return 0;
  };
