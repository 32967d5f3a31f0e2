import { type EvidenceRef } from '@fleetscope/contracts';
import { countOf, grewIn } from '../counters';
import { type EvidenceIndex } from '../evidence-index';
import { formatCount, formatList, formatNumber } from '../format';
import { evidenceOf, lastOf } from '../reading';
import { defineRule } from '../rule';

interface FullSocket {
  readonly name: string;
  readonly queued: number;
  readonly limit: number;
  readonly evidence: EvidenceRef[];
}

/** Listening sockets with Recv-Q > Send-Q: the kernel lets one more in than the limit says, so "greater" means full. */
const fullSockets = (evidence: EvidenceIndex): FullSocket[] =>
  evidence
    .instances('tcp.accept_queue')
    .flatMap((name) => {
      const [queue = null, bound = null] =
        evidence.together(['tcp.accept_queue', 'tcp.accept_queue_limit'], name) ?? [];
      const [queued, limit] = [queue && lastOf(queue), bound && lastOf(bound)];
      if (!queue || queued === null || limit === null || queued <= limit) return [];
      return [{ name, queued, limit, evidence: [evidenceOf(queue)] }];
    })
    .sort((a, b) => b.queued - a.queued);

export const tcpListenOverflowsRule = defineRule({
  id: 'tcp-listen-overflows',
  version: 1,
  title: 'Accept queue overflows',
  headline: 'Accept queue overflows',
  resource: 'tcp',
  aspect: 'errors',
  metrics: ['tcp.listen_overflows', 'tcp.listen_drops', 'tcp.accept_queue', 'tcp.accept_queue_limit'],
  thresholds: {},
  why: 'The accept queue is full and connections are lost: raise somaxconn and the backlog of the application.',
  next: 'listen-backlog',
  evaluate: ({ evidence }, judge) => {
    const overflows = countOf(evidence, 'tcp.listen_overflows');
    const drops = countOf(evidence, 'tcp.listen_drops');
    const full = fullSockets(evidence);
    const names = formatList(
      full.map(({ name, queued, limit }) => `${name} (${formatNumber(queued)} queued, limit ${formatNumber(limit)})`),
      3,
    );
    const window = `in ${formatNumber(evidence.windowSeconds)} s`;
    const worst = overflows && overflows.count > 0 ? overflows : drops && drops.count > 0 ? drops : null;
    const counter = worst === overflows ? 'ListenOverflows' : 'ListenDrops';
    if (worst)
      return [
        judge.finding({
          severity: 'crit',
          instance: full[0]?.name ?? null,
          metric: worst.metric,
          value: worst.count,
          unit: '1',
          threshold: 0,
          label: `${worst === overflows ? 'overflow' : 'listen drops'} ${formatCount(worst.count)}`,
          text: `${counter} ${formatCount(worst.count)} ${window}${full.length > 0 ? ` at ${names}` : '; no listening socket was seen full at the end'}.`,
          evidence: [grewIn(worst), ...full.flatMap((socket) => socket.evidence)],
        }),
      ];
    const fullest = full[0];
    if (fullest)
      return [
        judge.finding({
          severity: 'warn',
          instance: fullest.name,
          metric: 'tcp.accept_queue',
          value: fullest.queued,
          threshold: fullest.limit,
          label: `accept queue ${formatNumber(fullest.queued)} of ${formatNumber(fullest.limit)}`,
          text: `The accept queue is full at ${names}; no connection was lost ${overflows ? `${window} yet` : 'as far as is known'}.`,
          evidence: full.flatMap((socket) => socket.evidence),
        }),
      ];
    if (!overflows) return [judge.missing('tcp.listen_overflows')];
    return [
      judge.ok({
        metric: 'tcp.listen_overflows',
        value: 0,
        unit: '1',
        threshold: 0,
        label: 'no overflow',
        evidence: [evidenceOf(overflows.reading), ...(drops ? [evidenceOf(drops.reading)] : [])],
      }),
    ];
  },
});
