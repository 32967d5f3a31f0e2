import type { CellValue } from '@fleetscope/contracts';
import { tidy } from '../core/numbers';
import { isNamed, type RecordTable, TIME } from '../core/record-table';
import type { Sink } from '../core/sink';

interface Process {
  /** Its place among the processes, and so among the values. */
  readonly index: number;
  /** Last values that are neither numbers nor the names a column is for. */
  readonly odd: CellValue[];
  line: number;
}

/** How one of the text's tables falls into the columns of the processes. */
interface Mapping {
  readonly places: Int32Array;
  /** 1 for columns whose values are summed up. */
  readonly rates: Uint8Array;
  readonly named: readonly boolean[];
  /** Where PID, TGID and TID are; -1 for those that the table hasn't. */
  readonly keys: readonly number[];
  readonly isByPid: boolean;
  lastInterval: number;
}

const FIRST_PROCESSES = 32;
const KEYS = ['PID', 'TGID', 'TID'];

/** Rates are means over the intervals of the window: an interval in which pidstat leaves a process out is one of zeros. */
export class ProcessTable {
  private readonly columns: string[] = [];
  private readonly processes = new Map<number | string, Process>();
  private readonly mappings = new Map<RecordTable, Mapping>();
  /**
   * A row a process, of `stride` columns: sums of rates, the last values of the rest, names by their number; NaN for none. One
   * array for all: a typed array for each process would cost more than all that is put into it.
   */
  private values = new Float64Array(0);
  private stride = 0;
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
        places: Int32Array.from(columns, (column) => this.place(column)),
        rates: Uint8Array.from(columns, (column) => (this.isIdentity(column) ? 0 : 1)),
        named: columns.map((_, at) => isNamed(table.layout, at)),
        keys: KEYS.map((key) => columns.lastIndexOf(key)),
        isByPid: columns.includes('PID') && !columns.includes('TGID') && !columns.includes('TID'),
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
    if (this.stride < this.columns.length || (process.index + 1) * this.stride > this.values.length) this.grow();
    const { values } = this;
    const row = process.index * this.stride;
    const { places, rates, named } = mapping;
    for (let i = 0; i < places.length; i++) {
      const place = row + (places[i] ?? 0);
      const value = cells[at + i] ?? Number.NaN;
      if (rates[i] === 0) {
        values[place] = value;
        if (value !== value) process.odd[place - row] = table.get(at, i);
      } else if (value === value && !named[i]) {
        const sum = values[place] ?? Number.NaN;
        values[place] = sum === sum ? sum + value : value;
      }
    }
  }

  /** Room for twice the processes, and for the columns there are. */
  private grow(): void {
    const { values: before, stride: narrow } = this;
    this.stride = Math.max(narrow, this.columns.length);
    this.values = new Float64Array(this.stride * Math.max(FIRST_PROCESSES, this.processes.size * 2)).fill(Number.NaN);
    for (let row = 0; (row + 1) * narrow <= before.length && narrow > 0; row++)
      this.values.set(before.subarray(row * narrow, (row + 1) * narrow), row * this.stride);
  }

  private interval(mapping: Mapping, interval: number): void {
    if (mapping.lastInterval === interval) return;
    mapping.lastInterval = interval;
    for (const [i, place] of mapping.places.entries())
      if (mapping.rates[i]) (this.intervals[place] ??= new Set()).add(interval);
  }

  private processOf(table: RecordTable, { keys, isByPid }: Mapping): Process | null {
    const number = isByPid ? (table.cells[table.at + (keys[0] ?? 0)] ?? Number.NaN) : Number.NaN;
    const key =
      number === number
        ? number
        : keys.map((at) => (at === -1 ? '' : String(table.get(table.at, at) ?? ''))).join('\0');
    let process = this.processes.get(key);
    if (!process) {
      const { maxRows } = this.sink.limits;
      if (this.processes.size >= maxRows) {
        this.sink.once('processes', table.line(table.at), '', `more than ${maxRows} processes: the rest is left out`);
        return null;
      }
      process = { index: this.processes.size, odd: [], line: 0 };
      this.processes.set(key, process);
    }
    return process;
  }

  emit(): void {
    if (this.processes.size === 0) return;
    // Headings without rows have added columns since.
    if (this.stride < this.columns.length) this.grow();
    const rows: CellValue[][] = [];
    const lines: number[] = [];
    const identities = this.columns.map((column) => this.isIdentity(column));
    const named = this.columns.map((column) =>
      [...this.mappings.keys()].some(({ layout }) => isNamed(layout, layout.columns.indexOf(column))),
    );
    for (const { index, odd, line } of this.processes.values()) {
      rows.push(
        this.columns.map((_, at) => {
          const value = this.values[index * this.stride + at] ?? Number.NaN;
          if (value !== value) return odd[at] ?? null;
          if (!identities[at]) return tidy(value / (this.intervals[at]?.size ?? 1));
          return named[at] ? (this.sink.names.names[value] ?? null) : value;
        }),
      );
      lines.push(line);
    }
    this.sink.observe({ kind: 'table', name: 'processes', columns: this.columns, rows, lines });
  }
}
