import { RecordTable, type RowMaker, type TableLayout } from './record-table';
import type { Sink } from './sink';

const MAX_LAYOUTS = 256;

/**
 * Layouts by the headings they were made of. Hosts of one fleet print the same headings over and over: the work on a heading
 * is done once for all texts.
 */
export class LayoutCache {
  private readonly layouts = new Map<string, TableLayout>();

  constructor(private readonly compile: (columns: readonly string[]) => TableLayout) {}

  of(columns: readonly string[], key: string): TableLayout {
    let layout = this.layouts.get(key);
    if (!layout) {
      layout = this.compile(columns);
      // Headings of hostile texts must not pile up.
      if (this.layouts.size >= MAX_LAYOUTS) this.layouts.clear();
      this.layouts.set(key, layout);
    }
    return layout;
  }
}

/** The tables of one text, by their headings. */
export class TableSet {
  readonly all: RecordTable[] = [];
  private readonly byHeading = new Map<string, RecordTable>();

  constructor(
    private readonly sink: Sink,
    private readonly layouts: LayoutCache,
    private readonly maker: RowMaker,
  ) {}

  of(columns: readonly string[]): RecordTable {
    const key = columns.join('\n');
    let table = this.byHeading.get(key);
    if (!table) {
      table = new RecordTable(this.layouts.of(columns, key), this.sink.names, this.maker);
      this.byHeading.set(key, table);
      this.all.push(table);
    }
    return table;
  }
}
