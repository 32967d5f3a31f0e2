import { type BaselineMetric, type TrendView } from '@fleetscope/contracts';

const RANK: Record<TrendView['kind'], number> = { 'level-shift': 0, drift: 1, steady: 2, 'too-little-data': 3 };

export const TRENDS: Record<TrendView['kind'], string> = {
  'level-shift': 'level shift',
  drift: 'drifts',
  steady: 'steady',
  'too-little-data': 'too little to tell',
};

/** What moved first, then by name. */
export const movedFirst = (metrics: readonly BaselineMetric[]): BaselineMetric[] =>
  [...metrics].sort(
    (a, b) => RANK[a.trend.kind] - RANK[b.trend.kind] || (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
  );

export interface DriftShape {
  /** The middles, as `x,y x,y`. */
  readonly line: string;
  /** 5 % to 95 % around them, as one outline. */
  readonly band: string;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly at: number }[];
  /** Where the level changed; null where it did not. */
  readonly shift: number | null;
  readonly low: number;
  readonly high: number;
}

/** Points of weeks as shapes in a box; time runs evenly, whatever the gaps between investigations. */
export const driftShape = (
  { points, trend }: Pick<BaselineMetric, 'points' | 'trend'>,
  { width, height }: { width: number; height: number },
): DriftShape | null => {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return null;
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const from = Date.parse(first.at);
  const span = Date.parse(last.at) - from;
  const round = (value: number): number => Math.round(value * 10) / 10;
  const x = (at: string, i: number): number =>
    round(span === 0 ? (i / (points.length - 1)) * width : ((Date.parse(at) - from) / span) * width);
  const y = (value: number): number =>
    round(high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  const dots = points.map((point, i) => ({ x: x(point.at, i), y: y(point.middle), at: i }));
  const text = (values: readonly (readonly [number, number])[]): string =>
    values.map((pair) => pair.join(',')).join(' ');
  const upper = points.map((point, i) => [x(point.at, i), y(point.high)] as const);
  const lower = points.map((point, i) => [x(point.at, i), y(point.low)] as const);
  const after = points.findIndex(({ investigation }) => investigation === trend.firstAfter);
  const before = points.findIndex(({ investigation }) => investigation === trend.lastBefore);
  const [left, right] = [dots[before], dots[after]];
  return {
    line: text(dots.map((dot) => [dot.x, dot.y] as const)),
    band: text([...upper, ...lower.reverse()]),
    dots,
    shift: left && right ? round((left.x + right.x) / 2) : null,
    low,
    high,
  };
};
