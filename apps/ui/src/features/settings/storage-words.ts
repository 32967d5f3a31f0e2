import { type StorageKind, type StorageView, type Sweep } from '@fleetscope/contracts';
import { formatBytes, plural } from '../../components/format';

export const KIND_WORDS: Readonly<Record<StorageKind['kind'], { title: string; what: string }>> = {
  evidence: { title: 'Evidence', what: 'raw output, and its files that nothing else refers to' },
  events: { title: 'Events', what: 'the log of each investigation' },
  observations: { title: 'Observations', what: 'series, tables and facts of each step' },
  measurements: { title: 'Measurements', what: 'means by host and metric; whole months go' },
  profiles: { title: 'Profiles', what: 'stacks' },
  investigations: { title: 'Investigations', what: 'with verdict, runs and notes' },
  baselines: { title: 'Baselines', what: 'what schedules have fed' },
  firings: { title: 'History of schedules', what: 'each time that was due' },
  audit: { title: 'Audit log', what: 'who did what' },
};

export const growthWords = (bytesPerDay: number | null): string =>
  bytesPerDay === null ? 'not known yet' : `${formatBytes(Math.max(0, bytesPerDay))} a day`;

export const forecastWords = ({ forecastBytes, keptDays }: Pick<StorageKind, 'forecastBytes' | 'keptDays'>): string => {
  if (keptDays === null) return 'no end';
  return forecastBytes === null ? 'not known yet' : formatBytes(forecastBytes);
};

const DAYS_IN_YEAR = 365;

/** When the disk is full, in a sentence. */
export const fullWords = ({ bytesPerDay, daysLeft, freeBytes }: StorageView): string => {
  if (bytesPerDay === null) return 'How fast it grows is not known yet: that needs two days of data.';
  if (daysLeft === null) return `It does not grow. ${formatBytes(freeBytes)} are free.`;
  const grows = `At ${formatBytes(bytesPerDay)} a day`;
  if (daysLeft > 10 * DAYS_IN_YEAR) return `${grows} the disk lasts for more than ten years.`;
  return `${grows} the disk is full in ${plural(Math.floor(daysLeft), 'day')}.`;
};

/** What a sweep took: "12 evidence, 3 events; 4 files". */
export const sweptWords = ({ removed, partitions, files }: Sweep): string => {
  const kinds = Object.entries(removed)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count.toLocaleString('en-GB')} ${kind}`);
  const rest = [
    partitions.length > 0 && plural(partitions.length, 'month of measurements', 'months of measurements'),
    files > 0 && plural(files, 'file'),
  ].filter(Boolean);
  const all = [...kinds, ...rest];
  return all.length === 0 ? 'Nothing was past its time.' : `Taken away: ${all.join(', ')}.`;
};
