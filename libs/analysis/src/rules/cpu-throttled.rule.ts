import { formatBeside, formatNumber } from '../format';
import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const cpuThrottledRule = defineRule({
  id: 'cpu-throttled',
  version: 1,
  title: 'CPU quota of a cgroup',
  headline: 'CPU quotas throttle',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cgroup.cpu_periods', 'cgroup.cpu_throttled_periods'],
  thresholds: { warn: percent(5), crit: percent(25) },
  why: 'The quota is hit although the host is idle: every throttled period stalls the group up to 100 ms.',
  next: 'cgroup-pressure',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'cgroup.cpu_throttled_periods';
    const groups: (string | null)[] = [...evidence.instances(metric)];
    if (evidence.reading(metric)) groups.unshift(null);
    if (groups.length === 0) return [judge.missing(metric)];
    return groups.map((instance) => {
      const [throttled = null, periods = null] = evidence.together([metric, 'cgroup.cpu_periods'], instance) ?? [];
      if (!throttled) return judge.missing(metric, instance);
      if (!periods) return judge.missing('cgroup.cpu_periods', instance);
      const [hits, all] = [meanOf(throttled) ?? 0, meanOf(periods) ?? 0];
      const value = all > 0 ? (100 * hits) / all : 0;
      const severity = value > limits.crit ? 'crit' : value > limits.warn ? 'warn' : null;
      const bound = severity === 'crit' ? limits.crit : limits.warn;
      const shown = formatBeside(value, bound, '%');
      const counts = [hits, all].map((rate) => formatNumber(Math.round(rate * evidence.windowSeconds)));
      const said = {
        instance,
        metric,
        value,
        unit: '%',
        threshold: bound,
        label: `throttled ${shown}`,
        evidence: [evidenceOf(throttled), evidenceOf(periods)],
      } as const;
      if (severity === null) return judge.ok(said);
      return judge.finding(said, {
        severity,
        text: `${instance ?? 'The cgroup'} was throttled in ${counts[0] ?? ''} of ${counts[1] ?? ''} quota periods (${shown}).`,
      });
    });
  },
});
