import { defineRule } from '../rule';
import { percent } from '../thresholds';
import { judgePressure } from '../pressure-rule';

export const memPressureRule = defineRule({
  id: 'mem-pressure',
  version: 1,
  title: 'Memory pressure (PSI)',
  headline: 'Threads wait for memory',
  resource: 'memory',
  aspect: 'saturation',
  metrics: ['memory.pressure_some', 'memory.pressure_full'],
  thresholds: { some: percent(5), full: percent(1) },
  why: "It is the kernel's own measure of time lost for lack of memory.",
  next: 'memory-growth',
  evaluate: ({ evidence, limits }, judge) => [
    judgePressure(evidence, judge, {
      some: 'memory.pressure_some',
      full: 'memory.pressure_full',
      limits,
      name: 'mem',
      words: 'memory',
    }),
  ],
});
