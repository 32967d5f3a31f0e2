import { type RuleOutcome } from '@fleetscope/contracts';
import { countOf, grewIn } from '../counters';
import { formatBeside, formatCount, formatPlural } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent, perSecond } from '../thresholds';

export const cgroupMemoryRule = defineRule({
  id: 'cgroup-memory',
  version: 1,
  title: 'Memory of a cgroup',
  headline: 'A cgroup is at its memory limit',
  resource: 'cgroup',
  aspect: 'utilization',
  metrics: [
    'cgroup.memory_used',
    'cgroup.memory_limit',
    'cgroup.memory_limit_hits',
    'cgroup.oom_kills',
    'cgroup.major_faults',
  ],
  thresholds: { warn: percent(90), faults: perSecond(10) },

  deep: true,
  why: 'At its limit a group reclaims, slows down, and is killed; page cache may fill a limit harmlessly.',
  next: 'cgroup-pressure',
  evaluate: ({ evidence, limits }, judge) => {
    const groups = [
      ...new Set([
        ...evidence.instances('cgroup.memory_used'),
        ...evidence.instances('cgroup.memory_limit_hits'),
        ...evidence.instances('cgroup.oom_kills'),
      ]),
    ];
    if (groups.length === 0) return [judge.missing('cgroup.memory_used')];
    return groups.map((instance): RuleOutcome => {
      const kills = countOf(evidence, 'cgroup.oom_kills', instance);
      const hits = countOf(evidence, 'cgroup.memory_limit_hits', instance);
      const faults = countOf(evidence, 'cgroup.major_faults', instance);
      const [used, limit] = [
        evidence.measurement('cgroup.memory_used', instance),
        evidence.measurement('cgroup.memory_limit', instance),
      ];
      if (kills && kills.count > 0)
        return judge.finding({
          instance,
          metric: 'cgroup.oom_kills',
          value: kills.count,
          unit: '1',
          severity: 'crit',
          label: `oom ${formatCount(kills.count)}`,
          evidence: [grewIn(kills)],
          text: `${formatPlural(kills.count, 'process was', 'processes were')} killed in ${instance} for lack of memory.`,
        });
      const full = used && limit && limit.value > 0 ? (100 * used.value) / limit.value : null;
      const shown = full === null ? '' : `, ${formatBeside(full, limits.warn, '%')} of its limit in use`;
      // The cache alone meets the limit all the time: it matters when what is met hurts.
      if (hits && hits.count > 0 && ((full ?? 0) > limits.warn || (faults?.rate ?? 0) > limits.faults))
        return judge.finding({
          instance,
          metric: 'cgroup.memory_limit_hits',
          value: hits.count,
          unit: '1',
          severity: 'crit',
          label: `limit hit ${formatCount(hits.count)}`,
          evidence: [grewIn(hits), ...(used ? [evidenceOf(used.reading)] : [])],
          text: `${instance} met its memory limit ${formatPlural(hits.count, 'time')}${shown}: it reclaims as it runs.`,
        });
      if (full === null)
        return hits
          ? judge.ok({
              instance,
              metric: 'cgroup.memory_limit_hits',
              value: hits.count,
              unit: '1',
              label: `limit hit ${formatCount(hits.count)}`,
              evidence: [evidenceOf(hits.reading)],
            })
          : judge.missing(used ? 'cgroup.memory_limit' : 'cgroup.memory_used', instance);
      const said = {
        instance,
        metric: 'cgroup.memory_used',
        value: full,
        unit: '%',
        threshold: limits.warn,
        label: `memory ${formatBeside(full, limits.warn, '%')}`,
        evidence: used ? [evidenceOf(used.reading)] : [],
      } as const;
      if (full <= limits.warn) return judge.ok(said);
      return judge.finding(said, {
        severity: 'warn',
        text: `${instance} uses ${formatBeside(full, limits.warn, '%')} of its memory limit.`,
      });
    });
  },
});
