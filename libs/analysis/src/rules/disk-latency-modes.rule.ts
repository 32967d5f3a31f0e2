import { formatList, formatNumber, formatPlural, formatValue } from '../format';
import { modesOf, timesOf } from '../histograms';
import { defineRule } from '../rule';
import { milliseconds, percent } from '../thresholds';

export const diskLatencyModesRule = defineRule({
  id: 'disk-latency-modes',
  version: 1,
  title: 'Modes of disk latency',
  headline: 'Disk latency has two modes',
  resource: 'disk',
  aspect: 'workload',
  metrics: ['disk.io_latency'],
  thresholds: { share: percent(5), slow: milliseconds(10) },

  deep: true,
  why: 'An average between two modes is a time that no request took.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const all = timesOf(evidence, /^disk-latency$|io_latency|device_latency|biolat/);
    if (all.length === 0) return [judge.missing('disk.io_latency')];
    return all.map((times) => {
      const modes = modesOf(times, limits.share / 100);
      const slowest = modes[modes.length - 1];
      const value = slowest?.at ?? 0;
      const said = {
        instance: times.instance,
        metric: 'disk.io_latency',
        value,
        threshold: limits.slow,
        label: `slow mode ${formatValue(value, 'ms')}`,
        evidence: [times.evidence],
      } as const;
      if (modes.length < 2 || value <= limits.slow)
        return judge.ok(said, { label: formatPlural(modes.length, 'mode') });
      const list = formatList(
        modes.map(({ at, share }) => `${formatValue(at, 'ms')} (${formatNumber(share * 100)} %)`),
      );
      return judge.finding(said, {
        severity: 'info',
        text: `Requests${times.instance === null ? '' : ` of ${times.instance}`} fall into ${modes.length} groups: ${list}.`,
      });
    });
  },
});
