import { ByFirstLine } from '../core/by-first-line';
import { isoTime } from '../core/civil-time';
import { isInteger, NumberReader } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { Sink } from '../core/sink';
import type { RecordTable } from '../core/record-table';
import type { TableSet } from '../core/table-set';
import { SadfJson } from './sadf-json';
import { reportUnknownSarColumns, sarTables } from './sar.parser';
import { cellNumber } from './sysstat-table';

const PREFIX = ['hostname', 'interval', 'timestamp'];
const NAMES = new Set(['IFACE', 'DEV', 'INTR', 'TTY', 'FILESYSTEM', 'MOUNTPOINT', 'FCHOST', 'BUS', 'DEVICE']);

/** `# hostname;interval;timestamp;CPU;%user;…` and rows of the same columns: an archive of sar for programs (sadf -d). */
class SadfParser implements LineParser {
  recognised = false;
  private table: RecordTable | null = null;
  private readonly reader = new NumberReader();
  private readonly tables: TableSet;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.tables = sarTables(sink, ctx);
  }

  end(): void {}

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    const fields = text.split(';');
    if (text.startsWith('# hostname;')) {
      this.recognised = true;
      const columns = fields.slice(PREFIX.length);
      this.table = this.tables.of(columns);
      reportUnknownSarColumns(this.sink, columns, line);
      return;
    }
    // host;-1;time;LINUX-RESTART
    if ((fields[3] ?? '').startsWith('LINUX-RESTART') || fields[3] === 'COM') return;
    const { table } = this;
    const cells = fields.slice(PREFIX.length);
    if (!table || cells.length !== table.layout.columns.length) {
      this.sink.issue(
        line,
        text,
        table
          ? `column count: ${cells.length} values under ${table.layout.columns.length} headings`
          : 'line before any heading',
      );
      return;
    }
    table.begin(line, this.time(fields[2] ?? ''), 0);
    for (const [at, column] of table.layout.columns.entries())
      table.set(at, this.cell(column, cells[at] ?? '', text, line));
    this.sink.record(table, true);
  }

  /** `2026-11-21 23:16:56 UTC`, local time with -T, epoch seconds with -U. */
  private time(stamp: string): number | null {
    if (isInteger(stamp) && stamp.length === 10) return Number(stamp) * 1000;
    const utc = stamp.endsWith(' UTC');
    return isoTime(utc ? `${stamp.slice(0, -4)}Z` : stamp, this.ctx);
  }

  private cell(column: string, word: string, text: string, line: number): string | number | null {
    // All CPUs are -1, the sum of the interrupts too.
    if (column === 'CPU') return word === '-1' ? 'all' : word;
    if (column === 'INTR') return word === '-1' ? 'sum' : word;
    if (NAMES.has(column)) return word;
    const value = cellNumber(this.reader, column, word);
    if (value === undefined) this.sink.issue(line, text, `${column} is no number: ${word}`);
    return value ?? null;
  }
}

export const sadfParser: ParserDefinition = {
  id: 'sadf',
  title: 'An archive of sar, for programs',
  tools: ['sadf -d', 'sadf -j'],
  expects: 'a heading beginning with # hostname;interval;timestamp, or a JSON object with sysstat',
  fields: { section: 'of the JSON', time: 'end of the interval, ISO 8601', '*': 'as in sar' },
  likelihood: (head) => {
    if (head[0]?.startsWith('# hostname;interval;timestamp;')) return 0.95;
    const json = (head[0] ?? '').startsWith('{') && head.slice(0, 12).some((line) => line.includes('"sysstat"'));
    return json && head.slice(0, 20).some((line) => line.includes('"file-date"')) ? 0.95 : 0;
  },
  create: (sink, ctx) =>
    new ByFirstLine((first) => (first.startsWith('{') ? new SadfJson(sink, ctx) : new SadfParser(sink, ctx))),
};
