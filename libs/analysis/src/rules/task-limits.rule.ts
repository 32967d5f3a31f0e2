import { collect } from '../collect';
import { formatBeside, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

const BOUNDS = [
  ['task.threads_max', 'threads-max'],
  ['task.pid_max', 'pid_max'],
] as const;

export const taskLimitsRule = defineRule({
  id: 'task-limits',
  version: 1,
  title: 'Threads against their limits',
  headline: 'Threads run out',
  resource: 'task',
  aspect: 'utilization',
  metrics: ['task.threads', 'task.threads_max', 'task.pid_max'],
  thresholds: { warn: percent(80) },
  why: 'fork fails next.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const threads = evidence.measurement('task.threads');
    if (!threads) return [judge.missing('task.threads')];
    const bounds = collect(BOUNDS, ([metric, name]) => {
      const told = evidence.measurement(metric);
      return told && told.value > 0 ? { told, name } : null;
    });
    const nearest = bounds.sort((a, b) => a.told.value - b.told.value)[0];
    if (!nearest) return [judge.missing('task.threads_max')];
    const value = (100 * threads.value) / nearest.told.value;
    const shown = formatBeside(value, limits.warn, '%');
    const said = {
      metric: 'task.threads',
      value,
      unit: '%',
      threshold: limits.warn,
      label: `threads ${shown}`,
      evidence: [evidenceOf(threads.reading), evidenceOf(nearest.told.reading)],
    } as const;
    if (value <= limits.warn) return [judge.ok(said)];
    return [
      judge.finding(said, {
        severity: 'warn',
        text: `${formatNumber(threads.value)} threads of ${formatNumber(nearest.told.value)} (${nearest.name}) exist (${shown}).`,
      }),
    ];
  },
});
