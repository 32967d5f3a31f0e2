import type { MetricId } from '@fleetscope/contracts';
import { type ColumnSeries, ofColumn } from '../core/record-table';
import type { Heading } from './sysstat-table';

const KB = 1024;
const MB = 1_048_576;
const SECTOR = 512;

/** Columns of iostat and sar -d over twenty years of sysstat, and what a unit of each is in the catalogue's unit. */
const DISK_COLUMNS: ReadonlyMap<string, readonly [MetricId, number]> = new Map<string, readonly [MetricId, number]>([
  ['r/s', ['disk.read_iops', 1]],
  ['w/s', ['disk.write_iops', 1]],
  ['f/s', ['disk.flush_iops', 1]],
  ['d/s', ['disk.discard_iops', 1]],
  ['rkB/s', ['disk.read_throughput', KB]],
  ['rMB/s', ['disk.read_throughput', MB]],
  ['rsec/s', ['disk.read_throughput', SECTOR]],
  ['rd_sec/s', ['disk.read_throughput', SECTOR]],
  ['kB_read/s', ['disk.read_throughput', KB]],
  ['MB_read/s', ['disk.read_throughput', MB]],
  ['Blk_read/s', ['disk.read_throughput', SECTOR]],
  ['wkB/s', ['disk.write_throughput', KB]],
  ['wMB/s', ['disk.write_throughput', MB]],
  ['wsec/s', ['disk.write_throughput', SECTOR]],
  ['wr_sec/s', ['disk.write_throughput', SECTOR]],
  ['kB_wrtn/s', ['disk.write_throughput', KB]],
  ['MB_wrtn/s', ['disk.write_throughput', MB]],
  ['Blk_wrtn/s', ['disk.write_throughput', SECTOR]],
  ['r_await', ['disk.read_await', 1]],
  ['w_await', ['disk.write_await', 1]],
  ['f_await', ['disk.flush_await', 1]],
  ['d_await', ['disk.discard_await', 1]],
  ['await', ['disk.await', 1]],
  ['aqu-sz', ['disk.queue_size', 1]],
  // Until sysstat 12.0; the same number under another name.
  ['avgqu-sz', ['disk.queue_size', 1]],
  ['%util', ['disk.utilization', 1]],
]);

/** Known columns that are no metric: requests merged, mean sizes, totals, and svctm, which was never measured. */
const PLAIN = new Set([
  'tps',
  'rrqm/s',
  'wrqm/s',
  'drqm/s',
  '%rrqm',
  '%wrqm',
  '%drqm',
  'rareq-sz',
  'wareq-sz',
  'dareq-sz',
  'areq-sz',
  'avgrq-sz',
  'svctm',
  'dkB/s',
  'dMB/s',
  'dsec/s',
  'kB_read',
  'kB_wrtn',
  'kB_dscd',
  'kB_dscd/s',
  'MB_read',
  'MB_wrtn',
  'MB_dscd',
  'MB_dscd/s',
  'Blk_read',
  'Blk_wrtn',
  'Blk_dscd',
  'Blk_dscd/s',
  'kB_w+d/s',
  'kB_w+d',
  'MB_w+d/s',
  'MB_w+d',
  'Blk_w+d/s',
  'Blk_w+d',
  'rqm/s',
  '%rqm',
  'kB/s',
  'MB/s',
  'sec/s',
  'discrd/s',
]);

export const isDiskColumn = (column: string): boolean => DISK_COLUMNS.has(column) || PLAIN.has(column);

/** The series of a table of devices. A metric under two columns is taken from the first. */
export const diskSeries = (heading: Heading): ColumnSeries[] => {
  const series = new Map<MetricId, ColumnSeries>();
  for (const column of heading.columns) {
    const meaning = DISK_COLUMNS.get(column);
    if (meaning && !series.has(meaning[0]))
      series.set(meaning[0], ofColumn(meaning[0], heading.of(column), meaning[1]));
  }
  return [...series.values()];
};
