import type { CellValue } from '@fleetscope/contracts';
import { isoOrNull } from '../core/civil-time';
import { type NumberReader, sizeOfSuffix } from '../core/numbers';
import {
  type ColumnKind,
  layoutOf,
  NAME,
  NUMBER,
  RATE,
  type RowMaker,
  type SeriesPlan,
  type TableLayout,
} from '../core/record-table';
import { newRow } from '../core/sink';

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

/** Columns that hold a name, not a number. The last column of a table may hold blanks in its names. */
const NAMES = new Set([
  'CPU',
  'NODE',
  'CORE',
  'SOCK',
  'IFACE',
  'DEV',
  'INTR',
  'TTY',
  'FCHOST',
  'BUS',
  'DEVICE',
  'BAT',
  'UID',
  'USER',
  'PID',
  'TGID',
  'TID',
  'Command',
  'FILESYSTEM',
  'MOUNTPOINT',
  'policy',
  'FAN',
  'TEMP',
  'IN',
  'manufact',
  'product',
  'idvendor',
  'idprod',
  'wghMHz',
  'status',
]);
const NUMERIC_NAMES = new Set(['UID', 'PID', 'TGID', 'TID', 'wghMHz', 'NODE', 'CORE', 'SOCK', 'BUS', 'TTY']);
const LAST_WITH_BLANKS = new Set(['Command', 'FILESYSTEM', 'MOUNTPOINT', 'product', 'DEVICE', 'status']);

/** Whether a heading may begin with this column. */
export const isNameColumn = (column: string): boolean => NAMES.has(column);

/** Whether a column holds names that are numbers, nearly always. */
export const isNumericName = (column: string): boolean => NUMERIC_NAMES.has(column);

/** No rate is negative: pidstat prints -1.00 for what it may not read. */
const kindOf = (column: string): ColumnKind => {
  if (NAMES.has(column) && !NUMERIC_NAMES.has(column)) return NAME;
  return column.endsWith('/s') ? RATE : NUMBER;
};

/** The columns of a table by name; of columns of one name the last counts. */
export class Heading {
  private readonly places: ReadonlyMap<string, number>;

  constructor(readonly columns: readonly string[]) {
    this.places = new Map(columns.map((column, at) => [column, at]));
  }

  has(column: string): boolean {
    return this.places.has(column);
  }

  /** Its index, -1 when there is none. */
  of(column: string): number {
    return this.places.get(column) ?? -1;
  }

  /** The index of the first of these that is there. */
  optional(...columns: string[]): number | undefined {
    const column = columns.find((one) => this.places.has(one));
    return column === undefined ? undefined : this.places.get(column);
  }
}

/** Makes layouts whose series a tool's plan gives. */
export const sysstatLayout =
  (plan: (heading: Heading) => SeriesPlan | null) =>
  (columns: readonly string[]): TableLayout =>
    layoutOf(columns, kindOf, {
      takesRest: LAST_WITH_BLANKS.has(columns[columns.length - 1] ?? ''),
      plan: plan(new Heading(columns)),
    });

/** The note of a record that is an average. */
export const AVERAGE = 1;

/** The time, where there is one, and the cells. */
export const makeTimedRow: RowMaker = (table, at) => {
  const row = newRow();
  const time = table.time(at);
  if (time !== null) row.time = isoOrNull(time);
  return table.fill(row, at);
};

export const makeSysstatRow: RowMaker = (table, at) => {
  if (table.note(at) !== AVERAGE) return makeTimedRow(table, at);
  const row = newRow();
  row.average = true;
  return table.fill(row, at);
};

/** JSON knows numbers beyond a double's range: 1e999 reads as Infinity. */
export const jsonCell = (value: unknown): CellValue =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value) ? (value as CellValue) : null;
