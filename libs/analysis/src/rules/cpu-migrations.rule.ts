import { formatBeside } from '../format';
import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';
import { perSecond } from '../thresholds';

export const cpuMigrationsRule = defineRule({
  id: 'cpu-migrations',
  version: 1,
  title: 'Threads moved between CPUs',
  headline: 'Threads are moved between CPUs',
  resource: 'cpu',
  aspect: 'workload',
  metrics: ['cpu.migrations'],
  thresholds: { warn: perSecond(1000) },

  deep: true,
  why: 'A thread that is moved starts with cold caches.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'cpu.migrations';
    const reading = evidence.hostWide(metric);
    const rate = reading && meanOf(reading);
    if (!reading || rate === null) return [judge.missing(metric)];
    const cpus = evidence.cpus();
    if (cpus === null) return [judge.unknown('the number of CPUs is not known', metric)];
    const value = rate / cpus;
    const shown = formatBeside(value, limits.warn, '1/s');
    const said = {
      metric,
      value,
      threshold: limits.warn,
      label: `migrations ${shown}`,
      evidence: [evidenceOf(reading)],
    } as const;
    if (value <= limits.warn) return [judge.ok(said)];
    return [
      judge.finding(said, {
        severity: 'warn',
        text: `Threads are moved to another CPU ${shown} for each of the ${cpus} CPUs.`,
      }),
    ];
  },
});
