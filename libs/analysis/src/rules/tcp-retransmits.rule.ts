import { countOf, countsTogether, grewIn } from '../counters';
import { formatBeside, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { count, percent } from '../thresholds';

/** What inflates retransmissions without loss, or shows that they cost time. */
const BESIDE = [
  ['tcp.loss_probes', 'tail-loss probes'],
  ['tcp.spurious_rtos', 'spurious timeouts'],
  ['tcp.timeouts', 'timeouts'],
] as const;

export const tcpRetransmitsRule = defineRule({
  id: 'tcp-retransmits',
  version: 1,
  title: 'TCP retransmissions',
  headline: 'TCP retransmits',
  resource: 'tcp',
  aspect: 'errors',
  metrics: ['tcp.retransmits', 'tcp.segments_out', 'tcp.loss_probes', 'tcp.spurious_rtos', 'tcp.timeouts'],
  thresholds: { warn: percent(0.1), crit: percent(1), minSegments: count(1000) },
  why: 'Segments are lost on the way; tail-loss probes and spurious retransmissions inflate the count.',
  next: 'tcp-retransmits',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'tcp.retransmits';
    const [again, out] = countsTogether(evidence, [metric, 'tcp.segments_out']);
    if (!again) return [judge.missing(metric)];
    if (!out) return [judge.missing('tcp.segments_out')];
    const value = out.rate > 0 ? (100 * again.rate) / out.rate : 0;
    const refs = [evidenceOf(again.reading), evidenceOf(out.reading)];
    const severity = value > limits.crit ? 'crit' : value > limits.warn ? 'warn' : null;
    const bound = severity === 'crit' ? limits.crit : limits.warn;
    const shown = formatBeside(value, bound, '%');
    const said = { metric, value, unit: '%', threshold: bound, label: `retrans ${shown}`, evidence: refs } as const;
    const segments = formatNumber(Math.round(out.count));
    if (out.count < limits.minSegments && again.count > 0)
      return [
        judge.unknown(
          `only ${segments} segments were sent: too few to judge ${formatNumber(again.count)} retransmissions (${formatNumber(limits.minSegments)} are needed)`,
          metric,
        ),
      ];
    if (severity === null) return [judge.ok(said)];
    const beside = BESIDE.flatMap(([id, words]) => {
      const told = countOf(evidence, id);
      return told ? [`${formatNumber(Math.round(told.count))} ${words}`] : [];
    });
    return [
      judge.finding(said, {
        severity,
        text: `${shown} of the TCP segments were sent again (${formatNumber(Math.round(again.count))} of ${segments})${beside.length > 0 ? `, beside ${beside.join(', ')}` : ''}.`,
        evidence: [grewIn(again), evidenceOf(out.reading)],
      }),
    ];
  },
});
