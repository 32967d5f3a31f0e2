/** Robust statistics. Every function takes finite numbers and returns null where there is nothing to say. */

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;

/** Up to here inserting beats the library's sort, whose call costs more than so few comparisons. */
const FEW = 24;

/** A sorted copy: of few in a plain array, since making a typed one takes longer than sorting them. */
export const ascending = (values: readonly number[]): ArrayLike<number> => {
  if (values.length > FEW) return new Float64Array(values).sort();
  const sorted = values.slice();
  for (let i = 1; i < sorted.length; i++) {
    const value = at(sorted, i);
    let free = i;
    for (; free > 0 && at(sorted, free - 1) > value; free--) sorted[free] = at(sorted, free - 1);
    sorted[free] = value;
  }
  return sorted;
};

export const mean = (values: readonly number[]): number | null => {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value / values.length;
  return sum;
};

/** Linear interpolation between order statistics (type 7 of Hyndman and Fan); q from 0 to 1. */
export const quantile = (values: readonly number[], q: number): number | null => {
  if (values.length === 0) return null;
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile ${q} is not between 0 and 1`);
  const sorted = ascending(values);
  const position = (sorted.length - 1) * q;
  const below = at(sorted, Math.floor(position));
  const above = at(sorted, Math.ceil(position));
  const share = position - Math.floor(position);
  return share === 0 || below === above ? below : below * (1 - share) + above * share;
};

export const median = (values: readonly number[]): number | null => quantile(values, 0.5);

/** The lower of the two middle values: always a value that was measured ("the median CPU"). */
export const lowerMedian = (values: readonly number[]): number | null =>
  values.length === 0 ? null : at(ascending(values), Math.floor((values.length - 1) / 2));

/** Median absolute deviation, unscaled. */
export const mad = (values: readonly number[]): number | null => {
  const centre = median(values);
  return centre === null ? null : median(values.map((value) => Math.abs(value - centre)));
};

/**
 * Modified z-score of Iglewicz and Hoaglin (1993): 0.6745 (x − median) / MAD, at |z| > 3.5 an outlier. When more than half
 * of the values are equal the MAD is 0: the mean absolute deviation takes its place, and `floor` (the smallest spread
 * that matters, in the values' unit) bounds both, so that a hair's breadth among equals is no outlier.
 */
export const modifiedZ = (value: number, values: readonly number[], floor = 0): number | null => {
  const centre = median(values);
  const spread = mad(values);
  if (centre === null || spread === null) return null;
  const deviation = value - centre;
  const meanDeviation = mean(values.map((v) => Math.abs(v - centre))) ?? 0;
  const scale = Math.max(spread > 0 ? spread / 0.6745 : meanDeviation * 1.253314, floor);
  if (scale === 0) return deviation === 0 ? 0 : null;
  return deviation / scale;
};

export interface Slope {
  /** Units of y per unit of x. */
  readonly slope: number;
  readonly intercept: number;
  /** 95 % confidence interval of the slope (Sen 1968, normal approximation). */
  readonly low: number;
  readonly high: number;
}

/** Theil–Sen: the median of all pairwise slopes; null with fewer than two distinct x. */
export const theilSen = (points: readonly (readonly [x: number, y: number])[]): Slope | null => {
  const slopes: number[] = [];
  points.forEach(([x1, y1], i) => {
    for (const [x2, y2] of points.slice(i + 1)) if (x1 !== x2) slopes.push((y2 - y1) / (x2 - x1));
  });
  const slope = median(slopes);
  if (slope === null) return null;
  const intercept = median(points.map(([x, y]) => y - slope * x)) ?? 0;
  const n = points.length;
  const width = 1.959964 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const sorted = ascending(slopes);
  const clamp = (index: number): number => Math.min(sorted.length - 1, Math.max(0, index));
  // The ranks that SciPy's theilslopes takes.
  const low = at(sorted, clamp(Math.round((slopes.length - width) / 2) - 1));
  const high = at(sorted, clamp(Math.round((slopes.length + width) / 2)));
  return { slope, intercept, low: Math.min(low, slope), high: Math.max(high, slope) };
};

/** Upper tail of the normal distribution beyond |z|. Abramowitz and Stegun 26.2.17: |error| < 7.5e-8. */
export const normalTail = (z: number): number => {
  const x = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * x);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly;
};

export interface RankTest {
  /** Mann–Whitney U of the first sample. */
  readonly u: number;
  /** Two-sided p, normal approximation with tie and continuity correction; fit for samples of about 8 and more. */
  readonly p: number;
  /** Probability that a value of the first sample is larger than one of the second, ties counted half. */
  readonly superiority: number;
}

/** Whether two samples come from the same distribution; null when one is empty. */
export const mannWhitney = (first: readonly number[], second: readonly number[]): RankTest | null => {
  const n1 = first.length;
  const n2 = second.length;
  if (n1 === 0 || n2 === 0) return null;
  const all = [...first.map((v) => ({ v, mine: true })), ...second.map((v) => ({ v, mine: false }))];
  all.sort((a, b) => a.v - b.v);
  let rankSum = 0;
  let ties = 0;
  for (let i = 0; i < all.length;) {
    let j = i;
    while (j < all.length && all[j]?.v === all[i]?.v) j++;
    const rank = (i + 1 + j) / 2;
    rankSum += rank * all.slice(i, j).filter((entry) => entry.mine).length;
    ties += (j - i) ** 3 - (j - i);
    i = j;
  }
  const u = rankSum - (n1 * (n1 + 1)) / 2;
  const n = n1 + n2;
  const variance = ((n1 * n2) / 12) * (n + 1 - ties / (n * (n - 1)));
  const distance = Math.max(0, Math.abs(u - (n1 * n2) / 2) - 0.5);
  const p = variance <= 0 ? 1 : Math.min(1, 2 * normalTail(distance / Math.sqrt(variance)));
  return { u, p, superiority: u / (n1 * n2) };
};
