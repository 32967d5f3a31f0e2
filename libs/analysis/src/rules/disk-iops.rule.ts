import { type EvidenceRef, type MetricId, type RuleOutcome } from '@fleetscope/contracts';
import { collect } from '../collect';
import { diskInstances } from '../disks';
import { type EvidenceIndex } from '../evidence-index';
import { formatBeside } from '../format';
import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

interface Volume {
  readonly instance: string;
  /** Null where what is stated is no number. */
  readonly value: number | null;
  readonly ref: readonly EvidenceRef[];
}

/**
 * Volumes whose limit was measured, or is stated by a label of the host: `disk.iops_limit` for all disks,
 * `disk.iops_limit/vda` for one.
 */
const volumesWithLimit = (
  evidence: EvidenceIndex,
  labels: Readonly<Record<string, string>>,
  limit: MetricId,
  parts: readonly MetricId[],
): Volume[] => {
  const stated = Object.keys(labels).flatMap((key) =>
    key.startsWith(`${limit}/`) ? [key.slice(limit.length + 1)] : [],
  );
  const disks = limit in labels ? parts.flatMap((part) => diskInstances(evidence, part)) : [];
  const names = new Set([...evidence.instances(limit), ...stated, ...disks]);
  return [...names].sort().map((instance) => {
    const text = labels[`${limit}/${instance}`] ?? labels[limit];
    const measured = evidence.measurement(limit, instance);
    if (text === undefined)
      return { instance, value: measured?.value ?? null, ref: measured ? [evidenceOf(measured.reading)] : [] };
    return { instance, value: Number.isFinite(Number(text)) ? Number(text) : null, ref: [] };
  });
};

export const diskIopsRule = defineRule({
  id: 'disk-iops',
  version: 2,
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
  evaluate: ({ evidence, limits, labels }, judge) => {
    const against = (limit: MetricId, parts: readonly MetricId[], words: string): RuleOutcome[] =>
      volumesWithLimit(evidence, labels, limit, parts).map(({ instance, value: bound, ref }) => {
        if (bound === null || bound <= 0) return judge.missing(limit, instance);
        const readings = collect(parts, (part) => evidence.reading(part, instance));
        const [first] = readings;
        if (!first) return judge.missing(parts[0] ?? limit, instance);
        const value = (100 * readings.reduce((sum, reading) => sum + (meanOf(reading) ?? 0), 0)) / bound;
        const shown = formatBeside(value, limits.warn, '%');
        const said = {
          instance,
          metric: first.metric,
          value,
          unit: '%',
          threshold: limits.warn,
          label: `${words} ${shown} of the limit`,
          evidence: [...readings.map((reading) => evidenceOf(reading)), ...ref],
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
    return outcomes.length > 0
      ? outcomes
      : [judge.unknown('the limit of no volume is known: no label of the host states one', 'disk.iops_limit')];
  },
});
