import type { CellValue } from '@fleetscope/contracts';
import { isoOrNull } from '../core/civil-time';
import { words } from '../core/line-splitter';
import { looksNumeric, NumberReader } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { clockTime } from '../tables/local-clock';
import { ObservedTable } from '../tables/observed-table';
import { type ColumnKind, splitRow } from '../tables/row-splitter';
import { isBanner, reportClock, withoutInterrupt, withoutRepr } from './bcc-line';
import { BCC_TOOLS, type BccTool, COLUMN_KINDS } from './bcc-tools';

interface Heading {
  readonly columns: readonly string[];
  readonly kinds: readonly ColumnKind[];
  /** `,` with -s of tcplife, blanks otherwise. */
  readonly separator: ',' | ' ';
  readonly table: ObservedTable | null;
}

const tokensOf = (text: string, separator: ',' | ' '): readonly string[] => {
  if (separator === ',') return text.split(',');
  // The arrow between the two ends of a flow has no heading.
  return words(text).filter((word) => word !== '<->');
};

/** `TIME (us)` is one heading. */
const joinUnits = (tokens: readonly string[]): string[] => {
  const out: string[] = [];
  for (const token of tokens) {
    if (token.startsWith('(') && out.length > 0) out[out.length - 1] += ` ${token}`;
    else out.push(token);
  }
  return out;
};

const headingColumns = (text: string, tool: BccTool): { columns: string[]; separator: ',' | ' ' } | null => {
  for (const separator of [' ', ','] as const) {
    const columns = separator === ',' ? text.split(',') : joinUnits(tokensOf(text, separator));
    if (columns.length > 1 && tool.signs.some((signs) => signs.every((sign) => columns.includes(sign))))
      return { columns, separator };
  }
  return null;
};

/** A bcc tool that prints a heading and rows under it, perhaps several times with a clock between. */
class BccTableParser implements LineParser {
  recognised = false;
  private heading: Heading | null = null;
  private readonly tables: ObservedTable[] = [];
  private clock: number | null = null;
  private readonly reader = new NumberReader('.');

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
    private readonly tool: BccTool,
  ) {}

  line(raw: string, line: number): void {
    const text = withoutInterrupt(raw);
    const trimmed = text.trim();
    if (trimmed === '' || isBanner(trimmed)) return;
    const clock = reportClock(words(text)[0] ?? '');
    const found = headingColumns(text, this.tool);
    if (found) this.begin(found.columns, found.separator, line);
    else if (clock !== null && (trimmed.length <= 10 || trimmed.includes('loadavg:'))) {
      this.clock = clockTime(clock, this.ctx);
    } else if (!this.heading) this.sink.issue(line, raw, 'line before any heading');
    else this.row(this.heading, text, line);
  }

  private begin(columns: readonly string[], separator: ',' | ' ', line: number): void {
    this.recognised = true;
    if (this.heading && this.heading.columns.join() === columns.join()) return;
    for (const column of columns)
      if (!COLUMN_KINDS.has(column)) this.sink.once(`column ${column}`, line, column, `unknown column ${column}`);
    const kinds = columns.map((column): ColumnKind => COLUMN_KINDS.get(column) ?? 'word');
    const table = this.tool.events === undefined ? new ObservedTable(this.sink, this.tool.table, columns) : null;
    if (table) this.tables.push(table);
    this.heading = { columns, kinds, separator, table };
  }

  private row(heading: Heading, text: string, line: number): void {
    const { columns, kinds, separator, table } = heading;
    const tokens = tokensOf(text, separator);
    const cells = splitRow(tokens, kinds, separator);
    if (!cells) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return;
    }
    const row = newRow();
    if (this.clock !== null && !columns.includes('TIME')) row.time = isoOrNull(this.clock);
    let at = this.clock;
    const values = columns.map((column, i): CellValue => {
      const word = withoutRepr(cells[i] ?? '');
      if (column === 'TIME') at = clockTime(word, this.ctx);
      const value: CellValue =
        column === 'TIME' ? (isoOrNull(at) ?? word) : this.cell(column, kinds[i], word, text, line);
      row[column] = value;
      return value;
    });
    this.sink.row(row);
    table?.add(values, line);
    this.tool.sample?.(this.sink, row, { line, time: at });
    if (this.tool.events === undefined) return;
    const fields = Object.create(null) as Record<string, CellValue>;
    for (const [i, column] of columns.entries()) fields[column] = values[i] ?? null;
    this.sink.event(this.tool.table, { at, class: this.tool.events, text: text.trim().slice(0, 400), fields, line });
  }

  private cell(column: string, kind: ColumnKind | undefined, word: string, text: string, line: number): CellValue {
    if (kind !== 'number') return word;
    if (word === '' || word === '-') return null;
    const number = this.reader.number(word);
    if (number === null) this.sink.issue(line, text, `${column} is no number: ${word.slice(0, 40)}`);
    return number;
  }

  end(): void {
    for (const table of this.tables) table.end();
  }
}

/** A text has the heading of exactly this tool, and what stands below is no sentence. */
const likelihood = (tool: BccTool, head: readonly string[]): number => {
  const at = head.findIndex((line) => headingColumns(withoutInterrupt(line), tool) !== null);
  if (at === -1) return 0;
  const { banner } = tool;
  if (banner !== undefined && head.slice(0, at).some((line) => line.startsWith(banner))) return 0.95;
  const below = head[at + 1];
  return below === undefined || words(below).some(looksNumeric) || below.includes(',') ? tool.sure : 0.2;
};

export const bccTableParsers: readonly ParserDefinition[] = BCC_TOOLS.map((tool) => ({
  id: `bcc-${tool.name}`,
  title: tool.title,
  tools: [`${tool.name}-bpfcc`, tool.name],
  expects: `a heading with ${tool.signs.map((signs) => signs.join(' ')).join(', or ')}`,
  fields: tool.fields,
  documented: 'bcc 0.26',
  likelihood: (head) => likelihood(tool, head),
  create: (sink, ctx) => new BccTableParser(sink, ctx, tool),
}));
