import { formatNumber } from '../format';
import { defineRule } from '../rule';
import { count, multiple } from '../thresholds';

export const cpuRunqueueRule = defineRule({
  id: 'cpu-runqueue',
  version: 1,
  title: 'Run queue against CPUs',
  headline: 'Threads queue for a CPU',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.runqueue'],
  thresholds: { warn: multiple(1), crit: multiple(2), minSamples: count(3) },
  why: '70 % busy with 12 queued is far worse than 95 % with 1.',
  next: 'runq-latency',
  evaluate: ({ evidence, limits }, judge) => {
    const cpus = evidence.cpus();
    const reading = evidence.reading('cpu.runqueue');
    if (!reading) return [judge.missing('cpu.runqueue')];
    if (cpus === null) return [judge.unknown('the number of CPUs is not known', 'cpu.runqueue')];
    const outcome = judge.level({
      metric: 'cpu.runqueue',
      limits: { warn: limits.warn * cpus, crit: limits.crit * cpus },
      label: ({ shown }) => `runq ${shown}`,
      text: ({ value, shown, span }) =>
        `${shown} or more threads run or wait for ${cpus === 1 ? 'the one CPU' : `${cpus} CPUs`} ${span}: ${formatNumber(Math.max(0, value - cpus))} are queued.`,
    });
    // The run queue is a snapshot, not a mean: one or two of them beyond the bound are a spike.
    if (outcome.outcome === 'finding' && reading.total < limits.minSamples)
      return [
        judge.unknown(
          `${reading.step} gave ${reading.total} sample(s): too few to call ${formatNumber(outcome.value ?? 0)} queued threads sustained`,
          'cpu.runqueue',
        ),
      ];
    return [outcome];
  },
});
