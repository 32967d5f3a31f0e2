import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const cpuSoftirqRule = defineRule({
  id: 'cpu-softirq',
  version: 1,
  title: 'Software interrupts on one CPU',
  headline: 'Packet processing is pinned to one CPU',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.softirq'],
  thresholds: { warn: percent(50) },
  why: 'Packet processing is pinned to one core: its share of the traffic is limited by that core.',
  next: 'network-stack',
  evaluate: ({ evidence, limits }, judge) => {
    const cpus = evidence.instances('cpu.softirq').filter((cpu) => /^\d+$/.test(cpu));
    if (cpus.length === 0) return [judge.missing('cpu.softirq', '0')];
    return cpus.map((cpu) =>
      judge.level({
        metric: 'cpu.softirq',
        instance: cpu,
        limits,
        beyond: 'at-least',
        label: ({ shown }) => `cpu${cpu} ${shown} soft`,
        text: ({ shown, span }) => `cpu${cpu} spends at least ${shown} of its time in software interrupts, ${span}.`,
      }),
    );
  },
});
