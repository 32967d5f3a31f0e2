import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const cpuIowaitRule = defineRule({
  id: 'cpu-iowait',
  version: 1,
  title: 'CPUs idle while threads wait for disk I/O',
  headline: 'Threads wait for disk I/O',
  resource: 'cpu',
  aspect: 'workload',
  metrics: ['cpu.iowait'],
  thresholds: { warn: percent(10) },
  why: 'The CPU is not the bottleneck: threads wait on I/O.',
  next: 'block-io-latency',
  evaluate: ({ evidence, limits }, judge) => [
    judge.level({
      metric: 'cpu.iowait',
      instance: 'all',
      reading: evidence.hostWide('cpu.iowait'),
      limits,
      beyond: 'at-least',
      label: ({ shown }) => `iowait ${shown}`,
      text: ({ shown, span }) => `CPUs idle at least ${shown} of the time while a thread waits for I/O, ${span}.`,
    }),
  ],
});
