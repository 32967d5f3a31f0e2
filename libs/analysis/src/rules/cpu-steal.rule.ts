import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const cpuStealRule = defineRule({
  id: 'cpu-steal',
  version: 1,
  title: 'CPU time stolen by the hypervisor',
  headline: 'The hypervisor gives CPU time to others',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.steal'],
  thresholds: { warn: percent(5), crit: percent(15) },
  why: 'The hypervisor gives the time to someone else: nothing on this host can get it back.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => [
    judge.level({
      metric: 'cpu.steal',
      instance: 'all',
      reading: evidence.hostWide('cpu.steal'),
      limits,
      beyond: 'at-least',
      label: ({ shown }) => `steal ${shown}`,
      text: ({ shown, span }) => `The hypervisor takes at least ${shown} of the CPU time away, ${span}.`,
    }),
  ],
});
