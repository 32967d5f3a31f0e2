import { formatValue } from '../format';
import { defineRule } from '../rule';
import { perSecond } from '../thresholds';

export const cpuSwitchesRule = defineRule({
  id: 'cpu-switches',
  version: 1,
  title: 'Context switches per CPU',
  headline: 'Context switches are very many',
  resource: 'cpu',
  aspect: 'workload',
  metrics: ['cpu.context_switches'],
  thresholds: { perCpu: perSecond(50_000) },
  why: 'Lock contention or an epoll storm: involuntary switches are preemptions, voluntary ones block.',
  next: 'offcpu-profile',
  evaluate: ({ evidence, limits }, judge) => {
    const reading = evidence.hostWide('cpu.context_switches');
    if (!reading) return [judge.missing('cpu.context_switches')];
    const cpus = evidence.cpus();
    if (cpus === null) return [judge.unknown('the number of CPUs is not known', 'cpu.context_switches')];
    return [
      judge.level({
        metric: 'cpu.context_switches',
        reading,
        limits: { warn: limits.perCpu * cpus },
        label: ({ shown }) => `cs ${shown}`,
        text: ({ value, shown, span }) =>
          `At least ${shown} context switches, ${formatValue(value / cpus, '1/s')} a CPU, ${span}.`,
      }),
    ];
  },
});
