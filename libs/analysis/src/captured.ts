import { type CellValue, type Observation } from '@fleetscope/contracts';
import { indexOf } from './evidence-index';
import { formatNumber, formatPlural } from './format';
import { type HostEvidence } from './host-evidence';
import { bucketQuantile, timesOf } from './histograms';

type Table = Extract<Observation, { kind: 'table' }>;
type Row = Readonly<Record<string, CellValue>>;

const rowsOf = ({ columns, rows }: Table): Row[] =>
  rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])));

const numberOf = (row: Row | undefined, column: string): number => Number(row?.[column] ?? 0);

const heaviest = (rows: readonly Row[], column: string): Row | undefined =>
  [...rows].sort((a, b) => numberOf(b, column) - numberOf(a, column))[0];

const percent = (part: number, whole: number): string => `${formatNumber(whole > 0 ? (part / whole) * 100 : 0)} %`;

/** What each table of a capture says in one sentence; null when it is empty. */
const TABLES: Readonly<Record<string, (rows: readonly Row[]) => string | null>> = {
  'tcp-retransmits': (rows) => {
    const segments = rows.reduce((sum, row) => sum + numberOf(row, 'segments'), 0);
    const top = heaviest(rows, 'segments');
    return top
      ? `${formatNumber(segments)} segments sent again; most from ${top['source']} to ${top['destination']}:${top['port']} (${percent(numberOf(top, 'segments'), segments)}).`
      : null;
  },
  'tcp-resets': (rows) => {
    const of = (event: string): readonly Row[] => rows.filter((row) => row['event'] === event);
    const count = (some: readonly Row[]): number => some.reduce((sum, row) => sum + numberOf(row, 'events'), 0);
    const reasons = new Map<string, number>();
    for (const row of of('reset-sent')) {
      const reason = row['reason'] === null ? 'no reason told' : String(row['reason']);
      reasons.set(reason, (reasons.get(reason) ?? 0) + numberOf(row, 'events'));
    }
    const why = [...reasons].sort(([, a], [, b]) => b - a)[0]?.[0];
    return `${formatPlural(count(of('reset-sent')), 'reset')} sent${why === undefined ? '' : ` (most: ${why})`}, ${formatNumber(count(of('reset-received')))} received.`;
  },
  'off-cpu-waits': (rows) => {
    const words = rows.filter((row) => numberOf(row, 'share') >= 0.01);
    return words.length === 0
      ? null
      : `Time off CPU by what was waited for: ${words.map((row) => `${row['wait']} ${percent(numberOf(row, 'share'), 1)}`).join(', ')}.`;
  },
  'run-queue-waits': (rows) => {
    const top = heaviest(rows, 'total_us');
    return top
      ? `${top['command']} waited longest for a CPU: ${formatNumber(numberOf(top, 'total_us') / 1000)} ms in ${formatPlural(numberOf(top, 'count'), 'wait')}.`
      : null;
  },
  fsyncs: (rows) => {
    const top = heaviest(rows, 'total_us');
    return top
      ? `${top['command']} (${top['pid']}) waited longest for fsync: ${formatNumber(numberOf(top, 'average_us') / 1000)} ms on average, ${formatPlural(numberOf(top, 'count'), 'call')}.`
      : null;
  },
  files: (rows) => {
    const top = heaviest(rows, 'total_us');
    return top
      ? `Most time went into ${top['file']} (${top['command']}): ${formatNumber(numberOf(top, 'total_us') / 1000)} ms in ${formatPlural(numberOf(top, 'count'), 'call')}.`
      : null;
  },
  syscalls: (rows) => {
    const top = heaviest(rows, 'count');
    return top
      ? `${top['command']} calls ${top['syscall']} most: ${formatPlural(numberOf(top, 'count'), 'time')}, ${formatNumber(numberOf(top, 'average_us'))} µs on average.`
      : null;
  },
  'open-errors': (rows) => {
    const top = heaviest(rows, 'count');
    return top ? `${top['command']} fails to open files ${formatPlural(numberOf(top, 'count'), 'time')}.` : null;
  },
  'process-starts': (rows) => {
    const all = rows.reduce((sum, row) => sum + numberOf(row, 'count'), 0);
    const top = heaviest(rows, 'count');
    return top
      ? `${formatPlural(all, 'program')} started; most often ${top['command']} (${formatNumber(numberOf(top, 'count'))}).`
      : null;
  },
  connects: (rows) => {
    const top = heaviest(rows, 'count');
    return top
      ? `${top['command']} connects most: ${formatPlural(numberOf(top, 'count'), 'time')} to ${top['address']}:${top['port']}.`
      : null;
  },
};

/** Histograms of times, by name, and what people call them. */
export const LATENCIES: readonly (readonly [RegExp, string])[] = [
  [/^cpu\.runq_latency$/, 'Wait for a CPU'],
  [/^disk\.io_queue_latency$/, 'Time in the queue'],
  [/^disk\.io_device_latency$/, 'Time in the device'],
  [/^filesystem\.fsync_latency$/, 'fsync'],
  [/^filesystem\.file_latency$/, 'Reads and writes of files'],
  [/^tcp\.connect_latency$/, 'Connecting'],
];

/** At most so many histograms of one name: those with most values. */
const PER_NAME = 2;

/**
 * What a capture brought back, in sentences: a capture judges nothing, but what it shows is its answer. Empty for runbooks
 * that only measure.
 */
export const capturedOf = (evidence: HostEvidence): string[] => {
  const index = indexOf(evidence);
  const told: string[] = [];
  for (const { observations } of evidence.steps)
    for (const observation of observations) {
      if (observation.kind === 'facts' && observation.name === 'profile') {
        const shape = observation.facts['shape'];
        if (typeof shape === 'string' && shape !== '') told.push(shape);
      }
      if (observation.kind === 'table' && Object.hasOwn(TABLES, observation.name)) {
        const sentence = TABLES[observation.name]?.(rowsOf(observation)) ?? null;
        if (sentence !== null) told.push(sentence);
      }
    }
  for (const [name, title] of LATENCIES)
    for (const times of timesOf(index, name)
      .sort((a, b) => b.count - a.count)
      .slice(0, PER_NAME))
      told.push(
        `${title}${times.instance === null ? '' : ` (${times.instance})`}: half below ${formatNumber(bucketQuantile(times, 0.5))} ms, 99 % below ${formatNumber(bucketQuantile(times, 0.99))} ms.`,
      );
  return told;
};
