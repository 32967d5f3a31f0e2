import { countOf, grewIn } from '../counters';
import { formatCount, formatNumber } from '../format';
import { evidenceOf, lastOf, sustainedLevel } from '../reading';
import { defineRule } from '../rule';

export const tcpMemoryRule = defineRule({
  id: 'tcp-memory',
  version: 1,
  title: 'TCP buffer memory',
  headline: 'TCP runs out of buffer memory',
  resource: 'tcp',
  aspect: 'saturation',
  metrics: [
    'tcp.memory_pages',
    'tcp.memory_pressure_threshold',
    'tcp.memory_pressures',
    'tcp.prune_called',
    'tcp.receive_queue_drops',
  ],
  thresholds: {},
  why: 'Buffers are too small, or sockets are not read: windows shrink and segments are dropped.',
  next: 'sockets',
  evaluate: ({ evidence }, judge) => {
    const pages = evidence.reading('tcp.memory_pages');
    const bound = evidence.reading('tcp.memory_pressure_threshold');
    const [level, limit] = [pages && sustainedLevel(pages, 'above'), bound && lastOf(bound)];
    const entered = countOf(evidence, 'tcp.memory_pressures');
    const dropped = countOf(evidence, 'tcp.receive_queue_drops');
    const pruned = countOf(evidence, 'tcp.prune_called');
    const beside = [
      ...(pruned && pruned.count > 0 ? [`${formatNumber(pruned.count)} receive queues were pruned`] : []),
      ...(dropped && dropped.count > 0 ? [`${formatNumber(dropped.count)} segments dropped`] : []),
    ];
    const also = beside.length > 0 ? `; ${beside.join(', ')}` : '';
    if (pages && bound && level !== null && limit !== null && level > limit)
      return [
        judge.finding({
          severity: 'warn',
          metric: 'tcp.memory_pages',
          value: level,
          threshold: limit,
          label: `tcp mem ${formatNumber(level)} pages`,
          text: `TCP buffers hold ${formatNumber(level)} pages, over the ${formatNumber(limit)} at which pressure starts${also}.`,
          evidence: [
            evidenceOf(pages),
            evidenceOf(bound),
            ...[pruned, dropped].flatMap((told) => (told ? [grewIn(told)] : [])),
          ],
        }),
      ];
    const events = [
      { told: entered, label: 'tcp mem pressure', words: 'times TCP entered memory pressure', severity: 'warn' },
      {
        told: dropped,
        label: 'rcvq drops',
        words: 'segments were dropped because a receive queue was full',
        severity: 'warn',
      },
      // A socket's own buffer can be pruned without the host being short: told, not alarmed.
      { told: pruned, label: 'pruned', words: 'receive queues were pruned for lack of buffer', severity: 'info' },
    ] as const;
    for (const { told, label, words, severity } of events)
      if (told && told.count > 0)
        return [
          judge.finding({
            severity,
            metric: told.metric,
            value: told.count,
            unit: '1',
            threshold: 0,
            label: `${label} ${formatCount(told.count)}`,
            text: `${formatNumber(told.count)} ${words} in ${formatNumber(evidence.windowSeconds)} s.`,
            evidence: [grewIn(told)],
          }),
        ];
    if (level !== null && limit !== null && pages)
      return [
        judge.ok({
          metric: 'tcp.memory_pages',
          value: level,
          threshold: limit,
          label: `tcp mem ${formatNumber(level)} pages`,
          evidence: [evidenceOf(pages)],
        }),
      ];
    if (entered)
      return [judge.ok({ metric: entered.metric, value: 0, unit: '1', threshold: 0, label: 'no tcp mem pressure' })];
    return [judge.missing(pages ? 'tcp.memory_pressure_threshold' : 'tcp.memory_pages')];
  },
});
