import type { CellValue, MetricId, ParsedRow } from '@fleetscope/contracts';
import type { LineBlock } from './line-block';
import type { NameTable } from './name-table';
import { TextPlaces } from './text-places';

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

/** What the cells of a column are: a number; a lone minus sign is none. */
export const NUMBER = 0;
/** A number, of which -1 is none. */
export const RATE = 1;
/** A number where there must be one: a minus sign is a fault. */
export const COUNT = 2;
/** A number before a percent sign. */
export const SHARE = 3;
/** A name, one of few in a text: a record holds its number in the table of names. */
export const NAME = 4;
/** The same, of which a minus sign is one. */
export const LABEL = 5;
/** Words of which hardly two are alike: a record holds their place in the text. */
export const TEXT = 6;
export type ColumnKind =
  typeof NUMBER | typeof RATE | typeof COUNT | typeof SHARE | typeof NAME | typeof LABEL | typeof TEXT;

/** What is known of a table from its heading alone. */
export interface TableLayout {
  readonly columns: readonly string[];
  /** Of each column, one of the kinds above. */
  readonly kinds: Uint8Array;
  /** Whether the last column takes all words that are left in a line. */
  readonly takesRest: boolean;
  readonly plan: SeriesPlan | null;
}

export const layoutOf = (
  columns: readonly string[],
  kindOf: (column: string, at: number) => ColumnKind,
  { takesRest = false, plan = null }: { takesRest?: boolean; plan?: SeriesPlan | null } = {},
): TableLayout => ({ columns, kinds: Uint8Array.from(columns, kindOf), takesRest, plan });

/** Whether a column's cells are numbers of names. */
export const isNamed = ({ kinds }: TableLayout, column: number): boolean =>
  kinds[column] === NAME || kinds[column] === LABEL;

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
/** Room grows this many times at once: what comes may be unlike what was there. */
const MAX_GROWTH = 64;
const SPARE = 1.05;

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
  private places: TextPlaces | null = null;

  constructor(
    readonly layout: TableLayout,
    readonly names: NameTable,
    readonly maker: RowMaker,
  ) {
    this.stride = HEAD + layout.columns.length;
    this.cells = new Float64Array(this.stride * FIRST_RECORDS);
  }

  /** Begins a record; its cells are to be set, all of them, from `at` on. `block` is where the line stands, if it is in one. */
  begin(line: number, time: number | null, note: number, block?: LineBlock): void {
    const { at } = this;
    if (at - HEAD + this.stride > this.cells.length) this.grow(block?.timesAhead ?? 0);
    const { cells } = this;
    cells[at + LINE] = line;
    cells[at + TIME] = time ?? Number.NaN;
    cells[at + NOTE] = note;
    cells[at + BLANK] = 0;
  }

  /** Room for twice the records, or for those that come when the rest of the chunk is like what was read. */
  private grow(timesAhead: number): void {
    const times = Math.min(MAX_GROWTH, Math.max(2, 1 + timesAhead * SPARE));
    const larger = new Float64Array(this.stride * Math.ceil((this.cells.length / this.stride) * times));
    larger.set(this.cells);
    this.cells = larger;
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
    this.odd?.delete(place);
    if (typeof value === 'string' && isNamed(this.layout, column)) this.cells[place] = this.names.idOf(value);
    else if (typeof value === 'number' && (this.layout.kinds[column] ?? NUMBER) <= SHARE) this.cells[place] = value;
    else {
      this.cells[place] = Number.NaN;
      if (value !== null) (this.odd ??= new Map()).set(place, value);
    }
  }

  get(at: number, column: number): CellValue {
    const cell = this.cells[at + column] ?? Number.NaN;
    if (cell !== cell) return this.odd?.get(at + column) ?? null;
    if (isNamed(this.layout, column)) return this.names.names[cell] ?? null;
    return this.layout.kinds[column] === TEXT ? this.textAt(cell) : cell;
  }

  /** What a cell of a column of texts holds for the block's bytes from `from` to `to`; -1 when they are too many. */
  placeOf(block: LineBlock, from: number, to: number): number {
    return (this.places ??= new TextPlaces()).place(block, from, to);
  }

  /** What stands at such a place. */
  textAt(place: number): string {
    return this.places?.text(place) ?? '';
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
    this.places?.clear();
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
