import { formatBeside, formatNumber } from '../format';
import { evidenceOf, lastOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const threadPoolRule = defineRule({
  id: 'thread-pool',
  version: 2,
  title: 'Threads of a pool',
  headline: 'A pool of threads is exhausted',
  resource: 'service',
  aspect: 'saturation',
  metrics: ['service.threads_busy', 'service.threads_total', 'service.queue'],
  thresholds: { warn: percent(95) },

  deep: true,
  why: 'Requests wait for a thread, whatever the CPU does.',
  next: 'offcpu-profile',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'service.threads_busy';
    const told = evidence.instances(metric);
    if (told.length === 0) return [judge.missing(metric)];
    // Every thread has a name; a pool is what was counted as one.
    const pools = told.filter((instance) => evidence.measurement('service.threads_total', instance));
    if (pools.length === 0) return [judge.missing('service.threads_total')];
    return pools.map((instance) => {
      const [busy, total, queue] = [
        evidence.measurement(metric, instance),
        evidence.measurement('service.threads_total', instance),
        evidence.reading('service.queue', instance),
      ];
      if (!busy) return judge.missing(metric, instance);
      if (!total || total.value <= 0) return judge.missing('service.threads_total', instance);
      const value = (100 * busy.value) / total.value;
      const said = {
        instance,
        metric,
        value,
        unit: '%',
        threshold: limits.warn,
        label: `pool ${formatBeside(value, limits.warn, '%')}`,
        evidence: [evidenceOf(busy.reading), ...(queue ? [evidenceOf(queue)] : [])],
      } as const;
      if (value <= limits.warn) return judge.ok(said);
      const [first, last] = [queue?.samples[0]?.value, queue ? lastOf(queue) : null];
      if (first === undefined || last === null)
        return judge.finding(said, {
          severity: 'info',
          text: `${formatNumber(busy.value)} of ${formatNumber(total.value)} threads of ${instance} work; whether requests queue is not known.`,
        });
      if (last === 0 || last < first) return judge.ok(said);
      return judge.finding(said, {
        severity: 'warn',
        text: `${formatNumber(busy.value)} of ${formatNumber(total.value)} threads of ${instance} work and ${formatNumber(last)} requests wait.`,
      });
    });
  },
});
