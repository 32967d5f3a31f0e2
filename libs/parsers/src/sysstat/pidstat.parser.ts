import type { CellValue } from '@fleetscope/contracts';
import { tidy } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import type { Sink } from '../core/sink';
import { SysstatReader, sysstatLikelihood } from './sysstat-reader';
import type { Heading, TableRow } from './sysstat-table';

const KNOWN = new Set([
  'UID',
  'USER',
  'PID',
  'TGID',
  'TID',
  'Command',
  'CPU',
  '%usr',
  '%system',
  '%guest',
  '%wait',
  '%CPU',
  'minflt/s',
  'majflt/s',
  'minflt-nr',
  'majflt-nr',
  'VSZ',
  'RSS',
  '%MEM',
  'kB_rd/s',
  'kB_wr/s',
  'kB_ccwr/s',
  'iodelay',
  'cswch/s',
  'nvcswch/s',
  'StkSize',
  'StkRef',
  'threads',
  'fd-nr',
  'prio',
  'policy',
  'usr-ms',
  'system-ms',
  'guest-ms',
  'wait-ms',
]);
const IDENTITY = new Set([
  'UID',
  'USER',
  'PID',
  'TGID',
  'TID',
  'Command',
  'CPU',
  'policy',
  'prio',
  'VSZ',
  'RSS',
  'StkSize',
  'StkRef',
  'threads',
  'fd-nr',
]);

interface Process {
  readonly cells: Map<string, CellValue>;
  readonly sums: Map<string, number>;
  line: number;
}

/** Rates are means over the intervals of the window: an interval in which pidstat leaves a process out is one of zeros. */
class ProcessTable {
  private readonly columns = new Set<string>();
  private readonly processes = new Map<string, Process>();
  private readonly intervals = new Map<string, Set<string>>();

  constructor(private readonly sink: Sink) {}

  heading(heading: Heading): void {
    for (const column of heading.columns) {
      this.columns.add(column);
      if (!KNOWN.has(column)) this.sink.once(`column ${column}`, heading.line, column, `unknown column ${column}`);
    }
  }

  row(row: TableRow): void {
    if (row.average) return;
    const key = `${row.text('PID')}\0${row.text('TGID')}\0${row.text('TID')}`;
    let process = this.processes.get(key);
    if (!process) {
      if (this.processes.size >= this.sink.limits.maxRows) {
        this.sink.once(
          'processes',
          row.line,
          '',
          `more than ${this.sink.limits.maxRows} processes: the rest is left out`,
        );
        return;
      }
      process = { cells: new Map(), sums: new Map(), line: row.line };
      this.processes.set(key, process);
    }
    process.line = row.line;
    for (const column of row.heading.columns) {
      const number = row.number(column);
      if (IDENTITY.has(column)) process.cells.set(column, number ?? (row.text(column) || null));
      else {
        const seen = this.intervals.get(column);
        const interval = String(row.time ?? row.heading.line);
        if (seen) seen.add(interval);
        else this.intervals.set(column, new Set([interval]));
        if (number === null) process.cells.set(column, null);
        else process.sums.set(column, (process.sums.get(column) ?? 0) + number);
      }
    }
  }

  emit(): void {
    if (this.processes.size === 0) return;
    const columns = [...this.columns];
    const rows: CellValue[][] = [];
    const lines: number[] = [];
    for (const { cells, sums, line } of this.processes.values()) {
      rows.push(
        columns.map((column) => {
          const sum = sums.get(column);
          if (sum !== undefined) return tidy(sum / (this.intervals.get(column)?.size ?? 1));
          return cells.get(column) ?? null;
        }),
      );
      lines.push(line);
    }
    this.sink.observe({ kind: 'table', name: 'processes', columns, rows, lines });
  }
}

const create = (sink: Sink, ctx: ParseContext): LineParser => {
  const table = new ProcessTable(sink);
  const reader = new SysstatReader(sink, ctx, {
    heading: (heading) => table.heading(heading),
    row: (row) => table.row(row),
  });
  let recognised = false;
  return {
    line: (text, line) => {
      // Without an active process pidstat -h prints its banner only.
      if (text.startsWith('Linux ') && text.includes('(')) recognised = true;
      reader.line(text, line);
    },
    end: () => table.emit(),
    get recognised() {
      return recognised || reader.recognised;
    },
  };
};

export const pidstatParser: ParserDefinition = {
  id: 'pidstat',
  title: 'Processes that used CPU, memory or disk',
  tools: ['pidstat'],
  expects: 'a heading with PID and Command',
  fields: {
    time: 'end of the interval, ISO 8601',
    processes: 'table: one row a process or thread; rates are means over the intervals, the rest is the last value',
    'kB_rd/s': '-1.00 (no permission to read it) is null',
  },
  likelihood: sysstatLikelihood(['PID', 'Command'], ['TGID', 'TID', 'Command']),
  create,
};
