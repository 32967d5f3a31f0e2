import { formatValue } from '../format';
import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';
import { multiple } from '../thresholds';

export const redDurationRule = defineRule({
  id: 'red-duration',
  version: 1,
  title: 'Time of requests',
  headline: 'Requests take long',
  resource: 'service',
  aspect: 'workload',
  metrics: ['service.duration_p99', 'service.duration_mean'],
  thresholds: { factor: multiple(10) },

  deep: true,
  why: 'The 99th percentile far above the mean is waiting: the host says for what.',
  next: 'triage-60s',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'service.duration_p99';
    const services: (string | null)[] = [...evidence.instances(metric)];
    if (evidence.reading(metric)) services.unshift(null);
    if (services.length === 0) return [judge.missing(metric)];
    return services.map((instance) => {
      const [slow, usual] = [evidence.reading(metric, instance), evidence.reading('service.duration_mean', instance)];
      const [p99, mean] = [slow && meanOf(slow), usual && meanOf(usual)];
      if (!slow || p99 === null) return judge.missing(metric, instance);
      if (!usual || mean === null || mean <= 0) return judge.missing('service.duration_mean', instance);
      const said = {
        instance,
        metric,
        value: p99,
        threshold: mean * limits.factor,
        label: `p99 ${formatValue(p99, 'ms')}`,
        evidence: [evidenceOf(slow), evidenceOf(usual)],
      } as const;
      if (p99 <= mean * limits.factor) return judge.ok(said);
      return judge.finding(said, {
        severity: 'info',
        text: `One in a hundred requests${instance === null ? '' : ` to ${instance}`} takes ${formatValue(p99, 'ms')}, the mean is ${formatValue(mean, 'ms')}: most of the difference is waiting.`,
      });
    });
  },
});
