import { formatBeside, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const tcpTimeWaitRule = defineRule({
  id: 'tcp-time-wait',
  version: 1,
  title: 'Ephemeral ports in TIME-WAIT',
  headline: 'Ephemeral ports run out',
  resource: 'tcp',
  aspect: 'utilization',
  metrics: ['tcp.sockets_time_wait'],
  thresholds: { warn: percent(70) },

  why: 'TIME-WAIT is normal; it is a limit only when the ports to one peer run out.',
  next: 'sockets',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'tcp.sockets_time_wait';
    const total = evidence.measurement(metric);
    if (!total) return [judge.missing(metric)];
    const range = /^(\d+)\s+(\d+)$/.exec(
      String(evidence.fact('net.ipv4.ip_local_port_range', 'ip_local_port_range') ?? '').trim(),
    );
    const ports = range ? Number(range[2]) - Number(range[1]) + 1 : null;
    // Without the range of this host: all of it are fewer than the usual range leaves, so none can have run out.
    const usual = 28_232;
    const all = total.value;
    const said = (value: number, instance: string | null = null) =>
      ({
        metric,
        value,
        instance,
        unit: '%',
        threshold: limits.warn,
        label: `time-wait ${formatNumber(all)}`,
        evidence: [evidenceOf(total.reading)],
      }) as const;
    if ((100 * all) / (ports ?? usual) <= limits.warn) return [judge.ok(said((100 * all) / (ports ?? usual)))];
    if (ports === null) return [judge.unknown('the range of ephemeral ports is not known', metric)];
    const peers = new Map<string, number>();
    for (const {
      observation: { columns, rows },
    } of evidence.tables('sockets')) {
      const [state, peer] = [columns.indexOf('state'), columns.indexOf('peer')];
      for (const row of rows)
        if (/TIME-WAIT/i.test(String(row[state] ?? '')))
          peers.set(String(row[peer] ?? ''), (peers.get(String(row[peer] ?? '')) ?? 0) + 1);
    }
    const [busiest] = [...peers].sort((a, b) => b[1] - a[1]);
    if (!busiest)
      return [judge.unknown(`${formatNumber(all)} sockets are in TIME-WAIT, but not to which peers`, metric)];
    const value = (100 * busiest[1]) / ports;
    if (value <= limits.warn) return [judge.ok(said(value, busiest[0]))];
    return [
      judge.finding(said(value, busiest[0]), {
        severity: 'warn',
        text: `${formatNumber(busiest[1])} of ${formatNumber(ports)} ephemeral ports to ${busiest[0]} are in TIME-WAIT (${formatBeside(value, limits.warn, '%')}).`,
      }),
    ];
  },
});
