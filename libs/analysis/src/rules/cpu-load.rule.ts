import { formatNumber } from '../format';
import { found, isFinding } from '../judge';
import { evidenceOf, lastOf, mergeEvidence } from '../reading';
import { defineRule } from '../rule';
import { multiple } from '../thresholds';

const trend = (load1: number, load5: number | null, load15: number | null): string => {
  if (load5 === null || load15 === null) return '';
  const numbers = `${formatNumber(load5)} over 5 and ${formatNumber(load15)} over 15 minutes`;
  if (load1 > load5 * 1.1 && load5 > load15) return `, rising (${numbers})`;
  if (load1 < load5 * 0.9 && load5 < load15) return `, falling (${numbers})`;
  return ` (${numbers})`;
};

export const cpuLoadRule = defineRule({
  id: 'cpu-load',
  version: 1,
  title: 'Load average against CPUs',
  headline: 'Load is high',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.load1', 'cpu.load5', 'cpu.load15'],
  thresholds: { warn: multiple(1.5), crit: multiple(3) },
  why: 'Load counts queued and uninterruptible tasks: alone it is a hint, to be read with CPU pressure and I/O wait.',
  next: 'runq-latency',
  evaluate: ({ evidence, limits, outcomesOf }, judge) => {
    const reading = evidence.reading('cpu.load1');
    const load1 = reading && lastOf(reading);
    if (!reading || load1 === null) return [judge.missing('cpu.load1')];
    const cpus = evidence.cpus();
    if (cpus === null) return [judge.unknown('the number of CPUs is not known', 'cpu.load1')];
    const others = (['cpu.load5', 'cpu.load15'] as const).map((metric) => evidence.reading(metric));
    const [load5 = null, load15 = null] = others.map((other) => other && lastOf(other));
    const waits = ['cpu-pressure', 'cpu-runqueue', 'cpu-iowait', 'disk-pressure'].filter((id) => found(outcomesOf(id)));
    const perCpu = load1 / cpus;
    const beyondCrit = perCpu > limits.crit;
    const severity = beyondCrit && waits.length > 0 ? 'crit' : 'warn';
    const said = {
      metric: 'cpu.load1',
      value: load1,
      threshold: (severity === 'crit' ? limits.crit : limits.warn) * cpus,
      label: `load ${formatNumber(load1)}`,
      evidence: mergeEvidence([reading, ...others].flatMap((r) => (r ? [evidenceOf(r)] : []))),
    } as const;
    if (perCpu <= limits.warn) return [judge.ok(said, { threshold: limits.warn * cpus })];
    const agrees = waits
      .flatMap((id) => outcomesOf(id).filter(isFinding))
      .map((finding) => finding.label)
      .slice(0, 2);
    const alone =
      agrees.length > 0 ? `; ${agrees.join(' and ')} agree` : '; nothing else shows waiting, so take it as a hint';
    return [
      judge.finding(said, {
        severity,
        text: `Load ${formatNumber(load1)} on ${cpus} CPUs, ${formatNumber(perCpu)} a CPU${trend(load1, load5, load15)}${alone}.`,
      }),
    ];
  },
});
