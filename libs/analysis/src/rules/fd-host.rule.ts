import { formatBeside, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const fdHostRule = defineRule({
  id: 'fd-host',
  version: 1,
  title: 'Open files of the host',
  headline: 'File descriptors run out',
  resource: 'fd',
  aspect: 'utilization',
  metrics: ['fd.open', 'fd.max'],
  thresholds: { warn: percent(80), crit: percent(95) },
  why: 'ENFILE comes next: no process can open a file or a socket.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const [open, limit] = [evidence.measurement('fd.open'), evidence.measurement('fd.max')];
    if (!open) return [judge.missing('fd.open')];
    if (!limit || limit.value <= 0) return [judge.missing('fd.max')];
    const value = (100 * open.value) / limit.value;
    const severity = value > limits.crit ? 'crit' : value > limits.warn ? 'warn' : null;
    const bound = severity === 'crit' ? limits.crit : limits.warn;
    const shown = formatBeside(value, bound, '%');
    const said = {
      metric: 'fd.open',
      value,
      unit: '%',
      threshold: bound,
      label: `fd ${shown}`,
      evidence: [evidenceOf(open.reading), evidenceOf(limit.reading)],
    } as const;
    if (severity === null) return [judge.ok(said)];
    return [
      judge.finding(said, {
        severity,
        text: `${formatNumber(open.value)} of ${formatNumber(limit.value)} open files of the host are taken (${shown}).`,
      }),
    ];
  },
});
