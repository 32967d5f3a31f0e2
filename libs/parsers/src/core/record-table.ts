import type { CellValue, MetricId, ParsedRow } from '@fleetscope/contracts';
import type { NameTable } from './name-table';

/** A metric taken from the columns of a table. */
export interface ColumnSeries {
  readonly metric: MetricId;
  /** When it isn't that of the record. */
  readonly instance?: string | null;
  /** Index of the column, whose value times `factor` it is; -1 when it is derived. */
  readonly column: number;
  readonly factor: number;
  /** Computes the value from a record's cells, of which the first stands at `at`; NaN is unknown. */
  readonly derive?: (cells: Float64Array, at: number) => number;
  /** Holds for blank records too. */
  readonly always?: boolean;
}

/** The series that records of one name give. */
export interface GroupPlan {
  readonly instance: string | null;
  readonly series: readonly ColumnSeries[];
  /** Whether all values of the record are unknown, whatever was printed. */
  readonly blank?: (cells: Float64Array, at: number) => boolean;
}

/** What of a table's records goes into series. */
export interface SeriesPlan {
  /** Index of the column that names the instance; -1 when the host as a whole is meant. */
  readonly by: number;
  /** By that name (empty without a column of names); null when its records are no samples. */
  readonly of: (name: string) => GroupPlan | null;
}

/** What is known of a table from its heading alone. */
export interface TableLayout {
  readonly columns: readonly string[];
  /** Columns whose cells are names: a record holds the number of the name. */
  readonly named: readonly boolean[];
  readonly plan: SeriesPlan | null;
}

/** The records of one instance in one table. */
export class Group {
  /** Where each begins in the table's cells. */
  at: Int32Array = new Int32Array(8);
  count = 0;

  constructor(
    readonly table: RecordTable,
    readonly plan: GroupPlan,
  ) {}

  add(at: number): void {
    if (this.count === this.at.length) {
      const larger = new Int32Array(this.count * 2);
      larger.set(this.at);
      this.at = larger;
    }
    this.at[this.count++] = at;
  }
}

/** Before a record's cells stand its line, its time, a number its parser gives a meaning, and whether it is blank. */
const HEAD = 4;
export const LINE = -4;
export const TIME = -3;
export const NOTE = -2;
export const BLANK = -1;
const FIRST_RECORDS = 8;
const MANY_CELLS = 1 << 20;

/** Makes the row of the record whose cells begin at `at`. */
export type RowMaker = (table: RecordTable, at: number) => ParsedRow;

/** The records of a table as numbers, one after the other: NaN is null, a name is its number in the table of names. */
export class RecordTable {
  cells: Float64Array;
  /** Where the cells of the record in the making begin. */
  at = HEAD;
  /** Records that are kept. */
  count = 0;
  readonly stride: number;
  /** By the number of the name in the column that names the instance. */
  readonly groups: (Group | null | undefined)[] = [];
  /** Cells that are not what their column holds (a word among numbers), by their place. */
  private odd: Map<number, CellValue> | null = null;

  constructor(
    readonly layout: TableLayout,
    readonly names: NameTable,
    readonly maker: RowMaker,
  ) {
    this.stride = HEAD + layout.columns.length;
    this.cells = new Float64Array(this.stride * FIRST_RECORDS);
  }

  /** Begins a record; its cells are to be set, all of them, from `at` on. */
  begin(line: number, time: number | null, note: number): void {
    const { at } = this;
    if (at - HEAD + this.stride > this.cells.length) {
      // What isn't written to costs no memory yet; what is copied costs time.
      const larger = new Float64Array(this.cells.length * (this.cells.length < MANY_CELLS ? 4 : 2));
      larger.set(this.cells);
      this.cells = larger;
    }
    const { cells } = this;
    cells[at + LINE] = line;
    cells[at + TIME] = time ?? Number.NaN;
    cells[at + NOTE] = note;
    cells[at + BLANK] = 0;
  }

  /** Sets what was not known yet when the record began. */
  stamp(time: number | null, note: number): void {
    this.cells[this.at + TIME] = time ?? Number.NaN;
    this.cells[this.at + NOTE] = note;
  }

  /** Keeps the record that was begun, or gives its place to the next. */
  end(keep: boolean): void {
    if (keep) {
      this.count++;
      this.at += this.stride;
    } else if (this.odd) for (let i = 0; i < this.stride; i++) this.odd.delete(this.at + i);
  }

  /** Sets a cell of the record in the making from what a text says. */
  set(column: number, value: CellValue): void {
    const place = this.at + column;
    const named = this.layout.named[column] === true;
    this.odd?.delete(place);
    if (named && typeof value === 'string') this.cells[place] = this.names.idOf(value);
    else if (!named && typeof value === 'number') this.cells[place] = value;
    else {
      this.cells[place] = Number.NaN;
      if (value !== null) (this.odd ??= new Map()).set(place, value);
    }
  }

  get(at: number, column: number): CellValue {
    const cell = this.cells[at + column] ?? Number.NaN;
    if (cell !== cell) return this.odd?.get(at + column) ?? null;
    return this.layout.named[column] ? (this.names.names[cell] ?? null) : cell;
  }

  line(at: number): number {
    return this.cells[at + LINE] ?? 0;
  }

  time(at: number): number | null {
    const time = this.cells[at + TIME] ?? Number.NaN;
    return time === time ? time : null;
  }

  note(at: number): number {
    return this.cells[at + NOTE] ?? 0;
  }

  /** Where the cells of a kept record begin. */
  place(record: number): number {
    return HEAD + record * this.stride;
  }

  row(record: number): ParsedRow {
    return this.maker(this, this.place(record));
  }

  /** Forgets all records. */
  clear(): void {
    this.count = 0;
    this.at = HEAD;
    this.odd = null;
  }

  /** Sets the row's cells under their headings. */
  fill(row: ParsedRow, at: number): ParsedRow {
    const { columns } = this.layout;
    for (let i = 0; i < columns.length; i++) row[columns[i] ?? ''] = this.get(at, i);
    return row;
  }
}

/** The column's own value. */
export const ofColumn = (metric: MetricId, column: number, factor = 1): ColumnSeries => ({ metric, column, factor });

/** The same, or a series without values when there is no such column. */
export const columnOrUnknown = (metric: MetricId, column: number, factor = 1): ColumnSeries =>
  column === -1 ? { metric, column, factor: 1, derive: () => Number.NaN } : ofColumn(metric, column, factor);
