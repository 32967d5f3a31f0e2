import { words } from '../core/line-splitter';
import type { LineBlock } from '../core/line-block';
import { looksNumeric, NumberReader } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser } from '../core/parser-definition';
import { NAME, RATE, type RecordTable, type TableLayout } from '../core/record-table';
import type { Sink } from '../core/sink';
import type { TableSet } from '../core/table-set';
import { SysstatClock } from './sysstat-clock';
import { SysstatLines } from './sysstat-lines';
import { AVERAGE, cellNumber, isNameColumn, isNumericName } from './sysstat-table';

const FIRST_COLUMNS = new Set([
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
  isNameColumn(word) ||
  FIRST_COLUMNS.has(word) ||
  (word.length > 2 && word.endsWith('/s')) ||
  (word.length > 1 && word.startsWith('%')) ||
  word.startsWith('kb') ||
  word.startsWith('MBfs');

const MAX_CLOCK_WORDS = 4;
const TOPOLOGY = new Set(['CORE', 'SOCK', 'NODE']);

export interface SysstatHooks {
  /** A table begins, the first time or again. */
  heading?(columns: readonly string[], line: number): void;
  /** The table's record in the making is whole; `heading` is the line of the table's heading. */
  record?(table: RecordTable, heading: number): void;
}

/**
 * Reads what mpstat, pidstat and sar have in common: a banner, tables under repeated headings, a clock of one to four words
 * before each row, averages at the end, restarts in between. Plain lines are read as bytes, the others as words.
 */
export class SysstatReader implements LineParser {
  recognised = false;
  cpus: number | null = null;
  readonly clock: SysstatClock;
  readonly numbers = new NumberReader();
  table: RecordTable | null = null;
  /** Whether the heading says nothing of a clock before the rows. */
  clockless = false;
  /** Words before the heading of averages. */
  averageWords: number | null = null;
  lastBanner = '';
  private headingLine = 0;
  private readonly plain: SysstatLines;

  constructor(
    readonly sink: Sink,
    ctx: ParseContext,
    readonly tables: TableSet,
    private readonly hooks: SysstatHooks,
  ) {
    this.clock = new SysstatClock(ctx);
    this.plain = new SysstatLines(this);
  }

  end(): void {}

  block(block: LineBlock): void {
    if (this.table) this.plain.read(block);
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (isBanner(text, tokens)) {
      this.clock.banner(text);
      this.cpus = cpusOf(tokens) ?? this.cpus;
      this.lastBanner = text;
      return;
    }
    if (text.startsWith('#')) this.hashHeading(tokens, line);
    else if (!this.plainHeading(tokens, line)) this.data(tokens, text, line);
  }

  /** `# Time  UID  PID …` of pidstat -h. */
  private hashHeading(tokens: readonly string[], line: number): void {
    const from = tokens.findIndex((token) => isNameColumn(token) || FIRST_COLUMNS.has(token));
    if (from < 1) return;
    this.begin(this.tables.of(tokens.slice(from)), line, true);
    this.hooks.heading?.(tokens.slice(from), line);
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
      this.averageWords = null;
    } else this.averageWords = before.length;
    this.begin(this.tables.of(columns), line, false);
    this.hooks.heading?.(columns, line);
    return true;
  }

  /** A table begins. */
  begin(table: RecordTable, line: number, clockless: boolean): void {
    this.recognised = true;
    this.table = table;
    this.headingLine = line;
    this.clockless = clockless;
  }

  private data(tokens: readonly string[], text: string, line: number): void {
    const restart = tokens.indexOf('LINUX');
    if (restart > 0 && tokens[restart + 1] === 'RESTART') {
      // No sample lies across a restart; the rows before and after it stand for themselves.
      this.clock.restart();
      return;
    }
    const { table } = this;
    if (!table) {
      this.sink.issue(line, text, 'line before any heading');
      return;
    }
    const clockWords = this.clockless
      ? this.clock.lengthOf(tokens, table.layout.columns[0] === 'USER')
      : this.clock.matches(tokens)
        ? this.clock.length
        : 0;
    if (clockWords === 0) this.average(table, tokens, text, line);
    else if (tokens[clockWords] !== 'COM') {
      const time = this.clock.row(tokens.slice(0, clockWords));
      this.cells(table, { line, time, note: 0 }, tokens.slice(clockWords), text);
    }
  }

  /** `Average:`, `Durchschn.:`, `Moyenne :`, `平均値:`: a label in some language, of one word or two. */
  private average(table: RecordTable, tokens: readonly string[], text: string, line: number): void {
    const first = tokens[0] ?? '';
    const colon = tokens.findIndex((token, at) => at < 3 && (token.endsWith(':') || token.endsWith('：')));
    const labels = this.averageWords ?? (colon === -1 ? tokens.length - table.layout.columns.length : colon + 1);
    const cells = tokens.slice(labels);
    if (labels < 1 || labels > 3 || looksNumeric(first) || !cells.some(looksNumeric)) {
      this.sink.issue(line, text, 'neither a heading nor a row of the table above');
      return;
    }
    this.clock.restart();
    this.cells(table, { line, time: null, note: AVERAGE }, cells, text);
  }

  private cells(
    whole: RecordTable,
    { line, time, note }: { line: number; time: number | null; note: number },
    cells: readonly string[],
    text: string,
  ): void {
    let table = whole;
    let { columns } = table.layout;
    if (cells.length < columns.length && columns.includes('CORE') && columns.includes('CPU')) {
      // mpstat -T leaves the topology of the row `all` blank.
      const named = columns.filter((column) => !TOPOLOGY.has(column));
      if (named.length === cells.length) {
        table = this.tables.of(named);
        columns = named;
      }
    }
    const { layout } = table;
    const spread = cells.length > columns.length && layout.takesRest;
    if (cells.length !== columns.length && !spread) {
      this.sink.issue(line, text, `column count: ${cells.length} values under ${columns.length} headings`);
      return;
    }
    table.begin(line, time, note);
    for (const [at, column] of columns.entries()) {
      const word = cells[at] ?? '';
      if (spread && at === columns.length - 1) table.set(at, cells.slice(at).join(' '));
      else table.set(at, this.cell(layout, at, column, word, line, text));
    }
    this.record(table);
  }

  private cell(
    { kinds }: TableLayout,
    at: number,
    column: string,
    word: string,
    line: number,
    text: string,
  ): string | number | null {
    const kind = kinds[at];
    if (kind === NAME) return word === '-' ? null : word;
    if (isNumericName(column)) return word === '-' ? null : (this.numbers.number(word) ?? word);
    const value = cellNumber(this.numbers, column, word);
    if (value === undefined) {
      this.sink.issue(line, text, `${column} is no number: ${word}`);
      return null;
    }
    return value === -1 && kind === RATE ? null : value;
  }

  /** Ends the record that the table has in the making. */
  record(table: RecordTable): void {
    this.hooks.record?.(table, this.headingLine);
    this.sink.record(table, table.note(table.at) !== AVERAGE);
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
