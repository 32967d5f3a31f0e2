import { countOf, grewIn } from '../counters';
import { formatBeside, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const udpErrorsRule = defineRule({
  id: 'udp-errors',
  version: 1,
  title: 'UDP receive errors',
  headline: 'UDP datagrams are lost on the host',
  resource: 'udp',
  aspect: 'errors',
  metrics: ['udp.in_errors', 'udp.receive_buffer_errors', 'udp.datagrams_in'],
  thresholds: { warn: percent(0.1) },
  why: 'Receive buffers overflow: the application reads too slowly, or its buffer is small.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'udp.in_errors';
    const [errors, buffers] = [countOf(evidence, metric), countOf(evidence, 'udp.receive_buffer_errors')];
    const received = countOf(evidence, 'udp.datagrams_in');
    // InErrors counts the buffer errors too (snmp_counter.rst), so the larger of the two is the loss.
    const worst = buffers && (!errors || buffers.count > errors.count) ? buffers : errors;
    if (!worst) return [judge.missing(metric)];
    if (!received) return [judge.missing('udp.datagrams_in')];
    const all = received.count + worst.count;
    const flow = received.rate + worst.rate;
    const value = flow > 0 ? (100 * worst.rate) / flow : 0;
    const shown = formatBeside(value, limits.warn, '%');
    const said = {
      metric: worst.metric,
      value,
      unit: '%',
      threshold: limits.warn,
      label: `udp errors ${shown}`,
      evidence: [evidenceOf(worst.reading), evidenceOf(received.reading)],
    } as const;
    if (value <= limits.warn) return [judge.ok(said)];
    const ofBuffers =
      buffers && buffers.count > 0 ? `, ${formatNumber(buffers.count)} of them because a receive buffer was full` : '';
    return [
      judge.finding(said, {
        severity: 'warn',
        text: `${formatNumber(worst.count)} of ${formatNumber(Math.round(all))} UDP datagrams were lost (${shown})${ofBuffers}.`,
        evidence: [grewIn(worst), evidenceOf(received.reading)],
      }),
    ];
  },
});
