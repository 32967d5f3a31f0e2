import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const cpuPressureRule = defineRule({
  id: 'cpu-pressure',
  version: 1,
  title: 'CPU pressure (PSI)',
  headline: 'Threads wait for a CPU',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.pressure_some'],
  thresholds: { warn: percent(10), crit: percent(40) },
  why: "It is the kernel's own measure of waiting for a CPU.",
  next: 'runq-latency',
  evaluate: ({ limits }, judge) => [
    judge.level({
      metric: 'cpu.pressure_some',
      limits,
      over: 'mean',
      label: ({ shown }) => `psi cpu ${shown}`,
      text: ({ shown }) => `Some thread waited for a CPU during ${shown} of the window (PSI).`,
    }),
  ],
});
