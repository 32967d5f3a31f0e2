import type { MetricId } from '@fleetscope/contracts';
import { isInteger, tidy } from '../core/numbers';
import { pageSizeOf, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type ColumnSeries, columnOrUnknown, ofColumn, type RowMaker, type SeriesPlan } from '../core/record-table';
import type { Sink } from '../core/sink';
import { LayoutCache, TableSet } from '../core/table-set';
import { cpuSeries } from './cpu-series';
import { diskSeries, isDiskColumn } from './disk-columns';
import {
  type ColumnMeaning,
  HOST_COLUMNS,
  INTERFACE_COLUMNS,
  isSarColumn,
  MOUNT_COLUMNS,
  TCP_ERROR_COLUMNS,
} from './sar-columns';
import { SysstatReader, sysstatLikelihood } from './sysstat-reader';
import { type Heading, makeSysstatRow, sysstatLayout } from './sysstat-table';

type Meanings = ReadonlyMap<string, ColumnMeaning>;

/** A metric under two columns is taken from the first. */
const columnSeries = (heading: Heading, ...meanings: readonly Meanings[]): ColumnSeries[] => {
  const series = new Map<MetricId, ColumnSeries>();
  for (const meaning of meanings) {
    for (const column of heading.columns) {
      const found = meaning.get(column);
      if (found && !series.has(found.metric))
        series.set(found.metric, ofColumn(found.metric, heading.of(column), found.factor));
    }
  }
  return [...series.values()];
};

const byName = (heading: Heading, column: string, series: readonly ColumnSeries[]): SeriesPlan => ({
  by: heading.of(column),
  of: (name) => ({ instance: name, series }),
});

const cpuPlan = (heading: Heading): SeriesPlan | null => {
  const by = heading.of('CPU');
  if (heading.has('%idle')) {
    const cpu = cpuSeries({
      user: heading.optional('%usr', '%user'),
      nice: heading.of('%nice'),
      system: heading.optional('%sys', '%system'),
      iowait: heading.optional('%iowait'),
      steal: heading.optional('%steal'),
      irq: heading.optional('%irq'),
      softirq: heading.optional('%soft'),
      guest: heading.optional('%guest'),
      guestNice: heading.optional('%gnice'),
      idle: heading.of('%idle'),
    });
    return { by, of: (name) => ({ ...cpu, instance: name }) };
  }
  if (!heading.has('squeezd/s')) return null;
  const series = [
    columnOrUnknown('network.softnet_dropped', heading.of('dropd/s')),
    columnOrUnknown('network.softnet_squeezed', heading.of('squeezd/s')),
  ];
  return { by, of: (name) => ({ instance: name === 'all' ? null : name, series }) };
};

const interfaceSeries = (heading: Heading): ColumnSeries[] => {
  const series = columnSeries(heading, INTERFACE_COLUMNS);
  if (!heading.has('%ifutil')) return series;
  const utilization = heading.of('%ifutil');
  const traffic = [heading.optional('rxkB/s', 'rxbyt/s') ?? -1, heading.optional('txkB/s', 'txbyt/s') ?? -1];
  // Where the link speed is unknown (virtio, veth) sysstat prints 0.00: traffic at 0 % is an unknown utilization.
  const derive = (cells: Float64Array, at: number): number => {
    const printed = cells[at + utilization] ?? Number.NaN;
    return printed === 0 && traffic.some((column) => column !== -1 && (cells[at + column] ?? 0) > 0)
      ? Number.NaN
      : printed;
  };
  return [...series, { metric: 'network.utilization', column: -1, factor: 1, derive }];
};

const hostSeries = (heading: Heading, pageSize: number): ColumnSeries[] => {
  const series = columnSeries(heading, HOST_COLUMNS, ...(heading.has('atmptf/s') ? [TCP_ERROR_COLUMNS] : []));
  if (heading.has('pswpin/s')) {
    series.push(columnOrUnknown('memory.swap_in', heading.of('pswpin/s'), pageSize));
    series.push(columnOrUnknown('memory.swap_out', heading.of('pswpout/s'), pageSize));
  }
  if (heading.has('kbswpfree')) {
    const [free, used] = [heading.of('kbswpfree'), heading.of('kbswpused')];
    const derive = (cells: Float64Array, at: number): number =>
      used === -1 ? Number.NaN : tidy(((cells[at + free] ?? Number.NaN) + (cells[at + used] ?? Number.NaN)) * 1024);
    series.push({ metric: 'memory.swap_total', column: -1, factor: 1, derive });
  }
  return series;
};

const plan = (heading: Heading, pageSize: number): SeriesPlan | null => {
  if (heading.has('IFACE')) return byName(heading, 'IFACE', interfaceSeries(heading));
  if (heading.has('DEV')) return byName(heading, 'DEV', diskSeries(heading));
  if (heading.has('INTR')) {
    const sum = {
      instance: null,
      series: [columnOrUnknown('cpu.interrupts', heading.optional('all', 'intr/s') ?? -1)],
    };
    return { by: heading.of('INTR'), of: (name) => (name === 'sum' ? sum : null) };
  }
  if (heading.has('MOUNTPOINT')) return byName(heading, 'MOUNTPOINT', columnSeries(heading, MOUNT_COLUMNS));
  if (heading.has('CPU')) return cpuPlan(heading);
  const host = { instance: null, series: hostSeries(heading, pageSize) };
  return { by: -1, of: () => host };
};

/** Of the machines Linux runs on; the layouts of others are not kept. */
const PAGE_SIZES = new Set([4096, 16_384, 65_536]);
const BY_PAGE_SIZE = new Map<number, LayoutCache>();

/** The tables of a text of sar or sadf: they print the same columns. */
export const sarTables = (sink: Sink, ctx: ParseContext, maker: RowMaker = makeSysstatRow): TableSet => {
  const pageSize = pageSizeOf(ctx);
  let layouts = BY_PAGE_SIZE.get(pageSize);
  if (!layouts) {
    layouts = new LayoutCache(sysstatLayout((heading) => plan(heading, pageSize)));
    if (PAGE_SIZES.has(pageSize)) BY_PAGE_SIZE.set(pageSize, layouts);
  }
  return new TableSet(sink, layouts, maker);
};

const isInterruptColumn = (column: string): boolean => column.startsWith('CPU') && isInteger(column.slice(3));

export const reportUnknownSarColumns = (sink: Sink, columns: readonly string[], line: number): void => {
  for (const column of columns) {
    if (isSarColumn(column) || isInterruptColumn(column)) continue;
    if (columns.includes('DEV') && isDiskColumn(column)) continue;
    // Per-CPU interrupt tables are headed `i000/s`.
    if (columns.includes('CPU') && column.startsWith('i') && column.endsWith('/s')) continue;
    sink.once(`column ${column}`, line, column, `unknown column ${column}`);
  }
};

const create = (sink: Sink, ctx: ParseContext): LineParser =>
  new SysstatReader(sink, ctx, sarTables(sink, ctx), {
    heading: (columns, line) => reportUnknownSarColumns(sink, columns, line),
  });

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
