import { metric as metricOf, type Metric, type MetricId } from '@fleetscope/contracts';

/** Differences smaller than this never matter, however steady a metric is. */
const FLOORS: Record<Metric['unit'], number> = {
  '%': 2,
  ms: 0.5,
  s: 1,
  B: 16 * 1024 ** 2,
  'B/s': 16 * 1024,
  'bit/s': 1e6,
  '1': 1,
  '1/s': 1,
};
/** Nor do those smaller than this share of what is usual. */
const RELATIVE_FLOOR = 0.05;

/** The smallest difference from `usual` that is worth a word. */
export const smallestDifference = (metric: MetricId, usual: number): number =>
  Math.max(FLOORS[metricOf(metric).unit], Math.abs(usual) * RELATIVE_FLOOR);
