import { formatBeside, formatNumber } from '../format';
import { kernelLines } from '../kernel-log';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const netConntrackRule = defineRule({
  id: 'net-conntrack',
  version: 1,
  title: 'Connection-tracking table',
  headline: 'The connection-tracking table fills',
  resource: 'network',
  aspect: 'utilization',
  metrics: ['network.conntrack_entries', 'network.conntrack_max'],
  thresholds: { warn: percent(80), crit: percent(95) },
  why: 'When it is full new flows are dropped silently.',
  next: null,
  evaluate: ({ evidence, limits, lookBackSeconds }, judge) => {
    const metric = 'network.conntrack_entries';
    const full = kernelLines(evidence, lookBackSeconds, {
      classes: ['conntrack-full'],
      text: /nf_conntrack: .*table full/i,
    });
    const entries = evidence.measurement(metric);
    const limit = evidence.measurement('network.conntrack_max');
    const share = entries && limit && limit.value > 0 ? (100 * entries.value) / limit.value : null;
    const counts = entries && limit ? `${formatNumber(entries.value)} of ${formatNumber(limit.value)} entries` : null;
    const refs = [entries, limit].flatMap((told) => (told ? [evidenceOf(told.reading)] : []));
    if (full && full.recent.length > 0)
      return [
        judge.finding({
          severity: 'crit',
          metric,
          value: share,
          unit: '%',
          threshold: 100,
          label: 'conntrack table full',
          text: `The kernel dropped packets because the connection-tracking table was full${counts ? `; now it holds ${counts}` : ''}.`,
          evidence: [...full.evidence(full.recent), ...refs],
        }),
      ];
    if (!entries) return [judge.missing(metric)];
    if (share === null) return [judge.missing('network.conntrack_max')];
    const severity = share > limits.crit ? 'crit' : share > limits.warn ? 'warn' : null;
    const bound = severity === 'crit' ? limits.crit : limits.warn;
    const shown = formatBeside(share, bound, '%');
    const said = {
      metric,
      value: share,
      unit: '%',
      threshold: bound,
      label: `conntrack ${shown}`,
      evidence: refs,
    } as const;
    if (severity === null) return [judge.ok(said)];
    return [
      judge.finding(said, { severity, text: `The connection-tracking table is ${shown} full: ${counts ?? ''}.` }),
    ];
  },
});
