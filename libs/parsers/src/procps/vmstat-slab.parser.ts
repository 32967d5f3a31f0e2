import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { ObservedTable } from '../tables/observed-table';

const COLUMNS = ['Cache', 'Num', 'Total', 'Size', 'Pages'];
const HEADING = COLUMNS.join(' ');

/** vmstat -m: kernel caches; the heading comes again with every screen. */
class VmstatSlabParser implements LineParser {
  recognised = false;
  private readonly table: ObservedTable;

  constructor(private readonly sink: Sink) {
    this.table = new ObservedTable(sink, 'slabs', COLUMNS);
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (tokens.join(' ') === HEADING) {
      this.recognised = true;
      return;
    }
    const counts = tokens.slice(1 - COLUMNS.length);
    if (!this.recognised || tokens.length < COLUMNS.length || !counts.every(isInteger)) {
      this.sink.issue(line, text, this.recognised ? 'column count' : 'line before any heading');
      return;
    }
    const cells: CellValue[] = [tokens.slice(0, 1 - COLUMNS.length).join(' '), ...counts.map(Number)];
    const row = newRow();
    for (const [at, column] of COLUMNS.entries()) row[column] = cells[at] ?? null;
    this.sink.row(row);
    this.table.add(cells, line);
  }

  end(): void {
    this.table.end();
  }
}

export const vmstatSlabParser: ParserDefinition = {
  id: 'vmstat-m',
  title: 'Kernel caches, as vmstat prints them',
  tools: ['vmstat -m'],
  expects: `a heading ${HEADING}`,
  fields: { Num: 'objects in use', Total: 'objects', Size: 'bytes of one', Pages: 'objects a slab' },
  likelihood: (head) => (head.some((line) => words(line).join(' ') === HEADING) ? 0.95 : 0),
  create: (sink) => new VmstatSlabParser(sink),
};
