import type { CellValue } from '@fleetscope/contracts';
import type { Sink } from '../core/sink';

/** Gathers the rows of a `table` observation, within the limit of rows. */
export class ObservedTable {
  private readonly rows: CellValue[][] = [];
  private readonly lines: number[] = [];

  constructor(
    private readonly sink: Sink,
    private readonly name: string,
    private readonly columns: readonly string[],
  ) {}

  add(cells: CellValue[], line: number): void {
    if (this.rows.length >= this.sink.limits.maxRows) return;
    this.rows.push(cells);
    this.lines.push(line);
  }

  end(): void {
    const { rows, lines } = this;
    if (rows.length > 0) this.sink.observe({ kind: 'table', name: this.name, columns: [...this.columns], rows, lines });
  }
}
