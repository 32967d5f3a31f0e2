import { type EvidenceRef, type Histogram } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';

type Bucket = Histogram['buckets'][number];

/** A histogram of times, in milliseconds. */
export interface Times {
  readonly name: string;
  readonly instance: string | null;
  readonly buckets: readonly Bucket[];
  readonly count: number;
  readonly evidence: EvidenceRef;
}

const TO_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  nsecs: 1e-6,
  us: 1e-3,
  usecs: 1e-3,
  µs: 1e-3,
  ms: 1,
  msecs: 1,
  s: 1e3,
  secs: 1e3,
};

/** Of the histogram, or of its name: bpftrace prints bare numbers, and its maps are named `runq_latency_us`. */
const factorOf = ({ unit, name }: Histogram): number | null =>
  TO_MS[unit] ?? TO_MS[/_(ns|us|ms|s)$/.exec(name)?.[1] ?? ''] ?? null;

/** Histograms of that name whose unit is a time; those without a count are left out. */
export const timesOf = (evidence: EvidenceIndex, name: RegExp): Times[] =>
  evidence.histograms(name).flatMap(({ step, observation }) => {
    const factor = factorOf(observation);
    const count = observation.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    if (factor === null || count === 0) return [];
    const scaled = (bound: number | null): number | null => (bound === null ? null : bound * factor);
    return [
      {
        name: observation.name,
        instance: observation.instance,
        buckets: observation.buckets.map(({ from, to, count: n }) => ({
          from: scaled(from),
          to: scaled(to),
          count: n,
        })),
        count,
        evidence: { step, lines: observation.lines },
      },
    ];
  });

/**
 * A quantile of bucketed values: inside a bucket they count as spread evenly. Of the last bucket without an end its begin,
 * which is too low rather than invented.
 */
export const bucketQuantile = ({ buckets, count }: Times, q: number): number => {
  let left = count * q;
  for (const { from, to, count: inside } of buckets) {
    if (inside === 0) continue;
    if (left <= inside) {
      const begin = from ?? 0;
      return to === null ? begin : begin + (to - begin) * (left / inside);
    }
    left -= inside;
  }
  return buckets[buckets.length - 1]?.from ?? 0;
};

/** The share of values at or beyond a bound; a bucket that holds the bound counts in part. */
export const shareBeyond = ({ buckets, count }: Times, bound: number): number =>
  buckets.reduce((sum, { from, to, count: inside }) => {
    const [begin, end] = [from ?? 0, to ?? Infinity];
    if (begin >= bound) return sum + inside;
    if (end <= bound || !Number.isFinite(end)) return sum;
    return sum + (inside * (end - bound)) / (end - begin);
  }, 0) / count;

export interface Mode {
  /** Begin of its highest bucket. */
  readonly at: number;
  readonly share: number;
}

/**
 * Separated humps that hold at least `least` of the values each: between two of them lies a bucket with less than half of
 * the lower peak.
 */
export const modesOf = ({ buckets, count }: Times, least: number): Mode[] => {
  const modes: { at: number; peak: number; sum: number }[] = [];
  let current = { at: 0, peak: 0, sum: 0 };
  let valley = Infinity;
  for (const bucket of buckets) {
    const rising = bucket.count > valley * 2 && bucket.count / count > least / 4 && valley * 2 < current.peak;
    if (rising) {
      modes.push(current);
      current = { at: bucket.from ?? 0, peak: bucket.count, sum: bucket.count };
      valley = bucket.count;
      continue;
    }
    current.sum += bucket.count;
    if (bucket.count > current.peak) {
      current = { at: bucket.from ?? 0, peak: bucket.count, sum: current.sum };
      valley = bucket.count;
    } else valley = Math.min(valley, bucket.count);
  }
  modes.push(current);
  return modes.map(({ at, sum }) => ({ at, share: sum / count })).filter(({ share }) => share >= least);
};
