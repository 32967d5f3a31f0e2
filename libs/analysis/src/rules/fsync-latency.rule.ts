import { formatBeside, formatNumber } from '../format';
import { bucketQuantile, timesOf } from '../histograms';
import { evidenceOf, lastOf } from '../reading';
import { defineRule } from '../rule';
import { milliseconds } from '../thresholds';

export const fsyncLatencyRule = defineRule({
  id: 'fsync-latency',
  version: 1,
  title: 'Time of an fsync',
  headline: 'fsync is slow',
  resource: 'filesystem',
  aspect: 'saturation',
  metrics: ['filesystem.fsync_latency'],
  thresholds: { warn: milliseconds(50), crit: milliseconds(500) },

  deep: true,
  why: 'A database waits for fsync at every commit: a backup’s flush blocks its log writer.',
  next: 'fsync-latency',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'filesystem.fsync_latency';
    const measured = timesOf(evidence, /f(data)?sync/);
    const told = [
      ...evidence.candidates(metric),
      ...evidence.instances(metric).flatMap((i) => evidence.candidates(metric, i)),
    ];
    const all = [
      ...measured.map((times) => ({
        instance: times.instance,
        value: bucketQuantile(times, 0.99),
        evidence: [times.evidence],
        of: `${formatNumber(times.count)} calls`,
      })),
      ...told.map((reading) => ({
        instance: reading.instance,
        value: lastOf(reading) ?? 0,
        evidence: [evidenceOf(reading)],
        of: 'the calls',
      })),
    ];
    if (all.length === 0) return [judge.missing(metric)];
    return all.map(({ instance, value, evidence: cited, of }) => {
      const severity = value > limits.crit ? 'crit' : value > limits.warn ? 'warn' : null;
      const threshold = severity === 'crit' ? limits.crit : limits.warn;
      const shown = formatBeside(value, threshold, 'ms');
      const said = { instance, metric, value, threshold, label: `fsync p99 ${shown}`, evidence: cited } as const;
      if (severity === null) return judge.ok(said);
      return judge.finding(said, {
        severity,
        text: `One in a hundred calls of fsync${instance === null ? '' : ` by ${instance}`} took at least ${shown}, of ${of}.`,
      });
    });
  },
});
