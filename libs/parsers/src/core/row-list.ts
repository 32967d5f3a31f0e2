import type { ParsedRow } from '@fleetscope/contracts';
import type { RecordTable } from './record-table';

/** Rows one after the other: of a table's records, which are made when somebody asks, or made already. */
interface Run {
  readonly table: RecordTable | null;
  readonly from: number;
  count: number;
  readonly rows: readonly (ParsedRow | MakeRow)[];
}

export type MakeRow = () => ParsedRow;

/** The rows of a text in the order of its lines. */
export class RowList {
  size = 0;
  private readonly runs: Run[] = [];
  private last: Run | null = null;
  private current: (ParsedRow | MakeRow)[] = [];
  private isMade = true;

  /** Adds a row, or what makes it when somebody asks. */
  add(row: ParsedRow | MakeRow): void {
    this.size++;
    if (this.last === null || this.last.table !== null) {
      this.current = [row];
      this.last = { table: null, from: 0, count: 0, rows: this.current };
      this.runs.push(this.last);
    } else this.current.push(row);
    if (typeof row === 'function') this.isMade = false;
  }

  /** All rows, where every one of them is made already; null otherwise. */
  get made(): ParsedRow[] | null {
    if (!this.isMade) return null;
    // None of them is a function then.
    return this.runs.length === 0 ? [] : (this.current as ParsedRow[]);
  }

  /** Adds the record that the table is about to keep. */
  addRecord(table: RecordTable): void {
    this.size++;
    this.isMade = false;
    const { last } = this;
    if (last !== null && last.table === table && last.from + last.count === table.count) last.count++;
    else {
      this.last = { table, from: table.count, count: 1, rows: [] };
      this.runs.push(this.last);
    }
  }

  toArray(): ParsedRow[] {
    const all: ParsedRow[] = [];
    for (const { table, from, count, rows } of this.runs) {
      if (table) for (let i = 0; i < count; i++) all.push(table.row(from + i));
      else for (const row of rows) all.push(typeof row === 'function' ? row() : row);
    }
    return all;
  }
}
