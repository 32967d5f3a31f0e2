import { type MetricId, type RuleOutcome } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { formatBeside, formatNumber } from './format';
import { bucketQuantile, timesOf } from './histograms';
import { type Judge } from './judge';
import { evidenceOf, lastOf } from './reading';

interface TailSpec {
  /** Milliseconds, of the slowest in a hundred; where no histogram was traced, a tool may print it itself. */
  readonly metric: MetricId;
  /** Names of the histograms. */
  readonly histograms: RegExp;
  readonly limits: { readonly warn: number; readonly crit: number };
  /** What is counted: `waits`. */
  readonly counted: string;
  /** Before the value, in a cell: `runq p99`. */
  readonly label: string;
  readonly text: (shown: string, instance: string | null) => string;
}

/** The 99th percentile of traced times against its bounds, of each histogram and of what tools print. */
export const judgeTail = (evidence: EvidenceIndex, judge: Judge, spec: TailSpec): RuleOutcome[] => {
  const { metric, limits } = spec;
  const told = [
    ...evidence.candidates(metric),
    ...evidence.instances(metric).flatMap((i) => evidence.candidates(metric, i)),
  ];
  const all = [
    ...timesOf(evidence, spec.histograms).map((times) => ({
      instance: times.instance,
      value: bucketQuantile(times, 0.99),
      evidence: [times.evidence],
      of: `${formatNumber(times.count)} ${spec.counted}`,
    })),
    ...told.map((reading) => ({
      instance: reading.instance,
      value: lastOf(reading) ?? 0,
      evidence: [evidenceOf(reading)],
      of: `the ${spec.counted}`,
    })),
  ];
  if (all.length === 0) return [judge.missing(metric)];
  return all.map(({ instance, value, evidence: cited, of }) => {
    const severity = value > limits.crit ? 'crit' : value > limits.warn ? 'warn' : null;
    const threshold = severity === 'crit' ? limits.crit : limits.warn;
    const shown = formatBeside(value, threshold, 'ms');
    const said = { instance, metric, value, threshold, label: `${spec.label} ${shown}`, evidence: cited } as const;
    if (severity === null) return judge.ok(said);
    return judge.finding(said, { severity, text: `${spec.text(shown, instance)}, of ${of}.` });
  });
};
