import { type MetricId } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { combineReadings, meanOf, sustainedLevel, type Reading } from './reading';

/** Kinds of requests with their time and their rate; discards are left out: nobody waits for them. */
const KINDS = [
  { await: 'disk.read_await', rate: 'disk.read_iops', label: 'r_await', words: 'reads take' },
  { await: 'disk.write_await', rate: 'disk.write_iops', label: 'w_await', words: 'writes take' },
  { await: 'disk.flush_await', rate: 'disk.flush_iops', label: 'f_await', words: 'flushes take' },
] as const satisfies readonly { await: MetricId; rate: MetricId; label: string; words: string }[];

export interface AwaitPart {
  readonly metric: MetricId;
  readonly label: string;
  readonly words: string;
  readonly reading: Reading;
  /** Share of the I/O time, 0 to 1. */
  readonly share: number;
}

export interface DiskAwait {
  /** Mean time of a request per sample, weighted by the rates; 0 where fewer than `minIops` were served. */
  readonly weighted: Reading;
  readonly parts: readonly AwaitPart[];
  readonly iops: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** r_await, w_await and f_await of a disk as one; null when no step has times with their rates. */
export const diskAwait = (evidence: EvidenceIndex, disk: string, minIops: number): DiskAwait | null => {
  const metrics: [MetricId, ...MetricId[]] = [
    KINDS[1].rate,
    KINDS[0].rate,
    KINDS[2].rate,
    ...KINDS.map((kind) => kind.await),
    'disk.await',
  ];
  const [writes, reads, flushes, ...awaits] = evidence.together(metrics, disk) ?? [];
  if (!writes) return null;
  const rates = [reads ?? null, writes, flushes ?? null];
  const single = awaits[3] ?? null;
  const others = [rates[0] ?? null, rates[2] ?? null, awaits[0] ?? null, awaits[1] ?? null, awaits[2] ?? null, single];
  if (others.slice(2).every((reading) => reading === null)) return null;
  const weighted = combineReadings(
    writes,
    others,
    (write, [read = null, flush = null, r = null, w = null, f = null, all = null]) => {
      const pairs = [
        [read, r],
        [write, w],
        [flush, f],
      ].flatMap(([rate, time]) => (rate === null || rate === undefined ? [] : [{ rate, time: time ?? null }]));
      if (sum(pairs.map(({ rate }) => rate)) < minIops) return 0;
      const timed = pairs.flatMap(({ rate, time }) => (time === null || rate <= 0 ? [] : [{ rate, time }]));
      const served = sum(timed.map(({ rate }) => rate));
      return served > 0 ? sum(timed.map(({ rate, time }) => rate * time)) / served : all;
    },
  );
  const parts = KINDS.flatMap((kind, i) => {
    const [rate, time] = [rates[i] ?? null, awaits[i] ?? null];
    if (!rate || !time) return [];
    const load = meanOf(combineReadings(rate, [time], (r, [t = null]) => (t === null ? null : r * t))) ?? 0;
    return [{ metric: kind.await, label: kind.label, words: kind.words, reading: time, share: load }];
  });
  const total = sum(parts.map((part) => part.share));
  return {
    weighted: { ...weighted, metric: 'disk.await' },
    parts: parts
      .map((part) => ({ ...part, share: total > 0 ? part.share / total : 0 }))
      .sort((a, b) => b.share - a.share),
    iops: sum(rates.map((rate) => (rate && meanOf(rate)) ?? 0)),
  };
};

/** The kind of request that carries most of the I/O time, when it alone is beyond the bound too. */
export const leadingPart = ({ parts }: DiskAwait, bound: number): (AwaitPart & { value: number }) | null => {
  const first = parts[0];
  const value = first && sustainedLevel(first.reading, 'above');
  return first && value !== null && value !== undefined && first.share >= 0.5 && value > bound
    ? { ...first, value }
    : null;
};
