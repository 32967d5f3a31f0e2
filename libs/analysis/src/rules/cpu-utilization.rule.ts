import { formatMultiple, formatNumber } from '../format';
import { mmcWaitMultiple } from '../queueing';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

const waiting = (percentBusy: number, cpus: number | null): string => {
  const servers = cpus ?? 1;
  const wait = mmcWaitMultiple(Math.max(0, percentBusy) / 100, servers);
  const model = `M/M/${servers}`;
  if (!Number.isFinite(wait)) return `at full use the queue has no end (${model})`;
  return `work waits ${formatMultiple(wait)} its service time on average (${model})`;
};

export const cpuUtilizationRule = defineRule({
  id: 'cpu-utilization',
  version: 1,
  title: 'CPU utilization',
  headline: 'CPUs are busy',
  resource: 'cpu',
  aspect: 'utilization',
  metrics: ['cpu.utilization'],
  thresholds: { warn: percent(80), crit: percent(95) },
  why: 'Waiting grows without bound as utilization nears 100 %: with one server 4 service times at 80 %, 9 at 90 %.',
  next: 'cpu-profile',
  evaluate: ({ evidence, limits }, judge) => {
    const cpus = evidence.cpus();
    return [
      judge.level({
        metric: 'cpu.utilization',
        instance: 'all',
        reading: evidence.hostWide('cpu.utilization'),
        limits,
        label: ({ shown }) => `cpu ${shown}`,
        text: ({ value, shown, span }) =>
          `${cpus === null ? 'The CPUs' : cpus === 1 ? 'The one CPU' : `All ${formatNumber(cpus)} CPUs together`} ${cpus === 1 ? 'is' : 'are'} at least ${shown} busy ${span}: ${waiting(value, cpus)}.`,
      }),
    ];
  },
});
