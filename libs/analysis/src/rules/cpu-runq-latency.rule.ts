import { formatBeside, formatNumber } from '../format';
import { bucketQuantile, timesOf } from '../histograms';
import { evidenceOf, lastOf } from '../reading';
import { defineRule } from '../rule';
import { milliseconds } from '../thresholds';

export const cpuRunqLatencyRule = defineRule({
  id: 'cpu-runq-latency',
  version: 1,
  title: 'Time waited for a CPU',
  headline: 'Threads wait long for a CPU',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.runq_latency'],
  thresholds: { warn: milliseconds(10), crit: milliseconds(50) },

  deep: true,
  why: 'A thread that waits for a CPU does nothing, though the CPU may look idle on average.',
  next: 'cpu-profile',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'cpu.runq_latency';
    const measured = timesOf(evidence, /run.?q.*lat/);
    const told = [
      ...evidence.candidates(metric),
      ...evidence.instances(metric).flatMap((i) => evidence.candidates(metric, i)),
    ];
    const all = [
      ...measured.map((times) => ({
        instance: times.instance,
        value: bucketQuantile(times, 0.99),
        evidence: [times.evidence],
        of: `${formatNumber(times.count)} waits`,
      })),
      ...told.map((reading) => ({
        instance: reading.instance,
        value: lastOf(reading) ?? 0,
        evidence: [evidenceOf(reading)],
        of: 'the waits',
      })),
    ];
    if (all.length === 0) return [judge.missing(metric)];
    return all.map(({ instance, value, evidence: cited, of }) => {
      const severity = value > limits.crit ? 'crit' : value > limits.warn ? 'warn' : null;
      const threshold = severity === 'crit' ? limits.crit : limits.warn;
      const shown = formatBeside(value, threshold, 'ms');
      const said = { instance, metric, value, threshold, label: `runq p99 ${shown}`, evidence: cited } as const;
      if (severity === null) return judge.ok(said);
      return judge.finding(said, {
        severity,
        text: `One in a hundred threads waited at least ${shown} for a CPU${instance === null ? '' : ` (${instance})`}, of ${of}.`,
      });
    });
  },
});
