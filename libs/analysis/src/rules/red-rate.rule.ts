import { formatValue } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { median } from '../statistics';
import { percent } from '../thresholds';

export const redRateRule = defineRule({
  id: 'red-rate',
  version: 1,
  title: 'Rate of requests',
  headline: 'The rate of requests changed',
  resource: 'service',
  aspect: 'workload',
  metrics: ['service.request_rate'],
  thresholds: { change: percent(50) },

  deep: true,
  why: 'Rate and duration up together is load: scale out. Rate flat and duration up is code, configuration or a resource.',
  next: 'triage-60s',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'service.request_rate';
    const services: (string | null)[] = [...evidence.instances(metric)];
    if (evidence.reading(metric)) services.unshift(null);
    if (services.length === 0) return [judge.missing(metric)];
    return services.map((instance) => {
      const reading = evidence.series(metric, instance);
      if (!reading || reading.samples.length < 6)
        return judge.unknown('too few samples to see a change', metric, instance);
      const third = Math.floor(reading.samples.length / 3);
      const values = reading.samples.map(({ value }) => value);
      const [before, after] = [median(values.slice(0, third)) ?? 0, median(values.slice(-third)) ?? 0];
      const value = before > 0 ? (100 * (after - before)) / before : 0;
      const said = {
        instance,
        metric,
        value: after,
        threshold: null,
        label: `rate ${formatValue(after, '1/s')}`,
        evidence: [evidenceOf(reading)],
      } as const;
      if (Math.abs(value) <= limits.change) return judge.ok(said);
      return judge.finding(said, {
        severity: 'info',
        text: `Requests${instance === null ? '' : ` to ${instance}`} went from ${formatValue(before, '1/s')} to ${formatValue(after, '1/s')} over the window.`,
      });
    });
  },
});
