import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';
import { percent, perSecond } from '../thresholds';

export const memCacheHitRule = defineRule({
  id: 'mem-cache-hit',
  version: 1,
  title: 'Hits of the page cache',
  headline: 'The page cache misses',
  resource: 'memory',
  aspect: 'workload',
  metrics: ['memory.cache_hit_ratio', 'disk.read_iops'],
  thresholds: { warn: percent(90), minReads: perSecond(50) },

  deep: true,
  why: 'The working set does not fit: what was evicted is read again from disk.',
  next: 'page-cache',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'memory.cache_hit_ratio';
    const reading = evidence.reading(metric);
    if (!reading) return [judge.missing(metric)];
    const reads = evidence.instances('disk.read_iops').flatMap((disk) => {
      const of = evidence.reading('disk.read_iops', disk);
      return of ? [meanOf(of) ?? 0] : [];
    });
    if (reads.length > 0 && Math.max(...reads) < limits.minReads)
      return [judge.ok({ metric, value: meanOf(reading), label: 'no read load', evidence: [evidenceOf(reading)] })];
    return [
      judge.level({
        metric,
        reading,
        limits: { warn: limits.warn },
        beyond: 'below',
        label: ({ shown }) => `cache hits ${shown}`,
        text: ({ shown, span }) => `The page cache held at most ${shown} of the pages that were asked for, ${span}.`,
      }),
    ];
  },
});
