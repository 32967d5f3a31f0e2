import type { CellValue } from '@fleetscope/contracts';
import { isoOrNull, secondsOfDay, hostDate, hostTime } from '../core/civil-time';
import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import { NumberReader, sizeOfSuffix } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { recordObservation } from '../core/record-observation';
import { readRecord } from '../core/record-reader';
import { LABEL, layoutOf, NUMBER, type RecordTable, type RowMaker } from '../core/record-table';
import { newRow, type Sink } from '../core/sink';
import { LayoutCache, TableSet } from '../core/table-set';
import { busyboxSummary, summaryCounts, summaryParts } from './top-summary';
import { measureLoad, uptimeLine } from './uptime-line';

/** Columns with a name; everything else is a number, perhaps with a suffix. */
const NAMES = new Set([
  'USER',
  'S',
  'STAT',
  'TTY',
  'TIME+',
  'TIME',
  'ZEIT+',
  'COMMAND',
  'BEFEHL',
  'CMD',
  'CMDLINE',
  'PR',
  'WCHAN',
  'GROUP',
  'RUSER',
  'SUSER',
  'CGROUPS',
  'ENVIRON',
  'Flags',
  'LXC',
  'SUPGRPS',
  'nsIPC',
  'UED',
]);
const SIZES = new Set([
  'VIRT',
  'RES',
  'SHR',
  'SWAP',
  'CODE',
  'DATA',
  'VSZ',
  'RSS',
  'USED',
  'RSan',
  'RSfd',
  'RSlk',
  'RSsh',
]);

const LAYOUTS = new LayoutCache((columns) =>
  layoutOf(columns, (column) => (NAMES.has(column) ? LABEL : NUMBER), {
    takesRest: NAMES.has(columns[columns.length - 1] ?? ''),
  }),
);

/** The note of a record is the number of its iteration. */
const makeRow: RowMaker = (table, at) => {
  const row = newRow();
  row.iteration = table.note(at);
  return table.fill(row, at);
};

/** The table of one iteration: its records from `from` on. */
interface Frame {
  readonly table: RecordTable;
  readonly from: number;
}

class TopParser implements LineParser {
  recognised = false;
  private readonly reader = new NumberReader();
  private frame: Frame | null = null;
  private iteration = 0;
  private load: { values: readonly (number | null)[]; line: number } | null = null;
  private zombies: { value: number | null; line: number } | null = null;

