import { judgeKernelLog } from '../kernel-log-rule';
import { defineRule } from '../rule';

export const cpuRtStarvationRule = defineRule({
  id: 'cpu-rt-starvation',
  version: 1,
  title: 'Real-time tasks holding a CPU',
  headline: 'A real-time task starves the others',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: [],
  thresholds: {},
  why: 'A real-time or deadline task holds a CPU, and fair tasks starve.',
  next: 'cpu-profile',
  evaluate: (context, judge) => [
    judgeKernelLog(context, judge, {
      classes: ['rt-throttling', 'rt-throttled'],
      text: /RT throttling activated|DL replenish lagged/i,
      one: 'kernel log line says that a real-time task was throttled',
      many: 'kernel log lines say that a real-time task was throttled',
      label: (count) => `RT throttling ×${count}`,
      severity: () => 'warn',
    }),
  ],
});
