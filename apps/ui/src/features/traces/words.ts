import { formatValue, plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { type Edge, type MergedHistogram, quantile } from './traces-model';

/** `512 µs`, `4.1 ms`, `2 s`; other units as they are. */
export const amount = (value: number | null, unit: string): string => {
  if (value === null) return '–';
  if (unit !== 'us') return formatValue(value, unit);
  if (value < 1_000) return `${formatValue(value, 'µs')}`;
  return value < 1_000_000 ? formatValue(value / 1_000, 'ms') : formatValue(value / 1_000_000, 's');
};

export const bucketWords = (histogram: MergedHistogram, bucket: number): string => {
  const { from = null, to = null } = histogram.buckets[bucket] ?? {};
  if (to === null) return `${amount(from, histogram.unit)} or more`;
  if (from === null || from === 0) return `below ${amount(to, histogram.unit)}`;
  return `${amount(from, histogram.unit)} – ${amount(to, histogram.unit)}`;
};

/** The numbers people ask for. A histogram knows the bucket, not the value: so it is said as a range. */
export const quantileWords = (histogram: MergedHistogram): { label: string; value: string }[] => {
  const counts = histogram.buckets.map(({ count }) => count);
  const rows = [0.5, 0.9, 0.99].flatMap((share) => {
    const place = quantile(counts, share);
    return place ? [{ label: `p${share * 100}`, value: bucketWords(histogram, place.bucket) }] : [];
  });
  const last = counts.findLastIndex((count) => count > 0);
  return [
    ...rows,
    ...(last === -1 ? [] : [{ label: 'slowest', value: bucketWords(histogram, last) }]),
    { label: 'entries', value: histogram.count.toLocaleString('en-GB') },
  ];
};

/** Names that the tracing programs give (libs/parsers, trace-maps). */
const TITLES: Readonly<Record<string, string>> = {
  'cpu.runq_latency': 'Waiting for a CPU',
  'disk.io_queue_latency': 'Waiting in the queue of',
  'disk.io_device_latency': 'In the device',
  'filesystem.fsync_latency': 'fsync',
  'filesystem.file_latency': 'Reads and writes of files',
  'task.syscall_latency': 'System call',
  'tcp.connect_latency': 'Connecting',
  'tcp.lifespan': 'Life of a connection',
};

/** Letters of blk_fill_rwbs: what a request does, then how. */
const REQUESTS: Readonly<Record<string, string>> = {
  R: 'reads',
  W: 'writes',
  D: 'discards',
  F: 'flushes',
  N: 'others',
};
const requestWords = (letters: string): string => {
  const [what = '', ...how] = letters;
  const kind = REQUESTS[what];
  if (kind === undefined) return letters;
  const manner = [how.includes('S') && 'synchronous', how.includes('M') && 'metadata'].filter(Boolean).join(' ');
  return `${manner} ${kind}`.trim();
};

export const histogramName = ({ name }: Pick<MergedHistogram, 'name'>): string => TITLES[name] ?? visibleText(name);
/** What it is of: `vda writes`. */
export const instanceWords = ({ name, instance }: Pick<MergedHistogram, 'name' | 'instance'>): string => {
  if (instance === null) return '';
  const parts = instance.split(' ');
  return visibleText(
    name.startsWith('disk.') && parts.length === 2
      ? `${parts[0]} ${requestWords(parts[1] ?? '')} (${parts[1]})`
      : instance,
  );
};
export const histogramTitle = (histogram: Pick<MergedHistogram, 'name' | 'instance'>): string =>
  `${histogramName(histogram)} ${instanceWords(histogram)}`.trim();

export const edgeWords = ({ source, destination, port }: Edge): string =>
  `${source} → ${destination}${port === null ? '' : `:${port}`}`;

/** The sentence that the page bears out. */
export const answerOf = (edges: readonly Edge[], histograms: readonly MergedHistogram[], events: number): string[] => {
  const [worst, ...others] = edges;
  if (worst) {
    const all = edges.reduce((sum, { segments }) => sum + segments, 0);
    return [
      `${worst.source} sends again to ${worst.destination}${worst.port === null ? '' : `:${worst.port}`}: ${plural(worst.segments, 'segment')} in ${plural(worst.events, 'event')}, ${Math.round((worst.segments / Math.max(1, all)) * 100)} % of all.`,
      others.length === 0
        ? 'No other pair of ends sent anything again.'
        : `${plural(others.length, 'other pair')}; ${plural(all, 'segment')} in all.`,
    ];
  }
  const [main] = histograms;
  if (main) {
    const counts = main.buckets.map(({ count }) => count);
    const below = (share: number): string =>
      amount(main.buckets[quantile(counts, share)?.bucket ?? -1]?.to ?? null, main.unit);
    return [
      `${histogramTitle(main)}: half below ${below(0.5)}, 99 % below ${below(0.99)}, none above ${below(1)}.`,
      `${plural(main.count, 'entry', 'entries')} on ${plural(main.hosts.length, 'host')}.`,
    ];
  }
  return [events === 0 ? 'Nothing was seen in this window.' : `${plural(events, 'event')} in this window.`];
};
