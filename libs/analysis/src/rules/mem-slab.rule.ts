import { type MetricId, type RuleOutcome, type Severity } from '@fleetscope/contracts';
import { formatBeside, formatValue } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const memSlabRule = defineRule({
  id: 'mem-slab',
  version: 1,
  title: 'Kernel caches',
  headline: 'The kernel holds much memory',
  resource: 'memory',
  aspect: 'utilization',
  metrics: ['memory.slab_unreclaimable', 'memory.slab_reclaimable', 'memory.total'],
  thresholds: { unreclaimable: percent(10), reclaimable: percent(25) },

  why: 'Unreclaimable slab only grows when something leaks; reclaimable slab is mostly dentries and inodes.',
  next: 'memory-growth',
  evaluate: ({ evidence, limits }, judge) => {
    const total = evidence.measurement('memory.total');
    if (!total || total.value <= 0) return [judge.missing('memory.total')];
    const of = (metric: MetricId, threshold: number, severity: Severity, words: string): RuleOutcome => {
      const slab = evidence.measurement(metric);
      if (!slab) return judge.missing(metric);
      const value = (100 * slab.value) / total.value;
      const shown = formatBeside(value, threshold, '%');
      const said = {
        metric,
        value,
        unit: '%',
        threshold,
        label: `slab ${shown}`,
        evidence: [evidenceOf(slab.reading), evidenceOf(total.reading)],
      } as const;
      if (value <= threshold) return judge.ok(said);
      const [largest] = evidence.tables('slabs').flatMap(({ observation: { rows } }) => rows[0] ?? []);
      const named = typeof largest === 'string' ? `; the largest cache is ${largest}` : '';
      return judge.finding(said, {
        severity,
        text: `${formatValue(slab.value, 'B')}, ${shown} of memory, is kernel memory that ${words}${named}.`,
      });
    };
    return [
      of('memory.slab_unreclaimable', limits.unreclaimable, 'warn', 'cannot be given back: something may leak'),
      of('memory.slab_reclaimable', limits.reclaimable, 'info', 'can be given back, dentries and inodes mostly'),
    ];
  },
});
