import type { MetricId } from '@fleetscope/contracts';
import { tidy } from '../core/numbers';
import { type ColumnSeries, columnOrUnknown, type GroupPlan } from '../core/record-table';

/** Columns of shares of CPU time, by their index; -1 where the tool should print one and doesn't, undefined where it needn't. */
export interface CpuColumns {
  readonly user?: number;
  readonly nice?: number;
  readonly system?: number;
  readonly iowait?: number;
  readonly steal?: number;
  readonly irq?: number;
  readonly softirq?: number;
  readonly guest?: number;
  readonly guestNice?: number;
  readonly idle?: number;
}

type Derive = (cells: Float64Array, at: number) => number;

const unknown: Derive = () => Number.NaN;

/** The share under a column, or 0 when it isn't printed. */
const shareOf = (cells: Float64Array, at: number, column: number | undefined): number => {
  if (column === undefined || column < 0) return 0;
  const share = cells[at + column] ?? 0;
  return share === share ? share : 0;
};

const sumOf = (column: number | undefined, more: number | undefined): Derive =>
  column === undefined || column < 0
    ? unknown
    : (cells, at) => tidy((cells[at + column] ?? Number.NaN) + shareOf(cells, at, more));

/** An offline CPU is printed as a row of zeros: all its values are unknown, not 0 (its "utilization" would be 100). */
const isOffline = (columns: readonly number[]) => {
  // Nearly always the first one says that it is not: idle time.
  const [first = 0, ...rest] = columns;
  return (cells: Float64Array, at: number): boolean => {
    const idle = cells[at + first] ?? 0;
    if (idle === idle && idle !== 0) return false;
    return rest.every((column) => shareOf(cells, at, column) === 0);
  };
};

/** The cpu.* metrics of a table. Utilization is what is neither idle nor waiting for I/O nor stolen. */
export const cpuSeries = (cpu: CpuColumns, instance?: string): Omit<GroupPlan, 'instance'> => {
  const series: ColumnSeries[] = [];
  const derived = (metric: MetricId, derive: Derive): void =>
    void series.push({ metric, instance, column: -1, factor: 1, derive });
  const plain = (metric: MetricId, column: number | undefined): void => {
    if (column !== undefined) series.push({ ...columnOrUnknown(metric, column), instance });
  };
  const { idle, iowait, steal } = cpu;
  derived('cpu.utilization', (cells, at) => {
    const rest = idle === undefined || idle < 0 ? Number.NaN : (cells[at + idle] ?? Number.NaN);
    return Math.max(0, tidy(100 - rest - shareOf(cells, at, iowait) - shareOf(cells, at, steal)));
  });
  derived('cpu.user', sumOf(cpu.user, cpu.nice));
  plain('cpu.system', cpu.system);
  plain('cpu.iowait', iowait);
  plain('cpu.steal', steal);
  plain('cpu.irq', cpu.irq);
  plain('cpu.softirq', cpu.softirq);
  if (cpu.guest !== undefined) derived('cpu.guest', sumOf(cpu.guest, cpu.guestNice));
  plain('cpu.idle', idle);
  const printed = [idle, ...Object.values(cpu)].filter(
    (column): column is number => column !== undefined && column >= 0,
  );
  return { series, blank: printed.length === 0 ? () => true : isOffline(printed) };
};
