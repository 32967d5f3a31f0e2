import { formatNumber } from '../format';
import { meanOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const numaLocalityRule = defineRule({
  id: 'numa-locality',
  version: 1,
  title: 'Memory on remote nodes',
  headline: 'Memory is allocated on remote nodes',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.numa_remote_ratio', 'cpu.utilization'],
  thresholds: { warn: percent(20), minBusy: percent(50) },

  deep: true,
  why: 'Remote memory goes over the interconnect: every access is slower, and the link saturates.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'cpu.numa_remote_ratio';
    const reading = evidence.hostWide(metric);
    if (!reading) return [judge.missing(metric)];
    const busy = evidence.hostWide('cpu.utilization');
    const used = busy === null ? null : meanOf(busy);
    if (used === null) return [judge.missing('cpu.utilization')];
    if (used < limits.minBusy)
      return [
        judge.unknown(`the CPUs are ${formatNumber(used)} % busy: below ${limits.minBusy} % it says nothing`, metric),
      ];
    return [
      judge.level({
        metric,
        instance: reading.instance,
        reading,
        limits: { warn: limits.warn },
        over: 'mean',
        label: ({ shown }) => `remote ${shown}`,
        text: ({ shown }) => `${shown} of the memory was allocated on another node than the one wanted.`,
      }),
    ];
  },
});
