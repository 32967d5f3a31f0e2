import { defineRule } from '../rule';
import { percent } from '../thresholds';
import { judgePressure } from '../pressure-rule';

export const diskPressureRule = defineRule({
  id: 'disk-pressure',
  version: 1,
  title: 'I/O pressure (PSI)',
  headline: 'Threads wait for I/O',
  resource: 'disk',
  aspect: 'saturation',
  metrics: ['disk.pressure_some', 'disk.pressure_full'],
  thresholds: { some: percent(20), full: percent(10) },
  why: "It is the kernel's own measure of time lost waiting for I/O.",
  next: 'block-io-latency',
  evaluate: ({ evidence, limits }, judge) => [
    judgePressure(evidence, judge, {
      some: 'disk.pressure_some',
      full: 'disk.pressure_full',
      limits,
      name: 'io',
      words: 'I/O',
    }),
  ],
});
