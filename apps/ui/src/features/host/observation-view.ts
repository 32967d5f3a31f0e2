import {
  METRICS,
  type CellValue,
  type Measurement,
  type MetricId,
  type Observation,
  type Series,
} from '@fleetscope/contracts';
import { timesOf, type StepSpan } from './sample-times';

/** One chart: a metric, and a line for each of its instances. */
export interface ChartModel {
  metric: MetricId;
  title: string;
  unit: string;
  /** Seconds since the window of the page began; the number of the sample where no time is known. */
  x: number[];
  /** Whether the tool printed when it sampled, or that was reckoned from its start and end, or nothing is known. */
  timing: 'printed' | 'spread' | 'unknown';
  lines: { instance: string; values: (number | null)[] }[];
  /** Instances left out of the drawing. */
  left: number;
  /** Nothing but zeros: worth a name, not a drawing. */
  isFlat: boolean;
}

export interface MeasurementRow {
  metric: MetricId;
  title: string;
  unit: string;
  instance: string | null;
  value: number | null;
}

const MOST_LINES = 8;

const peak = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);

const bySignificance = (a: ChartModel, b: ChartModel): number => {
  const rank = ({ metric, isFlat }: ChartModel): number =>
    isFlat ? 2 : METRICS.get(metric)?.direction === 'higher-is-worse' ? 0 : 1;
  return rank(a) - rank(b);
};

/** Series by metric, worst instances first; those where more means worse come before those that only describe. */
export const charts = (observations: readonly Observation[], span: StepSpan, from: number): ChartModel[] => {
  const byMetric = new Map<MetricId, Series[]>();
  for (const one of observations) {
    if (one.kind !== 'series' || one.values.length < 2) continue;
    byMetric.set(one.metric, [...(byMetric.get(one.metric) ?? []), one]);
  }
  return [...byMetric]
    .map(([metric, series]): ChartModel => {
      const sorted = [...series].sort((a, b) => peak(b.values) - peak(a.values));
      const longest = sorted.reduce(
        (most, one) => (one.values.length > most.values.length ? one : most),
        sorted[0] as Series,
      );
      const taken = timesOf(longest, span);
      return {
        metric,
        title: METRICS.get(metric)?.title ?? metric,
        unit: METRICS.get(metric)?.unit ?? '',
        x: taken ? taken.times.map((time) => (time - from) / 1000) : longest.values.map((_, i) => i + 1),
        timing: taken === null ? 'unknown' : taken.isPrinted ? 'printed' : 'spread',
        lines: sorted.slice(0, MOST_LINES).map((one) => ({
          instance: one.instance ?? 'host',
          values: longest.values.map((_, i) => one.values[i] ?? null),
        })),
        left: Math.max(0, sorted.length - MOST_LINES),
        isFlat: sorted.every((one) => peak(one.values) === 0),
      };
    })
    .sort(bySignificance);
};

/** Single values, and series too short to draw. */
export const measurements = (observations: readonly Observation[]): MeasurementRow[] =>
  observations.flatMap((one) => {
    const row = (metric: MetricId, instance: string | null, value: number | null): MeasurementRow => ({
      metric,
      title: METRICS.get(metric)?.title ?? metric,
      unit: METRICS.get(metric)?.unit ?? '',
      instance,
      value,
    });
    if (one.kind === 'measurement') return [row(one.metric, (one as Measurement).instance, one.value)];
    if (one.kind === 'series' && one.values.length === 1) return [row(one.metric, one.instance, one.values[0] ?? null)];
    return [];
  });

/** A cell of a table as text; numbers without the tail that floating point gives them. */
export const cellText = (value: CellValue): string => {
  if (value === null) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(2);
  return String(value);
};

/** Which column of a table to sort by first: a share of CPU, where there is one. */
export const heaviestFirst = (columns: readonly string[], rows: readonly CellValue[][]): CellValue[][] => {
  const column = columns.findIndex((name) => /^(%?cpu|cpu_percent|pcpu)$/i.test(name));
  if (column < 0) return [...rows];
  return [...rows].sort((a, b) => Number(b[column] ?? 0) - Number(a[column] ?? 0));
};
