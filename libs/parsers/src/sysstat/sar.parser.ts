import { isInteger, tidy } from '../core/numbers';
import { pageSizeOf, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { Sink } from '../core/sink';
import { sampleCpu } from './cpu-percent';
import { isDiskColumn, sampleDisk } from './disk-columns';
import {
  type ColumnMeaning,
  HOST_COLUMNS,
  INTERFACE_COLUMNS,
  isSarColumn,
  MOUNT_COLUMNS,
  TCP_ERROR_COLUMNS,
} from './sar-columns';
import { SysstatReader, sysstatLikelihood } from './sysstat-reader';
import type { Heading, TableRow } from './sysstat-table';

const sampleColumns = (
  sink: Sink,
  meanings: ReadonlyMap<string, ColumnMeaning>,
  instance: string | null,
  row: TableRow,
): void => {
  for (const column of row.heading.columns) {
    const meaning = meanings.get(column);
    if (!meaning) continue;
    const value = row.number(column);
    sink.sample(meaning.metric, instance, value === null ? null : tidy(value * meaning.factor), row);
  }
};

const optional = (row: TableRow, ...columns: string[]): number | null | undefined => {
  const column = columns.find((one) => row.has(one));
  return column === undefined ? undefined : row.number(column);
};

const cpuRow = (sink: Sink, row: TableRow): void => {
  const cpu = row.text('CPU');
  if (row.has('%idle')) {
    sampleCpu(
      sink,
      cpu,
      {
        user: optional(row, '%usr', '%user'),
        nice: row.number('%nice'),
        system: optional(row, '%sys', '%system'),
        iowait: optional(row, '%iowait'),
        steal: optional(row, '%steal'),
        irq: optional(row, '%irq'),
        softirq: optional(row, '%soft'),
        guest: optional(row, '%guest'),
        guestNice: optional(row, '%gnice'),
        idle: row.number('%idle'),
      },
      row,
    );
  } else if (row.has('squeezd/s')) {
    const instance = cpu === 'all' ? null : cpu;
    sink.sample('network.softnet_dropped', instance, row.number('dropd/s'), row);
    sink.sample('network.softnet_squeezed', instance, row.number('squeezd/s'), row);
  }
};

const interfaceRow = (sink: Sink, row: TableRow): void => {
  const name = row.text('IFACE');
  sampleColumns(sink, INTERFACE_COLUMNS, name, row);
  if (!row.has('%ifutil')) return;
  // Where the link speed is unknown (virtio, veth) sysstat prints 0.00: traffic at 0 % is an unknown utilization.
  const traffic = (optional(row, 'rxkB/s', 'rxbyt/s') ?? 0) + (optional(row, 'txkB/s', 'txbyt/s') ?? 0);
  const printed = row.number('%ifutil');
  sink.sample('network.utilization', name, printed === 0 && traffic > 0 ? null : printed, row);
};

const hostRow = (sink: Sink, row: TableRow, pageSize: number): void => {
  sampleColumns(sink, HOST_COLUMNS, null, row);
  if (row.has('atmptf/s')) sampleColumns(sink, TCP_ERROR_COLUMNS, null, row);
  if (row.has('pswpin/s')) {
    const [read, written] = [row.number('pswpin/s'), row.number('pswpout/s')];
    sink.sample('memory.swap_in', null, read === null ? null : tidy(read * pageSize), row);
    sink.sample('memory.swap_out', null, written === null ? null : tidy(written * pageSize), row);
  }
  if (row.has('kbswpfree')) {
    const [free, used] = [row.number('kbswpfree'), row.number('kbswpused')];
    sink.sample('memory.swap_total', null, free === null || used === null ? null : tidy((free + used) * 1024), row);
  }
};

/** Emits the metrics of a row of any of sar's tables. */
export const sampleSarRow = (sink: Sink, row: TableRow, pageSize: number): void => {
  if (row.average) return;
  if (row.has('IFACE')) interfaceRow(sink, row);
  else if (row.has('DEV')) sampleDisk(sink, row.text('DEV'), row);
  else if (row.has('INTR')) {
    if (row.text('INTR') === 'sum') sink.sample('cpu.interrupts', null, optional(row, 'all', 'intr/s') ?? null, row);
  } else if (row.has('MOUNTPOINT')) sampleColumns(sink, MOUNT_COLUMNS, row.text('MOUNTPOINT'), row);
  else if (row.has('CPU')) cpuRow(sink, row);
  else hostRow(sink, row, pageSize);
};

const isInterruptColumn = (column: string): boolean => column.startsWith('CPU') && isInteger(column.slice(3));

export const reportUnknownSarColumns = (sink: Sink, heading: Heading): void => {
  for (const column of heading.columns) {
    if (isSarColumn(column) || isInterruptColumn(column)) continue;
    if (heading.set.has('DEV') && isDiskColumn(column)) continue;
    // Per-CPU interrupt tables are headed `i000/s`.
    if (heading.set.has('CPU') && column.startsWith('i') && column.endsWith('/s')) continue;
    sink.once(`column ${column}`, heading.line, column, `unknown column ${column}`);
  }
};

const create = (sink: Sink, ctx: ParseContext): LineParser => {
  const pageSize = pageSizeOf(ctx);
  const reader = new SysstatReader(sink, ctx, {
    heading: (heading) => reportUnknownSarColumns(sink, heading),
    row: (row) => sampleSarRow(sink, row, pageSize),
  });
  return {
    line: (text, line) => reader.line(text, line),
    end: () => undefined,
    get recognised() {
      return reader.recognised;
    },
  };
};

const likely = sysstatLikelihood(
  ['CPU', '%user', '%idle'],
  ['CPU', '%usr', '%idle'],
  ['IFACE', 'rxpck/s'],
  ['IFACE', 'rxerr/s'],
  ['active/s', 'passive/s'],
  ['atmptf/s', 'estres/s'],
  ['runq-sz', 'ldavg-1'],
  ['kbmemfree'],
  ['kbswpfree'],
  ['DEV', 'tps'],
  ['pswpin/s'],
  ['pgpgin/s'],
  ['tps', 'rtps'],
  ['INTR'],
  ['proc/s'],
  ['cswch/s'],
  ['dentunusd'],
  ['totsck'],
  ['idgm/s'],
  ['irec/s'],
  ['imsg/s'],
  ['%scpu-10'],
  ['MBfsfree'],
);

export const sarParser: ParserDefinition = {
  id: 'sar',
  title: 'Activity counters of any kind, live or from an archive',
  tools: ['sar'],
  expects: 'a heading of sar, such as CPU %user or IFACE rxpck/s, after a time',
  fields: {
    time: 'end of the interval, ISO 8601',
    average: 'true for the rows of the averages, which are no samples',
    '%ifutil': 'network.utilization is null where traffic is printed at 0.00 %: the link speed is unknown',
  },
  likelihood: (head) => (likely(head) > 0 ? 0.8 : 0),
  create,
};
