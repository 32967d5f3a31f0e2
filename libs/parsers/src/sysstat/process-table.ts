import type { CellValue } from '@fleetscope/contracts';
import { tidy } from '../core/numbers';
import { type RecordTable, TIME } from '../core/record-table';
import type { Sink } from '../core/sink';

interface Process {
  /** By the table's own columns; NaN where no number was printed yet. */
  sums: Float64Array;
  /** The last values that are no numbers, or the last ones of columns that say what the process is. */
  readonly cells: CellValue[];
  line: number;
}

/** How one of the text's tables falls into the columns of the processes. */
interface Mapping {
  readonly columns: readonly number[];
  readonly rates: readonly boolean[];
  readonly named: readonly boolean[];
  readonly keys: readonly number[];
  lastInterval: number;
}

const KEYS = ['PID', 'TGID', 'TID'];

/** Rates are means over the intervals of the window: an interval in which pidstat leaves a process out is one of zeros. */
export class ProcessTable {
  private readonly columns: string[] = [];
  private readonly processes = new Map<number | string, Process>();
  private readonly mappings = new Map<RecordTable, Mapping>();
  /** The intervals in which each column was printed. */
  private readonly intervals: Set<number>[] = [];

  constructor(
    private readonly sink: Sink,
    private readonly isIdentity: (column: string) => boolean,
  ) {}

  heading(columns: readonly string[]): void {
    for (const column of columns) this.place(column);
  }

  private place(column: string): number {
    const at = this.columns.indexOf(column);
    return at === -1 ? this.columns.push(column) - 1 : at;
  }

  private mappingOf(table: RecordTable): Mapping {
    let mapping = this.mappings.get(table);
    if (!mapping) {
      const { columns } = table.layout;
      mapping = {
        columns: columns.map((column) => this.place(column)),
        rates: columns.map((column) => !this.isIdentity(column)),
        named: table.layout.named,
        keys: KEYS.map((key) => columns.lastIndexOf(key)).filter((at) => at !== -1),
        lastInterval: Number.NaN,
      };
      this.mappings.set(table, mapping);
    }
    return mapping;
  }

  /** Takes the record that the table has in the making; `heading` is the line of the table's heading. */
  add(table: RecordTable, heading: number): void {
    const mapping = this.mappingOf(table);
    const process = this.processOf(table, mapping);
    if (!process) return;
    const { cells, at } = table;
    process.line = table.line(at);
    const time = cells[at + TIME] ?? Number.NaN;
    // A table without a clock is an interval of its own.
    this.interval(mapping, time === time ? time : -heading);
    if (process.sums.length < this.columns.length) {
      const { sums } = process;
      process.sums = new Float64Array(this.columns.length).fill(Number.NaN);
      process.sums.set(sums);
    }
    const { sums } = process;
    for (let i = 0; i < mapping.columns.length; i++) {
      const place = mapping.columns[i] ?? 0;
      if (mapping.rates[i]) {
        const value = mapping.named[i] ? Number.NaN : (cells[at + i] ?? Number.NaN);
        const sum = sums[place] ?? Number.NaN;
        if (value === value) sums[place] = sum === sum ? sum + value : value;
      } else process.cells[place] = table.get(at, i);
    }
  }

  private interval(mapping: Mapping, interval: number): void {
    if (mapping.lastInterval === interval) return;
    mapping.lastInterval = interval;
    for (const [i, place] of mapping.columns.entries())
      if (mapping.rates[i]) (this.intervals[place] ??= new Set()).add(interval);
  }

  private processOf(table: RecordTable, { keys }: Mapping): Process | null {
    const [only] = keys;
    const isPid = keys.length === 1 && only !== undefined && table.layout.columns[only] === 'PID';
    const number = isPid ? (table.cells[table.at + only] ?? Number.NaN) : Number.NaN;
    const key =
      number === number
        ? number
        : KEYS.map((name) => String(table.get(table.at, table.layout.columns.lastIndexOf(name)) ?? '')).join('\0');
    let process = this.processes.get(key);
    if (!process) {
      const { maxRows } = this.sink.limits;
      if (this.processes.size >= maxRows) {
        this.sink.once('processes', table.line(table.at), '', `more than ${maxRows} processes: the rest is left out`);
        return null;
      }
      process = { sums: new Float64Array(0), cells: [], line: 0 };
      this.processes.set(key, process);
    }
    return process;
  }

  emit(): void {
    if (this.processes.size === 0) return;
    const rows: CellValue[][] = [];
    const lines: number[] = [];
    for (const { cells, sums, line } of this.processes.values()) {
      rows.push(
        this.columns.map((_, at) => {
          const sum = sums[at] ?? Number.NaN;
          return sum === sum ? tidy(sum / (this.intervals[at]?.size ?? 1)) : (cells[at] ?? null);
        }),
      );
      lines.push(line);
    }
    this.sink.observe({ kind: 'table', name: 'processes', columns: this.columns, rows, lines });
  }
}
