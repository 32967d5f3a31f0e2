import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import type { Sink } from '../core/sink';
import { LayoutCache, TableSet } from '../core/table-set';
import { ProcessTable } from './process-table';
import { SysstatReader, sysstatLikelihood } from './sysstat-reader';
import { AVERAGE, makeSysstatRow, sysstatLayout } from './sysstat-table';

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

const LAYOUTS = new LayoutCache(sysstatLayout(() => null));

const create = (sink: Sink, ctx: ParseContext): LineParser => {
  const processes = new ProcessTable(sink, (column) => IDENTITY.has(column));
  const reader = new SysstatReader(sink, ctx, new TableSet(sink, LAYOUTS, makeSysstatRow), {
    heading: (columns, line) => {
      processes.heading(columns);
      for (const column of columns)
        if (!KNOWN.has(column)) sink.once(`column ${column}`, line, column, `unknown column ${column}`);
    },
    record: (table, heading) => {
      if (table.note(table.at) !== AVERAGE) processes.add(table, heading);
    },
  });
  let banner = false;
  return {
    line: (text, line) => {
      // Without an active process pidstat -h prints its banner only.
      if (text.startsWith('Linux ') && text.includes('(')) banner = true;
      reader.line(text, line);
    },
    block: (block) => reader.block(block),
    end: () => processes.emit(),
    get recognised() {
      return banner || reader.recognised;
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
