import { ByFirstLine } from '../core/by-first-line';
import { dateTimeLine, isoOrNull } from '../core/civil-time';
import { KnownBytes } from '../core/known-bytes';
import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import { looksNumeric, NumberReader } from '../core/numbers';
import { firstReportIsSinceBoot, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { readRecord } from '../core/record-reader';
import {
  type GroupPlan,
  LABEL,
  layoutOf,
  NUMBER,
  type RecordTable,
  type RowMaker,
  type SeriesPlan,
  type TableLayout,
} from '../core/record-table';
import { newRow, type Sink } from '../core/sink';
import { LayoutCache, TableSet } from '../core/table-set';
import { scanner } from '../core/word-scanner';
import { cpuSeries } from './cpu-series';
import { diskSeries, isDiskColumn } from './disk-columns';
import { IostatJson } from './iostat-json';
import { cellNumber, Heading } from './sysstat-table';

const CPU_LABEL = 'avg-cpu:';
/** Two tables and a banner, and what changes in a text that was put together. */
const MAX_KNOWN = 8;
/** Headings that return so often are worth knowing by their bytes; those of a single report do not. */
const FEW_RETURNS = 8;
const CPU_COLUMNS = new Set(['%user', '%nice', '%system', '%iowait', '%steal', '%idle']);

/** `Device`, and `Device:` until sysstat 12; first or, with -h and --pretty, last. */
const isDeviceColumn = (word: string): boolean => word === 'Device' || word === 'Device:';

const headsDevices = (tokens: readonly string[]): boolean =>
  tokens.length > 1 && (isDeviceColumn(tokens[0] ?? '') || isDeviceColumn(tokens[tokens.length - 1] ?? ''));

const plan = (heading: Heading): SeriesPlan | null => {
  if (heading.has('Device')) {
    const series = diskSeries(heading);
    return { by: heading.of('Device'), of: (name) => ({ instance: name, series }) };
  }
  if (!heading.has('%idle')) return null;
  const all: GroupPlan = {
    instance: 'all',
    ...cpuSeries({
      user: heading.of('%user'),
      nice: heading.of('%nice'),
      system: heading.of('%system'),
      iowait: heading.of('%iowait'),
      steal: heading.optional('%steal'),
      idle: heading.of('%idle'),
    }),
  };
  return { by: -1, of: () => all };
};

const compile = (columns: readonly string[]): TableLayout =>
  layoutOf(columns, (column) => (column === 'Device' ? LABEL : NUMBER), { plan: plan(new Heading(columns)) });

const LAYOUTS = new LayoutCache(compile);

/** The note of a record is the number of its report. */
const makeRow: RowMaker = (table, at) => {
  const row = newRow();
  const time = table.time(at);
  if (time !== null) row.time = isoOrNull(time);
  table.fill(row, at);
  row.report = table.note(at);
  return row;
};

class IostatText implements LineParser {
  recognised = false;
  private readonly reader = new NumberReader();
  private report = 0;
  private time: number | null = null;
  private table: RecordTable | null = null;
  /** The tables of this report. */
  private readonly seen = new Set<RecordTable>();
  private stamped = false;
  /** Headings and the banner, which come again with every report. */
  private readonly known: { line: KnownBytes; table: RecordTable | null }[] = [];
  private returns = 0;
  private lastBanner = '';
  private readonly firstIsSample: boolean;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
    private readonly tables: TableSet,
  ) {
    this.firstIsSample = !firstReportIsSinceBoot(ctx);
  }

  end(): void {}

  block(block: LineBlock): void {
    if (!this.recognised) return;
    while (block.at < block.end) {
      let newline = this.knownLine(block);
      if (newline === -1 && this.table) newline = this.plainRow(this.table, block);
      if (newline === -1) {
        newline = block.scan();
        if (newline === -1) return;
        if (scanner.count === 0) this.table = null;
        else if (!this.headingAgain(block, newline)) return;
      }
      block.next(newline);
    }
  }

  private knownLine(block: LineBlock): number {
    for (const { line, table } of this.known) {
      if (!line.isAt(block.view, block.at)) continue;
      if (table) this.begin(table);
      return block.at + line.length - 1;
    }
    return -1;
  }

  private plainRow(table: RecordTable, block: LineBlock): number {
    table.begin(block.line, this.time, this.report, block);
    const newline = readRecord(block, block.at, table, this.reader.mark);
    if (newline !== -1) this.record(table);
    return newline;
  }

  /** A heading that was read as text before, or a banner: known by its bytes from now on. */
  private headingAgain(block: LineBlock, newline: number): boolean {
    const { starts, ends, count } = scanner;
    const lead = block.equals(starts[0] ?? 0, ends[0] ?? 0, CPU_LABEL) ? 1 : 0;
    const found = this.tables.all.find(({ layout: { columns } }) => {
      if (columns.length !== count - lead || (lead === 1) === columns.includes('Device')) return false;
      return columns.every((column, i) => block.equals(starts[lead + i] ?? 0, ends[lead + i] ?? 0, column));
    });
    const isBanner = !found && this.lastBanner !== '' && block.equals(block.at, newline, this.lastBanner);
    if (!found && !isBanner) return false;
    if (this.known.length < MAX_KNOWN && ++this.returns > FEW_RETURNS)
      this.known.push({ line: new KnownBytes(block, block.at, newline + 1), table: found ?? null });
    if (found) this.begin(found);
    return true;
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    const first = tokens[0];
    if (first === undefined) this.table = null;
    else if (text.startsWith('Linux ') && text.includes('(')) this.lastBanner = text;
    else if (first === CPU_LABEL) this.heading(tokens.slice(1), line);
    else if (headsDevices(tokens))
      this.heading(
        tokens.map((word) => (isDeviceColumn(word) ? 'Device' : word)),
        line,
      );
    else if (this.table) this.row(this.table, tokens, text, line);
    else this.stamp(text, line);
  }

  private heading(columns: readonly string[], line: number): void {
    this.begin(this.tables.of(columns));
    for (const column of columns) {
      if (column === 'Device' || CPU_COLUMNS.has(column) || isDiskColumn(column)) continue;
      this.sink.once(`column ${column}`, line, column, `unknown column ${column}`);
    }
  }

  /** A report begins with its first table; a table of the same columns again is the next report. */
  private begin(table: RecordTable): void {
    const isCpu = !table.layout.columns.includes('Device');
    if (!this.stamped && (this.report === 0 || this.seen.has(table) || (isCpu && this.seen.size > 0))) {
      this.report++;
      this.seen.clear();
    }
    this.stamped = false;
    this.seen.add(table);
    this.recognised = true;
    this.table = table;
  }

  private stamp(text: string, line: number): void {
    const time = dateTimeLine(text, this.ctx);
    if (time === null) {
      this.sink.issue(line, text, 'neither a time nor a row of a table');
      return;
    }
    this.time = time;
    this.report++;
    this.seen.clear();
    this.stamped = true;
  }

  private row(table: RecordTable, tokens: readonly string[], text: string, line: number): void {
    const { columns } = table.layout;
    let cells = tokens;
    if (cells.length > columns.length && columns[columns.length - 1] === 'Device') {
      // Names of device mapper and persistent names (-j) may hold blanks.
      cells = [...tokens.slice(0, columns.length - 1), tokens.slice(columns.length - 1).join(' ')];
    } else if (cells.length > columns.length && columns[0] === 'Device') {
      const extra = cells.length - columns.length;
      cells = [tokens.slice(0, extra + 1).join(' '), ...tokens.slice(extra + 1)];
    }
    if (cells.length !== columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return;
    }
    table.begin(line, this.time, this.report);
    let known = false;
    for (const [at, column] of columns.entries()) {
      const word = cells[at] ?? '';
      if (column === 'Device') {
        table.set(at, word);
        continue;
      }
      const value = cellNumber(this.reader, column, word);
      if (value === undefined) this.sink.issue(line, text, `${column} is no number: ${word}`);
      known ||= typeof value === 'number';
      table.set(at, value ?? null);
    }
    if (known || cells.some(looksNumeric)) this.record(table);
  }

  private record(table: RecordTable): void {
    this.sink.record(table, this.report > 1 || this.firstIsSample);
  }
}

export const iostatParser: ParserDefinition = {
  id: 'iostat',
  title: 'Disk I/O per device',
  tools: ['iostat'],
  expects: 'a heading avg-cpu: or Device',
  fields: {
    Device: 'device as printed',
    report: 'number of the report; the first is the average since boot and no sample, unless iostat ran with -y',
    time: 'end of the interval (with -t), ISO 8601',
  },
  likelihood: (head) => {
    if (head.some((line) => line.includes('"avg-cpu"') || (line.includes('"disk_device"') && line.includes('{'))))
      return 0.9;
    return head.some((line) => line.startsWith('avg-cpu:') || headsDevices(words(line))) ? 0.9 : 0;
  },
  create: (sink, ctx) =>
    new ByFirstLine((first) => {
      const tables = new TableSet(sink, LAYOUTS, makeRow);
      return first.startsWith('{') ? new IostatJson(sink, ctx, tables) : new IostatText(sink, ctx, tables);
    }),
};
