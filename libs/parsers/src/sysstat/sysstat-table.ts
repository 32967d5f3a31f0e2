import type { CellValue } from '@fleetscope/contracts';
import { isoOrNull } from '../core/civil-time';
import { type NumberReader, sizeOfSuffix } from '../core/numbers';
import { type MutableRow, newRow, type Place } from '../core/sink';

/** Bytes of the unit a sysstat heading names (`rkB/s`, `kbmemfree`, `rMB/s`, `rareq-sz`), 1 when it names none. */
export const headingUnit = (column: string): number => {
  if (column.includes('kB') || column.startsWith('kb')) return 1024;
  if (column.includes('MB')) return 1_048_576;
  return column.endsWith('areq-sz') ? 1024 : 1;
};

/** A value as the heading means it: with --human, `2.5M` under `rkB/s` is 2560. Undefined when the word is no value. */
export const cellNumber = (reader: NumberReader, column: string, word: string): number | null | undefined => {
  if (word === '-') return null;
  const quantity = reader.quantity(word);
  if (quantity === null) return undefined;
  if (quantity.suffix === '' || quantity.suffix === '%') return quantity.value;
  const size = sizeOfSuffix(quantity.suffix);
  return size === null ? undefined : (quantity.value * size) / headingUnit(column);
};

export interface Heading {
  readonly columns: readonly string[];
  readonly set: ReadonlySet<string>;
  readonly line: number;
}

export const headingOf = (columns: readonly string[], line: number): Heading => ({
  columns,
  set: new Set(columns),
  line,
});

/** A row of a table, read by the names of its columns. */
export class TableRow implements Place {
  private readonly cells = new Map<string, CellValue>();

  constructor(
    readonly heading: Heading,
    readonly line: number,
    readonly time: number | null,
    readonly average: boolean,
  ) {}

  set(column: string, value: CellValue): void {
    this.cells.set(column, value);
  }

  has(column: string): boolean {
    return this.heading.set.has(column);
  }

  /** The number under a heading, null when there is no such column or no number. */
  number(column: string): number | null {
    const value = this.cells.get(column);
    return typeof value === 'number' ? value : null;
  }

  text(column: string): string {
    const value = this.cells.get(column);
    return value === null || value === undefined ? '' : String(value);
  }

  toRow(): MutableRow {
    const row = newRow();
    if (this.average) row.average = true;
    else if (this.time !== null) row.time = isoOrNull(this.time);
    for (const [column, value] of this.cells) row[column] = value;
    return row;
  }
}
