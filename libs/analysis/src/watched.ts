import { type Observation, type Watched } from '@fleetscope/contracts';

/** A disk that does less than one request a second is not slow: it is idle. */
const LEAST_IOPS = 1;
/** A share of fewer segments a second says nothing. */
const LEAST_SEGMENTS = 10;

/** The last value of a metric, by instance (`` where it has none). */
const latestOf = (observations: readonly Observation[], metric: string): Map<string, number> => {
  const found = new Map<string, number>();
  for (const one of observations) {
    if ((one.kind !== 'series' && one.kind !== 'measurement') || one.metric !== metric) continue;
    const value = one.kind === 'series' ? one.values.at(-1) : one.value;
    if (value != null) found.set(one.instance ?? '', value);
  }
  return found;
};

const single = (observations: readonly Observation[], metric: string): number | null =>
  latestOf(observations, metric).get('') ?? null;

const runqueue = (observations: readonly Observation[]): number | null => {
  const threads = single(observations, 'cpu.runqueue');
  const cpus = [...latestOf(observations, 'cpu.utilization').keys()].filter((instance) => instance !== 'all').length;
  return threads === null || cpus === 0 ? null : threads / cpus;
};

/** Of the slowest disk that does something; 0 when none does. */
const slowestDisk = (observations: readonly Observation[]): number | null => {
  const all = (metric: string): Map<string, number> => latestOf(observations, metric);
  const [reads, writes] = [all('disk.read_iops'), all('disk.write_iops')];
  const [readMs, writeMs] = [all('disk.read_await'), all('disk.write_await')];
  if (reads.size === 0 && writes.size === 0) return null;
  let slowest = 0;
  for (const disk of new Set([...reads.keys(), ...writes.keys()])) {
    const [r, w] = [reads.get(disk) ?? 0, writes.get(disk) ?? 0];
    if (r + w < LEAST_IOPS) continue;
    slowest = Math.max(slowest, (r * (readMs.get(disk) ?? 0) + w * (writeMs.get(disk) ?? 0)) / (r + w));
  }
  return slowest;
};

const retransmitted = (observations: readonly Observation[]): number | null => {
  const [again, sent] = [single(observations, 'tcp.retransmits'), single(observations, 'tcp.segments_out')];
  if (again === null || sent === null) return null;
  return sent < LEAST_SEGMENTS ? 0 : (100 * again) / sent;
};

const WAYS: Readonly<Record<Watched, (observations: readonly Observation[]) => number | null>> = {
  runqueue,
  await: slowestDisk,
  retransmits: retransmitted,
  'cpu-pressure': (observations) => single(observations, 'cpu.pressure_some'),
  'memory-pressure': (observations) => single(observations, 'memory.pressure_some'),
  'io-pressure': (observations) => single(observations, 'disk.pressure_some'),
};

/**
 * What an armed capture watches, from two readings of a host's counters, in the unit of `WATCHED`.
 * @returns null where the host does not tell (no PSI in its kernel, a counter that is not there)
 */
export const watchedValue = (watched: Watched, observations: readonly Observation[]): number | null =>
  WAYS[watched](observations);
