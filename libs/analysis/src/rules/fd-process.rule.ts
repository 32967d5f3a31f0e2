import { formatBeside, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const fdProcessRule = defineRule({
  id: 'fd-process',
  version: 1,
  title: 'Open files of a process',
  headline: 'A process runs out of file descriptors',
  resource: 'fd',
  aspect: 'utilization',
  metrics: ['fd.process_open', 'fd.process_limit'],
  thresholds: { warn: percent(80), crit: percent(95) },
  why: 'EMFILE comes next: the process can open no file and accept no connection.',
  next: 'sockets',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'fd.process_open';
    const processes = evidence.instances(metric);
    if (processes.length === 0) return [judge.missing(metric)];
    const judged = processes.map((instance) => {
      const [open, limit] = [
        evidence.measurement(metric, instance),
        evidence.measurement('fd.process_limit', instance),
      ];
      if (!open) return { share: -1, outcome: judge.missing(metric, instance) };
      if (!limit || limit.value <= 0) return { share: -1, outcome: judge.missing('fd.process_limit', instance) };
      const value = (100 * open.value) / limit.value;
      const severity = value > limits.crit ? 'crit' : value > limits.warn ? 'warn' : null;
      const threshold = severity === 'crit' ? limits.crit : limits.warn;
      const shown = formatBeside(value, threshold, '%');
      const said = {
        instance,
        metric,
        value,
        unit: '%',
        threshold,
        label: `fd ${shown}`,
        evidence: [evidenceOf(open.reading), evidenceOf(limit.reading)],
      } as const;
      const text = `${instance} has ${formatNumber(open.value)} of the ${formatNumber(limit.value)} files open that it may (${shown}).`;
      return { share: value, outcome: severity === null ? judge.ok(said) : judge.finding(said, { severity, text }) };
    });
    // Hundreds of processes are well: the fullest of them speaks for the rest.
    const [fullest] = judged.filter(({ outcome }) => outcome.outcome === 'ok').sort((a, b) => b.share - a.share);
    const telling = judged.filter(({ outcome }) => outcome.outcome === 'finding').map(({ outcome }) => outcome);
    const rest = fullest
      ? [fullest.outcome]
      : judged
          .filter(({ outcome }) => outcome.outcome === 'unknown')
          .slice(0, 1)
          .map(({ outcome }) => outcome);
    return [...telling, ...rest];
  },
});
