import { type RetainedKind, type StorageView } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { answer, connect } from '../connection';
import { bold, print, printJson } from '../output';
import { type DataOptions } from './options';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

const size = (bytes: number | null): string => {
  if (bytes === null) return 'unknown';
  const sign = bytes < 0 ? '-' : '';
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${sign}${value.toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit] ?? ''}`;
};

export const showStorage = async (options: DataOptions): Promise<void> => {
  const found = (await answer(connect(options).api.GET('/api/v1/storage'))) as StorageView;
  if (options.json) return printJson(found);
  const out = new Table({
    head: ['kind', 'kept', 'in use', 'a day', 'will come to'].map((text) => bold(text)),
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { kind, keptDays, bytes, bytesPerDay, forecastBytes } of found.kinds)
    out.push([
      ...[kind, keptDays === null ? 'for good' : `${keptDays} days`, size(bytes), size(bytesPerDay)],
      size(forecastBytes),
    ]);
  print(out.toString());
  const left = found.daysLeft === null ? '' : `; full in ${Math.floor(found.daysLeft)} days at this rate`;
  print(`${size(found.bytes)} in use, ${size(found.freeBytes)} free${left}`);
};

export const setRetention = async (kind: RetainedKind, days: number, options: DataOptions): Promise<void> => {
  await answer(
    connect(options).api.PUT('/api/v1/storage/retention/{kind}', { params: { path: { kind } }, body: { days } }),
  );
  if (options.json) printJson({ kind, days });
  else print(`${kind} is kept for ${days} days; what is older goes at the next round (fleetscope storage sweep)`);
};

export const sweepStorage = async (options: DataOptions): Promise<void> => {
  const { removed, partitions, files } = await answer(connect(options).api.POST('/api/v1/storage/sweep'));
  if (options.json) return printJson({ removed, partitions, files });
  const told = Object.entries(removed).flatMap(([kind, count]) => (count > 0 ? [`${kind} of ${count}`] : []));
  print(
    told.length + partitions.length + files === 0
      ? 'nothing is past its time'
      : `removed: ${[...told, ...partitions, `${files} evidence files`].join(', ')}`,
  );
};
