import { defineRule } from '../rule';
import { perSecond } from '../thresholds';

export const memMajorFaultsRule = defineRule({
  id: 'mem-major-faults',
  version: 1,
  title: 'Major page faults',
  headline: 'Page faults read from disk',
  resource: 'memory',
  aspect: 'saturation',
  metrics: ['memory.major_faults'],
  thresholds: { warn: perSecond(10) },
  why: 'Each one is a page read from disk while the thread waits.',
  next: 'page-cache',
  evaluate: ({ evidence, limits }, judge) => [
    judge.level({
      metric: 'memory.major_faults',
      reading: evidence.hostWide('memory.major_faults'),
      limits,
      label: ({ shown }) => `majflt ${shown}`,
      text: ({ shown, span }) => `At least ${shown} page faults had to read from disk, ${span}.`,
    }),
  ],
});
