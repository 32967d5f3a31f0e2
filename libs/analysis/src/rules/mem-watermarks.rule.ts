import { formatNumber } from '../format';
import { spanOf } from '../judge';
import { evidenceOf, isSustained } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const memWatermarksRule = defineRule({
  id: 'mem-watermarks',
  version: 1,
  title: 'Free pages of a zone',
  headline: 'A memory zone is nearly empty',
  resource: 'memory',
  aspect: 'saturation',
  metrics: ['memory.zone_free', 'memory.zone_min', 'memory.zone_low'],
  thresholds: { share: percent(5) },

  deep: true,
  why: 'Below the low mark kswapd wakes; below the min mark the allocating thread reclaims by itself.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'memory.zone_free';
    const zones = evidence.instances(metric);
    if (zones.length === 0) return [judge.missing(metric)];
    const total = evidence.measurement('memory.total')?.value ?? null;
    return zones.flatMap((instance) => {
      const free = evidence.reading(metric, instance);
      const [min, low] = [
        evidence.measurement('memory.zone_min', instance),
        evidence.measurement('memory.zone_low', instance),
      ];
      if (!free) return [judge.missing(metric, instance)];
      if (!min || !low) return [judge.missing(min ? 'memory.zone_low' : 'memory.zone_min', instance)];
      // DMA zones are kept small on purpose: their marks are a handful of pages.
      if (/DMA/.test(instance) || (total !== null && low.value * 4096 < (total * limits.share) / 100 / 100)) return [];
      const under = free.samples.filter(({ value }) => value < min.value);
      const below = free.samples.filter(({ value }) => value < low.value);
      const value = Math.min(...free.samples.map((sample) => sample.value));
      const shown = formatNumber(value);
      const said = {
        instance,
        metric,
        value,
        label: `free ${shown} pages`,
        evidence: [evidenceOf(free, below.length > 0 ? below : free.samples), evidenceOf(low.reading)],
      } as const;
      if (under.length > 0)
        return [
          judge.finding(said, {
            threshold: min.value,
            severity: 'crit',
            text: `${instance} fell to ${shown} free pages, below its min mark of ${formatNumber(min.value)}: allocations reclaim by themselves.`,
          }),
        ];
      if (isSustained(below.length, free.total))
        return [
          judge.finding(said, {
            threshold: low.value,
            severity: 'warn',
            text: `${instance} is below its low mark of ${formatNumber(low.value)} pages ${spanOf(below.length, free.total)}: kswapd keeps running.`,
          }),
        ];
      return [judge.ok(said, { threshold: low.value })];
    });
  },
});
