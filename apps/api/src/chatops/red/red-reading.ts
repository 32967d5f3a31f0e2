import { analyseHost, median, RULES } from '@fleetscope/analysis';
import { type Finding, type MetricId, type Series } from '@fleetscope/contracts';
import { type Sample } from './prometheus.service';

export const RED_METRICS = {
  rate: { metric: 'service.request_rate', factor: 1 },
  // Prometheus has ratios and seconds; ours are percent and milliseconds.
  errors: { metric: 'service.error_ratio', factor: 100 },
  durationMean: { metric: 'service.duration_mean', factor: 1_000 },
  durationP99: { metric: 'service.duration_p99', factor: 1_000 },
} as const satisfies Record<string, { metric: MetricId; factor: number }>;
export type RedName = keyof typeof RED_METRICS;

export interface Measured {
  readonly usual: readonly Sample[];
  readonly now: readonly Sample[];
}

const RED_RULES = RULES.filter(({ id }) => id.startsWith('red-'));
const RISE = 1.5;

/**
 * As the rules read it: the rate has the usual time before the time of the alert, so that a change shows; the others are of
 * the time of the alert alone.
 */
export const observationsOf = (service: string, measured: Partial<Record<RedName, Measured>>): Series[] =>
  (Object.keys(RED_METRICS) as RedName[]).flatMap((name) => {
    const of = measured[name];
    if (!of) return [];
    const { metric, factor } = RED_METRICS[name];
    const samples = name === 'rate' ? [...of.usual, ...of.now] : of.now;
    return [
      {
        ...{ kind: 'series' as const, metric, instance: service },
        values: samples.map(({ value }) => (value === null ? null : value * factor)),
        times: samples.map(({ at }) => at),
        lines: samples.map((_, i) => i + 1),
      },
    ];
  });

export const redFindings = (
  service: string,
  observations: readonly Series[],
  at: number,
  windowSeconds: number,
): Finding[] =>
  analyseHost(
    {
      ...{ host: service, windowSeconds, facts: {}, collectedAt: at },
      steps: [{ step: 'prometheus', state: 'ok', reason: null, observations }],
    },
    { rules: RED_RULES },
  ).findings;

const middle = (samples: readonly Sample[]): number | null =>
  median(samples.flatMap(({ value }) => (value === null ? [] : [value])));

/** Rate and duration read together; null when one of them is unknown, now or as usual. */
export const redReading = (service: string, measured: Partial<Record<RedName, Measured>>): string | null => {
  const grown = (name: RedName): number | null => {
    const of = measured[name];
    const [before, after] = [of && middle(of.usual), of && middle(of.now)];
    return before != null && after != null && before > 0 ? after / before : null;
  };
  const [rate, duration] = [grown('rate'), grown('durationP99') ?? grown('durationMean')];
  if (rate === null || duration === null) return null;
  const times = (factor: number): string => `${factor.toFixed(1)}×`;
  const said = `${service}: rate ${times(rate)} and duration ${times(duration)} of the usual`;
  if (duration < RISE) return `${said}: requests take no longer than they do.`;
  if (rate >= RISE) return `${said}: load; scale out, or shed some of it.`;
  return `${said}: not load, but code, configuration or a resource; the hosts say which.`;
};
