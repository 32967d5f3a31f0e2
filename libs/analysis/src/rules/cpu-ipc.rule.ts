import { formatBeside, formatNumber } from '../format';
import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';
import { multiple, percent } from '../thresholds';

export const cpuIpcRule = defineRule({
  id: 'cpu-ipc',
  version: 1,
  title: 'Instructions per cycle',
  headline: 'CPUs stall',
  resource: 'cpu',
  aspect: 'utilization',
  metrics: ['cpu.ipc', 'cpu.utilization'],
  thresholds: { warn: multiple(1), crit: multiple(0.5), bound: multiple(2.5), minBusy: percent(50) },

  deep: true,
  why: 'Utilization counts stalled cycles as busy: a low value means waiting for memory, a high one means instructions are the limit.',
  next: 'cpu-profile',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'cpu.ipc';
    const reading = evidence.hostWide(metric);
    if (!reading) return [judge.missing(metric)];
    const busy = evidence.hostWide('cpu.utilization');
    const used = busy === null ? null : meanOf(busy);
    if (used === null) return [judge.missing('cpu.utilization')];
    if (used < limits.minBusy)
      return [
        judge.unknown(`the CPUs are ${formatNumber(used)} % busy: below ${limits.minBusy} % it says nothing`, metric),
      ];
    const value = meanOf(reading);
    if (value === null) return [judge.missing(metric)];
    const severity = value < limits.crit ? 'warn' : value < limits.warn || value >= limits.bound ? 'info' : null;
    const threshold = value < limits.crit ? limits.crit : value >= limits.bound ? limits.bound : limits.warn;
    const shown = formatBeside(value, threshold, '1');
    const said = { metric, value, threshold, label: `IPC ${shown}`, evidence: [evidenceOf(reading)] } as const;
    if (severity === null) return [judge.ok(said)];
    const text =
      value >= limits.bound
        ? `${shown} instructions a cycle at ${formatNumber(used)} % busy: the instructions themselves are the limit.`
        : `${shown} instructions a cycle at ${formatNumber(used)} % busy: the CPUs mostly wait for memory (${formatNumber(1 / Math.max(value, 0.01))} cycles an instruction).`;
    return [judge.finding(said, { severity, text })];
  },
});
