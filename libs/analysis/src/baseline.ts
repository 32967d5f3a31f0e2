import { metric as metricOf, type HostAnalysis, type MetricId, type Standing } from '@fleetscope/contracts';
import { smallestDifference } from './floors';
import { formatNumber, formatValue } from './format';
import { changePoint, compareSamples } from './rank-tests';
import { median, quantile, theilSen } from './statistics';

/** One metric of one class in one marked investigation. */
export interface BaselineSample {
  readonly investigation: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** One value a host. */
  readonly values: readonly number[];
}

export interface Baseline {
  readonly metric: MetricId;
  /** Ascending. */
  readonly sorted: readonly number[];
  readonly investigations: number;
}

/** Fewer say little about a tail. */
export const MIN_BASELINE_VALUES = 20;
export const MIN_BASELINE_INVESTIGATIONS = 3;

export const baselineOf = (metric: MetricId, samples: readonly BaselineSample[]): Baseline => ({
  metric,
  sorted: samples.flatMap(({ values }) => [...values]).sort((a, b) => a - b),
  investigations: new Set(samples.map(({ investigation }) => investigation)).size,
});

/** Why a baseline can't be held against anything yet; null when it can. */
export const tooThin = ({ sorted, investigations }: Baseline): string | null => {
  if (investigations < MIN_BASELINE_INVESTIGATIONS)
    return `too little data: ${investigations} of ${MIN_BASELINE_INVESTIGATIONS} investigations`;
  if (sorted.length < MIN_BASELINE_VALUES) return `too little data: ${sorted.length} of ${MIN_BASELINE_VALUES} values`;
  return null;
};

/** Index of the first of the ascending values that is not below `value`. */
const lowerBound = (sorted: readonly number[], value: number): number => {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? Infinity) < value) from = middle + 1;
    else to = middle;
  }
  return from;
};

/** Share of the ascending values below this one, equals counted half: 0.5 in the middle, 1 above all. */
export const positionIn = (sorted: readonly number[], value: number): number => {
  const below = lowerBound(sorted, value);
  let equal = 0;
  while (sorted[below + equal] === value) equal += 1;
  return sorted.length === 0 ? 0.5 : (below + equal / 2) / sorted.length;
};

/** Beyond this share of the values, and this many usual spreads from the middle, a value is out of the ordinary. */
const TAIL = 0.99;
const FAR = 3;

/** A spread in units of a standard deviation, as far as the middle half tells: IQR / 1.349. */
const spreadOf = (sorted: readonly number[]): number =>
  ((quantile(sorted, 0.75) ?? 0) - (quantile(sorted, 0.25) ?? 0)) / 1.349;

/** Where a host's value stands in its class's past; null while the baseline is too thin. */
export const standingOf = (baseline: Baseline, value: number): Standing | null => {
  const { metric, sorted } = baseline;
  const usual = median(sorted);
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  if (usual === null || low === null || high === null || tooThin(baseline) !== null) return null;
  const position = positionIn(sorted, value);
  const shift = (value - usual) / Math.max(spreadOf(sorted), smallestDifference(metric, usual));
  const side = position >= TAIL && shift >= FAR ? 'above' : position <= 1 - TAIL && shift <= -FAR ? 'below' : 'within';
  const { unit } = metricOf(metric);
  const shown = (number: number): string => formatValue(number, unit);
  const place =
    side === 'within'
      ? 'within'
      : `${side} ${position >= 1 || position <= 0 ? 'all' : `${formatNumber((side === 'above' ? position : 1 - position) * 100, 1)} %`} of`;
  return {
    metric,
    value,
    position,
    usual,
    low,
    high,
    shift,
    side,
    samples: sorted.length,
    investigations: baseline.investigations,
    text: `${shown(value)} is ${place} its class's baseline: usually ${shown(usual)} (${shown(low)} to ${shown(high)})`,
  };
};

/** Whether being on that side is worse for the host. */
export const isWorse = ({ metric, side }: Pick<Standing, 'metric' | 'side'>): boolean => {
  const { direction } = metricOf(metric);
  return side === 'above' ? direction === 'higher-is-worse' : side === 'below' && direction === 'higher-is-better';
};

