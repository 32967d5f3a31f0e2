import { formatValue } from '../format';
import { spanOf } from '../judge';
import { combineReadings, evidenceOf, isSustained, sustainedLevel, withSamples } from '../reading';
import { defineRule } from '../rule';
import { percent, share } from '../thresholds';

export const cpuSystemRule = defineRule({
  id: 'cpu-system',
  version: 1,
  title: 'CPU time in the kernel',
  headline: 'CPU time goes into the kernel',
  resource: 'cpu',
  aspect: 'workload',
  metrics: ['cpu.system', 'cpu.utilization'],
  thresholds: { warn: percent(30), ofBusy: share(0.5) },
  why: 'Time goes into the kernel, not into the application: system calls, memory management, the network stack.',
  next: 'syscall-latency',
  evaluate: ({ evidence, limits }, judge) => {
    const instance = evidence.reading('cpu.system', 'all') ? 'all' : null;
    const [system = null, busy = null] = evidence.together(['cpu.system', 'cpu.utilization'], instance) ?? [];
    if (!system) return [judge.missing('cpu.system', 'all')];
    if (!busy) return [judge.missing('cpu.utilization', 'all')];
    const crossed = combineReadings(system, [busy], (sys, [all = null]) =>
      all !== null && sys > limits.warn && sys > all * limits.ofBusy ? sys : null,
    ).samples;
    const sustained = isSustained(crossed.length, system.total);
    const value = sustainedLevel(sustained ? withSamples(system, crossed) : system, 'above');
    if (value === null) return [judge.unknown(`${system.step} printed too few numbers`, 'cpu.system', 'all')];
    const shown = formatValue(value, '%');
    const said = {
      instance: 'all',
      metric: 'cpu.system',
      value,
      threshold: limits.warn,
      label: `sys ${shown}`,
    } as const;
    if (!sustained) return [judge.ok(said, { evidence: [evidenceOf(system)] })];
    return [
      judge.finding(said, {
        severity: 'warn',
        text: `The kernel takes at least ${shown} of the CPU time and more than half of what is busy, ${spanOf(crossed.length, system.total)}.`,
        evidence: [evidenceOf(system, crossed)],
      }),
    ];
  },
});
