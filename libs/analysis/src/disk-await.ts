import { type MetricId } from '@fleetscope/contracts';
import { collect } from './collect';
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
      if ((read ?? 0) + write + (flush ?? 0) < minIops) return 0;
      let served = 0;
      let time = 0;
      const add = (rate: number | null, each: number | null): void => {
        if (rate === null || each === null || rate <= 0) return;
        served += rate;
        time += rate * each;
      };
      add(read, r);
      add(write, w);
      add(flush, f);
      return served > 0 ? time / served : all;
    },
  );
  const parts = collect(KINDS, (kind, i) => {
    const [rate, time] = [rates[i] ?? null, awaits[i] ?? null];
    if (!rate || !time) return null;
    const load = meanOf(combineReadings(rate, [time], (r, [t = null]) => (t === null ? null : r * t))) ?? 0;
    return { metric: kind.await, label: kind.label, words: kind.words, reading: time, share: load };
  });
  const total = sum(parts.map((part) => part.share));
  return {
    weighted: weighted.as('disk.await'),
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
