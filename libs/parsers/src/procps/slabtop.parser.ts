import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { NumberReader, sizeOfSuffix, tidy } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

/** The headings hold blanks (`OBJ SIZE`, `CACHE SIZE`): joined, they are single words. */
const COLUMNS = ['OBJS', 'ACTIVE', 'USE', 'OBJ SIZE', 'SLABS', 'OBJ/SLAB', 'CACHE SIZE', 'NAME'] as const;
const HEADING = COLUMNS.join(' ');

class SlabtopParser implements LineParser {
  recognised = false;
  private readonly reader = new NumberReader();
  private readonly rows: CellValue[][] = [];
  private readonly lines: number[] = [];

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (tokens.join(' ') === HEADING) {
      this.recognised = true;
      return;
    }
    if (!this.recognised) this.summary(text, tokens, line);
    else this.cache(tokens, text, line);
  }

  /** ` Active / Total Objects (% used)    : 1741642 / 2116974 (82.3%)`, the label translated. */
  private summary(text: string, tokens: readonly string[], line: number): void {
    const colon = tokens.indexOf(':');
    if (colon === -1) {
      this.sink.issue(line, text, 'no line of a summary');
      return;
    }
    const row = newRow();
    row.summary = tokens.slice(0, colon).join(' ');
    row.values = tokens
      .slice(colon + 1)
      .filter((token) => token !== '/')
      .map((token) => this.size(token.startsWith('(') ? token.slice(1, -1) : token));
    this.sink.row(row);
  }

  private cache(tokens: readonly string[], text: string, line: number): void {
    if (tokens.length < COLUMNS.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${COLUMNS.length} headings`);
      return;
    }
    const row = newRow();
    const cells = COLUMNS.map((column, at): CellValue => {
      const cell = column === 'NAME' ? tokens.slice(at).join(' ') : this.size(tokens[at] ?? '');
      row[column] = cell;
      return cell;
    });
    this.sink.row(row);
    this.rows.push(cells);
    this.lines.push(line);
  }

  private size(word: string): number | null {
    const quantity = this.reader.quantity(word);
    if (!quantity) return null;
    const size = quantity.suffix === '' || quantity.suffix === '%' ? 1 : sizeOfSuffix(quantity.suffix);
    return size === null ? null : tidy(quantity.value * size);
  }

  end(): void {
    if (this.rows.length === 0) return;
    this.sink.observe({ kind: 'table', name: 'slabs', columns: [...COLUMNS], rows: this.rows, lines: this.lines });
  }
}

export const slabtopParser: ParserDefinition = {
  id: 'slabtop',
  title: 'Kernel caches',
  tools: ['slabtop -o'],
  expects: `a heading ${HEADING}`,
  fields: { 'OBJ SIZE': 'bytes', 'CACHE SIZE': 'bytes', slabs: 'table of the caches in the order printed' },
  likelihood: (head) => (head.some((line) => words(line).join(' ') === HEADING) ? 0.95 : 0),
  create: (sink) => new SlabtopParser(sink),
};
