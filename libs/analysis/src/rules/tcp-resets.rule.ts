import { collect } from '../collect';
import { countOf } from '../counters';
import { formatBeside, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { count, percent } from '../thresholds';

const COUNTERS = [
  ['tcp.established_resets', 'established connections were reset', 'resets'],
  ['tcp.attempt_fails', 'connection attempts failed', 'failed opens'],
  ['tcp.resets_sent', 'resets were sent', 'resets sent'],
] as const;

export const tcpResetsRule = defineRule({
  id: 'tcp-resets',
  version: 1,
  title: 'Connections reset or refused',
  headline: 'Connections are reset or refused',
  resource: 'tcp',
  aspect: 'errors',
  metrics: ['tcp.established_resets', 'tcp.attempt_fails', 'tcp.resets_sent', 'tcp.active_opens', 'tcp.passive_opens'],
  thresholds: { warn: percent(5), minOpens: count(100) },
  why: 'Peers give up, or nothing listens where they connect to.',
  next: 'sockets',
  evaluate: ({ evidence, limits }, judge) => {
    const [active, passive] = [countOf(evidence, 'tcp.active_opens'), countOf(evidence, 'tcp.passive_opens')];
    if (!active) return [judge.missing('tcp.active_opens')];
    if (!passive) return [judge.missing('tcp.passive_opens')];
    const opens = active.count + passive.count;
    // The three overlap (a refused attempt also sends a reset), so they are judged apart and not summed.
    const most = collect(COUNTERS, ([metric, words, label]) => {
      const told = countOf(evidence, metric);
      return told && { told, words, label };
    }).sort((a, b) => b.told.count - a.told.count)[0];
    if (!most) return [judge.missing('tcp.established_resets')];
    const worst = most.told;
    const [many, all] = [formatNumber(Math.round(worst.count)), formatNumber(Math.round(opens))];
    if (opens < limits.minOpens && worst.count > 0)
      return [
        judge.unknown(
          `only ${all} connections were opened: too few to judge that ${many} ${most.words} (${formatNumber(limits.minOpens)} are needed)`,
          worst.metric,
        ),
      ];
    const rate = active.rate + passive.rate;
    const value = rate > 0 ? (100 * worst.rate) / rate : 0;
    const shown = formatBeside(value, limits.warn, '%');
    const said = {
      metric: worst.metric,
      value,
      unit: '%',
      threshold: limits.warn,
      label: `${most.label} ${shown}`,
      evidence: [worst, active, passive].map(({ reading }) => evidenceOf(reading)),
    } as const;
    if (value <= limits.warn) return [judge.ok(said)];
    return [
      judge.finding(said, { severity: 'warn', text: `${many} ${most.words} for ${all} that were opened (${shown}).` }),
    ];
  },
});
