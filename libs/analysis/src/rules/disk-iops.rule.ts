import { type MetricId, type RuleOutcome } from '@fleetscope/contracts';
import { collect } from '../collect';
import { formatBeside } from '../format';
import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const diskIopsRule = defineRule({
  id: 'disk-iops',
  version: 1,
  title: 'Requests against the limit of the volume',
  headline: 'A volume is at its limit',
  resource: 'disk',
  aspect: 'utilization',
  metrics: [
    'disk.read_iops',
    'disk.write_iops',
    'disk.iops_limit',
    'disk.read_throughput',
    'disk.write_throughput',
    'disk.throughput_limit',
  ],
  thresholds: { warn: percent(85) },

  deep: true,
  why: 'Cloud volumes are throttled by contract: beyond the limit, requests wait.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const against = (limit: MetricId, parts: readonly MetricId[], words: string): RuleOutcome[] =>
      evidence.instances(limit).map((instance) => {
        const bound = evidence.measurement(limit, instance);
        const readings = collect(parts, (part) => evidence.reading(part, instance));
        const [first] = readings;
        if (!bound || bound.value <= 0) return judge.missing(limit, instance);
        if (!first) return judge.missing(parts[0] ?? limit, instance);
        const value = (100 * readings.reduce((sum, reading) => sum + (meanOf(reading) ?? 0), 0)) / bound.value;
        const shown = formatBeside(value, limits.warn, '%');
        const said = {
          instance,
          metric: first.metric,
          value,
          unit: '%',
          threshold: limits.warn,
          label: `${words} ${shown} of the limit`,
          evidence: [...readings.map((reading) => evidenceOf(reading)), evidenceOf(bound.reading)],
        } as const;
        if (value <= limits.warn) return judge.ok(said);
        return judge.finding(said, {
          severity: 'warn',
          text: `${instance} does ${shown} of the ${words} it is limited to.`,
        });
      });
    const outcomes = [
      ...against('disk.iops_limit', ['disk.read_iops', 'disk.write_iops'], 'requests'),
      ...against('disk.throughput_limit', ['disk.read_throughput', 'disk.write_throughput'], 'throughput'),
    ];
    return outcomes.length > 0 ? outcomes : [judge.unknown('the limit of no volume is known', 'disk.iops_limit')];
  },
});
