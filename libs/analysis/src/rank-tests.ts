import { mannWhitney, median } from './statistics';

/** Up to here the exact distribution of U is counted; beyond, the normal approximation is as good. */
const EXACT_LIMIT = 20;

/**
 * Number of ways in which U takes each value 0…n1·n2 without ties: the recursion of Mann and Whitney (1947),
 * N(u; m, n) = N(u − n; m − 1, n) + N(u; m, n − 1).
 */
const countsOfU = (n1: number, n2: number): number[] => {
  const known = new Map<string, number[]>();
  const counts = (m: number, n: number): number[] => {
    if (m === 0 || n === 0) return [1];
    const key = `${m},${n}`;
    const stored = known.get(key);
    if (stored) return stored;
    const [less, same] = [counts(m - 1, n), counts(m, n - 1)];
    const all = Array.from({ length: m * n + 1 }, (_, u) => (less[u - n] ?? 0) + (same[u] ?? 0));
    known.set(key, all);
    return all;
  };
  return counts(n1, n2);
};

const exactP = (u: number, n1: number, n2: number): number => {
  const counts = countsOfU(n1, n2);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const extreme = Math.max(u, n1 * n2 - u);
  const tail = counts.slice(extreme).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * tail) / total);
};

export interface TwoSamples {
  /** Mann–Whitney U of the first sample. */
  readonly u: number;
  /** Two-sided; exact for small samples without ties, else the normal approximation. */
  readonly p: number;
  /** Cliff's delta (the rank-biserial correlation): −1 all of the first below the second, 0 alike, 1 all above. */
  readonly delta: number;
}

/** How two samples differ; null when one is empty. */
export const compareSamples = (first: readonly number[], second: readonly number[]): TwoSamples | null => {
  const test = mannWhitney(first, second);
  if (!test) return null;
  const all = [...first, ...second];
  const tied = new Set(all).size < all.length;
  const small = first.length <= EXACT_LIMIT && second.length <= EXACT_LIMIT;
  const p = small && !tied ? exactP(test.u, first.length, second.length) : test.p;
  return { u: test.u, p, delta: 2 * test.superiority - 1 };
};

export type EffectSize = 'negligible' | 'small' | 'medium' | 'large';

/** Bounds of |delta| after Romano et al. (2006): 0.147, 0.33, 0.474. */
export const effectSize = (delta: number): EffectSize => {
  const size = Math.abs(delta);
  return size < 0.147 ? 'negligible' : size < 0.33 ? 'small' : size < 0.474 ? 'medium' : 'large';
};

/**
 * Benjamini and Hochberg (1995): p-values adjusted so that those below q are wrong with a rate of at most q among them,
 * however many metrics are looked at. In the order given.
 */
export const adjustForMany = (ps: readonly number[]): number[] => {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const adjusted = Array<number>(ps.length).fill(1);
  let least = 1;
  order.forEach(({ p, index }, i) => {
    least = Math.min(least, (p * ps.length) / (ps.length - i));
    adjusted[index] = least;
  });
  return adjusted;
};

export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly index: number;
  readonly before: number;
  readonly after: number;
  /** Two-sided, Pettitt's approximation 2·exp(−6K²/(n³+n²)); a little too large for short series. */
  readonly p: number;
}

/** Pettitt's test (1979) for one change of level at an unknown time, from ranks; null with fewer than four values. */
export const changePoint = (values: readonly number[]): ChangePoint | null => {
  const n = values.length;
  if (n < 4) return null;
  let running = 0;
  let best = { index: 1, k: -1 };
  for (let t = 0; t < n - 1; t++) {
    const value = values[t] ?? 0;
    for (const other of values) running += Math.sign(value - other);
    if (Math.abs(running) > best.k) best = { index: t + 1, k: Math.abs(running) };
  }
  return {
    index: best.index,
    before: median(values.slice(0, best.index)) ?? Number.NaN,
    after: median(values.slice(best.index)) ?? Number.NaN,
    p: Math.min(1, 2 * Math.exp((-6 * best.k ** 2) / (n ** 3 + n ** 2))),
  };
};