/** The analysis with each cell beside what is usual in the host's class; as it is where there is no baseline. */
export const againstBaseline = (analysis: HostAnalysis, standings: readonly Standing[]): HostAnalysis => {
  if (standings.length === 0) return analysis;
  const byMetric = new Map(standings.map((standing) => [standing.metric, standing]));
  const use = analysis.use.map((cell) => {
    const standing = cell.metric === null ? undefined : byMetric.get(cell.metric);
    return standing ? { ...cell, baseline: standing } : cell;
  });
  return { ...analysis, use, baseline: [...standings] };
};

export type Trend =
  | { readonly kind: 'too-little-data'; readonly text: string }
  | { readonly kind: 'steady'; readonly text: string }
  | {
      readonly kind: 'drift';
      readonly text: string;
      /** Per day, with its 95 % confidence interval. */
      readonly slopePerDay: number;
      readonly low: number;
      readonly high: number;
    }
  | {
      readonly kind: 'level-shift';
      readonly text: string;
      /** Between these two points of time, epoch milliseconds, the level changed. */
      readonly after: number;
      readonly before: number;
      readonly lastBefore: string;
      readonly firstAfter: string;
      readonly from: number;
      readonly to: number;
      readonly p: number;
    };

/** Fewer points in time show neither a drift nor a step. */
const MIN_POINTS = 8;
const DAY_MS = 86_400_000;
/** Pettitt's p is too large for short series; in return nearly every point must lie on its own side of the step. */
const SHIFT_P = 0.05;
const SHIFT_DELTA = 0.8;

/**
 * What the class's middle did over time: nothing, a drift (Theil–Sen slope whose interval leaves 0 out) or a step
 * (Pettitt). Where both would fit, the one that leaves less unexplained.
 */
export const trendOf = (metric: MetricId, samples: readonly BaselineSample[]): Trend => {
  const points = samples
    .flatMap(({ at, values, investigation }) => {
      const middle = median(values);
      return middle === null ? [] : [{ at, middle, investigation }];
    })
    .sort((a, b) => a.at - b.at);
  const [first, last] = [points[0], points[points.length - 1]];
  if (points.length < MIN_POINTS || !first || !last)
    return { kind: 'too-little-data', text: `too little data: ${points.length} of ${MIN_POINTS} points in time` };

  const middles = points.map(({ middle }) => middle);
  const floor = smallestDifference(metric, median(middles) ?? 0);
  const shown = (value: number): string => formatValue(value, metricOf(metric).unit);
  const unexplained = (fit: (index: number) => number): number =>
    middles.reduce((sum, middle, i) => sum + Math.abs(middle - fit(i)), 0);

  const days = points.map(({ at }) => (at - first.at) / DAY_MS);
  const line = theilSen(points.map(({ middle }, i) => [days[i] ?? 0, middle] as const));
  const span = (last.at - first.at) / DAY_MS;
  const drifts = line !== null && (line.low > 0 || line.high < 0) && Math.abs(line.slope * span) >= floor;
  const step = changePoint(middles);
  const apart = step && compareSamples(middles.slice(step.index), middles.slice(0, step.index));
  const steps =
    step !== null &&
    step.p < SHIFT_P &&
    Math.abs(apart?.delta ?? 0) >= SHIFT_DELTA &&
    Math.abs(step.after - step.before) >= floor;
  const [lastBefore, firstAfter] = step ? [points[step.index - 1], points[step.index]] : [];

  const stepFits =
    steps &&
    (!drifts ||
      unexplained((i) => (i < step.index ? step.before : step.after)) <=
        unexplained((i) => line.intercept + line.slope * (days[i] ?? 0)));
  if (stepFits && lastBefore && firstAfter)
    return {
      kind: 'level-shift',
      text: `${shown(step.before)} until ${new Date(lastBefore.at).toISOString().slice(0, 16)}Z, ${shown(step.after)} from ${new Date(firstAfter.at).toISOString().slice(0, 16)}Z on`,
      after: lastBefore.at,
      before: firstAfter.at,
      lastBefore: lastBefore.investigation,
      firstAfter: firstAfter.investigation,
      from: step.before,
      to: step.after,
      p: step.p,
    };
  if (drifts)
    return {
      kind: 'drift',
      text: `${line.slope > 0 ? 'rises' : 'falls'} by ${shown(Math.abs(line.slope))} a day over ${formatNumber(span)} days (95 %: ${shown(line.low)} to ${shown(line.high)})`,
      slopePerDay: line.slope,
      low: line.low,
      high: line.high,
    };
  return { kind: 'steady', text: `steady around ${shown(median(middles) ?? 0)}` };
};
