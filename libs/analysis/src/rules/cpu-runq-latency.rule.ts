import { defineRule } from '../rule';
import { judgeTail } from '../tail-latency-rule';
import { milliseconds } from '../thresholds';

export const cpuRunqLatencyRule = defineRule({
  id: 'cpu-runq-latency',
  version: 1,
  title: 'Time waited for a CPU',
  headline: 'Threads wait long for a CPU',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.runq_latency'],
  thresholds: { warn: milliseconds(10), crit: milliseconds(50) },

  deep: true,
  why: 'A thread that waits for a CPU does nothing, though the CPU may look idle on average.',
  next: 'cpu-profile',
  evaluate: ({ evidence, limits }, judge) =>
    judgeTail(evidence, judge, {
      metric: 'cpu.runq_latency',
      histograms: /run.?q.*lat/,
      limits,
      counted: 'waits',
      label: 'runq p99',
      text: (shown, instance) =>
        `One in a hundred threads waited at least ${shown} for a CPU${instance === null ? '' : ` (${instance})`}`,
    }),
});
