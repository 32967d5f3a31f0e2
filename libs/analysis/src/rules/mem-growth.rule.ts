import { type MetricId, type RuleOutcome } from '@fleetscope/contracts';
import { formatNumber, formatValue } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { theilSen } from '../statistics';
import { count } from '../thresholds';

/** What earlier runs are looked at for. */
export const GROWING: readonly MetricId[] = ['memory.rss', 'cgroup.memory_used', 'memory.slab_unreclaimable'];
const HOUR_MS = 3_600_000;

export const memGrowthRule = defineRule({
  id: 'mem-growth',
  version: 1,
  title: 'Memory that keeps growing',
  headline: 'Memory keeps growing',
  resource: 'memory',
  aspect: 'saturation',
  metrics: ['memory.rss', 'cgroup.memory_used', 'memory.slab_unreclaimable'],
  thresholds: { days: count(7), hours: count(6), runs: count(5) },

  deep: true,
  why: 'A leak is innocent in top until the limit is met; a sawtooth of garbage collection is no leak.',
  next: 'memory-growth',
  evaluate: ({ evidence, limits, history }, judge) => {
    if (history === null) return [judge.unknown('earlier runs were not looked at', 'memory.rss')];
    const outcomes = history.flatMap(({ metric, instance, points }): RuleOutcome[] => {
      if (!GROWING.includes(metric)) return [];
      const now = evidence.measurement(metric, instance);
      if (!now) return [];
      const all = [...points, { at: evidence.collectedAt, value: now.value }].sort((a, b) => a.at - b.at);
      const hours = ((all[all.length - 1]?.at ?? 0) - (all[0]?.at ?? 0)) / HOUR_MS;
      if (all.length < limits.runs || hours < limits.hours)
        return [
          judge.unknown(
            `${all.length} runs over ${formatNumber(hours)} h; ${limits.runs} over ${limits.hours} h are needed`,
            metric,
            instance,
          ),
        ];
      const line = theilSen(all.map(({ at, value }) => [(at - evidence.collectedAt) / HOUR_MS, value] as const));
      const limit = evidence.measurement('cgroup.memory_limit', instance) ?? evidence.measurement('memory.available');
      const room =
        limit === null ? null : limit.reading.metric === 'cgroup.memory_limit' ? limit.value - now.value : limit.value;
      const perDay = (line?.slope ?? 0) * 24;
      const shown = formatValue(perDay, 'B');
      const said = {
        metric,
        instance,
        value: perDay,
        unit: 'B',
        label: `grows ${shown} a day`,
        evidence: [evidenceOf(now.reading)],
      } as const;
      if (!line || line.low <= 0 || perDay <= 0) return [judge.ok(said, { label: 'does not grow' })];
      if (room === null) return [judge.unknown('it grows, and what it may grow to is not known', metric, instance)];
      const days = room / perDay;
      if (days >= limits.days) return [judge.ok(said)];
      return [
        judge.finding(said, {
          severity: 'warn',
          threshold: null,
          text: `${instance ?? metric} grows by ${shown} a day over ${all.length} runs (at least ${formatValue(line.low * 24, 'B')}): its limit is ${formatNumber(days)} days away.`,
        }),
      ];
    });
    return outcomes.length > 0 ? outcomes : [judge.unknown('no earlier run measured what this one did', 'memory.rss')];
  },
});