  private readonly tables: TableSet;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.tables = new TableSet(sink, LAYOUTS, makeRow);
  }

  block(block: LineBlock): void {
    const { frame } = this;
    if (!frame) return;
    while (block.at < block.end) {
      const { table } = frame;
      table.begin(block.line, null, 0, block);
      const newline = readRecord(block, block.at, table, this.reader.mark);
      // Rows begin with a number; all other lines of top with a word.
      if (newline === -1 || table.layout.kinds[0] !== NUMBER || Number.isNaN(table.cells[table.at])) return;
      this.record(frame);
      block.next(newline);
    }
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    const first = tokens[0];
    if (first === undefined) return;
    if (this.heading(tokens)) return;
    if (first === 'top' && tokens[1] === '-') this.begin(text, line);
    else if (this.summary(text, tokens, line)) return;
    else if (this.frame) this.process(this.frame, tokens, text, line);
    else this.sink.issue(line, text, 'neither a summary nor a row of the table');
  }

  private heading(tokens: readonly string[]): boolean {
    const pid = tokens.indexOf('PID');
    const named =
      tokens.includes('%CPU') || tokens.includes('CPU') || tokens.includes('VSZ') || tokens.includes('VIRT');
    if (pid === -1 || pid > 2 || !named) return false;
    this.recognised = true;
    const table = this.tables.of(tokens.flatMap(unmarked));
    // Only the last iteration's table is wanted then.
    if (!this.sink.keepsRows) table.clear();
    this.frame = { table, from: table.count };
    return true;
  }

  private begin(text: string, line: number): void {
    this.recognised = true;
    this.iteration++;
    this.frame = null;
    const found = uptimeLine(words(text));
    if (!found) {
      this.sink.issue(line, text, 'no load averages');
      return;
    }
    this.load = { values: found.load, line };
    const seconds = secondsOfDay([words(text)[2] ?? '']);
    const row = newRow();
    row.iteration = this.iteration;
    if (seconds !== null) {
      const day = hostDate(this.ctx.collectedAt, this.ctx);
      row.time = isoOrNull(hostTime(day, seconds, this.ctx));
    }
    [row.load1, row.load5, row.load15] = found.load;
    this.sink.row(row);
  }

  private summary(text: string, tokens: readonly string[], line: number): boolean {
    const busybox = busyboxSummary(text, tokens);
    if (busybox) {
      this.recognised = true;
      if (busybox.load) this.load = { values: busybox.load, line };
      if (busybox.begins) {
        this.iteration++;
        this.frame = null;
      }
      this.sink.row(busybox.row);
      return true;
    }
    if (this.frame) return false;
    const parts = summaryParts(text).map((part) => summaryCounts(part, this.reader));
    if (parts.includes(null)) return false;
    for (const counts of parts) {
      if (!counts) continue;
      if (counts.zombies !== undefined) this.zombies = { value: counts.zombies, line };
      this.sink.row(counts.row);
    }
    return true;
  }

  private process(frame: Frame, tokens: readonly string[], text: string, line: number): void {
    const { table } = frame;
    const { columns } = table.layout;
    if (tokens.length < columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return;
    }
    table.begin(line, null, 0);
    for (const [at, column] of columns.entries()) {
      const word = at === columns.length - 1 ? tokens.slice(at).join(' ') : (tokens[at] ?? '');
      table.set(at, this.cell(column, word, line, text));
    }
    this.record(frame);
  }

  private record({ table, from }: Frame): void {
    table.stamp(null, Math.max(1, this.iteration));
    this.sink.record(table, false, table.count - from < this.sink.limits.maxRows);
  }

  private cell(column: string, word: string, line: number, text: string): CellValue {
    if (NAMES.has(column)) return word;
    const quantity = this.reader.quantity(word);
    if (quantity === null) {
      if (word === '-' || word === '?') return null;
      // Translated names of columns that hold names.
      return word;
    }
    if (quantity.suffix === '' || quantity.suffix === '%') return quantity.value;
    const size = sizeOfSuffix(quantity.suffix);
    if (size === null || !SIZES.has(column)) return word;
    if (!Number.isFinite(size)) this.sink.issue(line, text, `${column} is no number: ${word}`);
    // Sizes without a suffix are KiB: one unit for the whole column.
    return (quantity.value * size) / 1024;
  }

  end(): void {
    if (this.load) measureLoad(this.sink, this.load.values, this.load.line);
    if (this.zombies) this.sink.measure('task.processes_zombie', null, this.zombies.value, this.zombies.line);
    const { frame } = this;
    // The last iteration: the first one's shares are since each process began.
    if (frame && frame.table.count > frame.from)
      this.sink.observe(recordObservation('processes', frame.table, frame.from));
  }
}

/** toybox marks the column it sorts by, without a blank before it: `S[%CPU]` is two columns. */
const unmarked = (token: string): string[] => {
  const open = token.indexOf('[');
  if (open === -1 || !token.endsWith(']')) return [token];
  return [token.slice(0, open), token.slice(open + 1, -1)].filter((name) => name !== '');
};

export const topParser: ParserDefinition = {
  id: 'top',
  title: 'Load, tasks and the busiest processes',
  tools: ['top -b'],
  expects: 'a line `top - …` or a heading with PID and COMMAND',
  fields: {
    iteration: 'number of the iteration; the table `processes` is the last one',
    'VIRT RES SHR VSZ': 'KiB, whatever the suffix',
  },
  likelihood: (head) => {
    if (head.some((line) => line.startsWith('top - '))) return 0.95;
    const summary = head.some((line) => busyboxSummary(line, words(line)) !== null);
    return summary && head.some((line) => words(line).includes('PID')) ? 0.8 : 0;
  },
  create: (sink, ctx) => new TopParser(sink, ctx),
};
