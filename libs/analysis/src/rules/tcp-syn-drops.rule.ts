import { countOf, grewIn } from '../counters';
import { formatCount, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';

export const tcpSynDropsRule = defineRule({
  id: 'tcp-syn-drops',
  version: 1,
  title: 'SYN queue full',
  headline: 'SYN queue is full',
  resource: 'tcp',
  aspect: 'errors',
  metrics: ['tcp.syn_queue_drops', 'tcp.syn_queue_cookies'],
  thresholds: {},
  why: 'More handshakes are open than the SYN queue holds: a flood, or clients that do not answer.',
  next: 'listen-backlog',
  evaluate: ({ evidence }, judge) => {
    const [drops, cookies] = [countOf(evidence, 'tcp.syn_queue_drops'), countOf(evidence, 'tcp.syn_queue_cookies')];
    if (!drops && !cookies) return [judge.missing('tcp.syn_queue_drops')];
    const worst = drops && drops.count > 0 ? drops : cookies && cookies.count > 0 ? cookies : null;
    const refs = [drops, cookies].flatMap((told) => (told ? [evidenceOf(told.reading)] : []));
    if (!worst) {
      if (!drops) return [judge.missing('tcp.syn_queue_drops')];
      return [
        judge.ok({ metric: drops.metric, value: 0, unit: '1', threshold: 0, label: 'no SYN drops', evidence: refs }),
      ];
    }
    const dropped = worst === drops;
    return [
      judge.finding({
        severity: 'warn',
        metric: worst.metric,
        value: worst.count,
        unit: '1',
        threshold: 0,
        label: `${dropped ? 'SYN drops' : 'SYN cookies'} ${formatCount(worst.count)}`,
        text: dropped
          ? `${formatNumber(worst.count)} connection requests were dropped because the SYN queue was full.`
          : `${formatNumber(worst.count)} SYN cookies were sent because the SYN queue was full.`,
        evidence: [drops, cookies].flatMap((told) => (told && told.count > 0 ? [grewIn(told)] : [])),
      }),
    ];
  },
});
