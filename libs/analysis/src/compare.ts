import {
  metric as metricOf,
  type ComparisonOutcome,
  type MetricComparison,
  type MetricId,
} from '@fleetscope/contracts';
import { standingOf, tooThin, type Baseline } from './baseline';
import { smallestDifference } from './floors';
import { formatList, formatPlural, formatValue } from './format';
import { MIN_PEERS, type Headline } from './peers';
import { adjustForMany, compareSamples, effectSize } from './rank-tests';
import { median, modifiedZ, normalTail } from './statistics';

/** Values of one metric and instance on both sides: of hosts, or of the samples of a window. */
export interface Pair {
  readonly metric: MetricId;
  readonly instance: string | null;
  readonly candidate: readonly number[];
  readonly reference: readonly number[];
}

const SIGNIFICANT = 0.05;
const OUTLIER_Z = 3.5;

/** Whether the clearest difference there could be would be told at all: 2 / C(n1 + n2, n1) ≤ 0.05. */
const canTell = (n1: number, n2: number): boolean => {
  let ways = 1;
  for (let i = 1; i <= Math.min(n1, n2); i++) ways = (ways * (n1 + n2 - i + 1)) / i;
  return n1 > 0 && n2 > 0 && 2 / ways <= SIGNIFICANT;
};

const directed = (metric: MetricId, higher: boolean): ComparisonOutcome => {
  const { direction } = metricOf(metric);
  if (direction === 'neither') return 'different';
  return (direction === 'higher-is-worse') === higher ? 'worse' : 'better';
};

const WORDS: Record<ComparisonOutcome, string> = {
  better: 'better',
  worse: 'worse',
  different: 'different',
  'none-shown': 'no difference shown',
  'too-little-data': 'too little data',
};

interface Draft {
  readonly pair: Pair;
  readonly p: number | null;
  readonly delta: number | null;
  /** What it is if the difference stands the correction. */
  readonly outcome: ComparisonOutcome;
  readonly note: string;
}

const finish = (drafts: readonly Draft[]): MetricComparison[] => {
  const tested = drafts.flatMap(({ p }) => (p === null ? [] : [p]));
  const adjusted = adjustForMany(tested);
  let next = 0;
  const done = drafts.map(({ pair, p, delta, outcome: drafted, note }): MetricComparison => {
    const adjustedP = p === null ? null : (adjusted[next++] ?? 1);
    const { title, unit } = metricOf(pair.metric);
    const outcome =
      adjustedP !== null && adjustedP > SIGNIFICANT && drafted !== 'too-little-data' ? 'none-shown' : drafted;
    const [mine, other] = [median(pair.candidate), median(pair.reference)];
    const shown = (value: number | null): string => (value === null ? 'no value' : formatValue(value, unit));
    return {
      metric: pair.metric,
      instance: pair.instance,
      title,
      unit,
      outcome,
      candidate: { count: pair.candidate.length, middle: mine },
      reference: { count: pair.reference.length, middle: other },
      p,
      adjustedP,
      delta,
      text: `${title}${pair.instance === null ? '' : ` of ${pair.instance}`}: ${shown(mine)} against ${shown(other)}, ${WORDS[outcome]}${note === '' ? '' : ` (${note})`}`,
    };
  });
  const rank: Record<ComparisonOutcome, number> = {
    worse: 0,
    better: 1,
    different: 2,
    'none-shown': 3,
    'too-little-data': 4,
  };
  return done.sort(
    (a, b) =>
      rank[a.outcome] - rank[b.outcome] ||
      (a.adjustedP ?? 1) - (b.adjustedP ?? 1) ||
      Math.abs(b.delta ?? 0) - Math.abs(a.delta ?? 0) ||
      (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0),
  );
};

/**
 * Two sets of values a metric, by ranks: a difference counts when it stands the correction for many metrics, is of at least
 * medium size, and is large enough to matter in the metric's unit.
 */
export const comparePairs = (pairs: readonly Pair[]): MetricComparison[] =>
  finish(
    pairs.map((pair): Draft => {
      const { metric, candidate, reference } = pair;
      const test = compareSamples(candidate, reference);
      const [mine, other] = [median(candidate), median(reference)];
      if (!test || mine === null || other === null || !canTell(candidate.length, reference.length))
        return {
          pair,
          p: null,
          delta: test?.delta ?? null,
          outcome: 'too-little-data',
          note: `${candidate.length} and ${formatPlural(reference.length, 'value')}`,
        };
      const size = effectSize(test.delta);
      const matters =
        (size === 'medium' || size === 'large') && Math.abs(mine - other) >= smallestDifference(metric, other);
      return {
        pair,
        p: test.p,
        delta: test.delta,
        outcome: matters ? directed(metric, test.delta > 0) : 'none-shown',
        note: matters ? `${size} effect` : '',
      };
    }),
  );

/** One host against others at the same time: the modified z-score of its headline values. */
export const compareWithPeers = (headline: Headline, peers: readonly Headline[]): MetricComparison[] =>
  finish(
    (Object.keys(headline) as MetricId[]).flatMap((metric): Draft[] => {
      const value = headline[metric];
      if (value === null || value === undefined) return [];
      const reference = peers.flatMap((peer) => peer[metric] ?? []);
      const pair: Pair = { metric, instance: null, candidate: [value], reference };
      if (reference.length < MIN_PEERS)
        return [
          { pair, p: null, delta: null, outcome: 'too-little-data', note: formatPlural(reference.length, 'peer') },
        ];
      const z = modifiedZ(value, reference, smallestDifference(metric, median(reference) ?? 0)) ?? 0;
      const delta = compareSamples([value], reference)?.delta ?? null;
      const outcome = Math.abs(z) > OUTLIER_Z ? directed(metric, z > 0) : 'none-shown';
      return [
        {
          pair,
          p: Math.min(1, 2 * normalTail(z)),
          delta,
          outcome,
          note: outcome === 'none-shown' ? '' : `z ${z.toFixed(1)}`,
        },
      ];
    }),
  );

/** One host against its class's past. */
export const compareWithBaseline = (
  headline: Headline,
  baselines: ReadonlyMap<MetricId, Baseline>,
): MetricComparison[] =>
  finish(
    (Object.keys(headline) as MetricId[]).flatMap((metric): Draft[] => {
      const value = headline[metric];
      const baseline = baselines.get(metric);
      if (value === null || value === undefined || !baseline) return [];
      const pair: Pair = { metric, instance: null, candidate: [value], reference: baseline.sorted };
      const standing = standingOf(baseline, value);
      if (!standing) return [{ pair, p: null, delta: null, outcome: 'too-little-data', note: tooThin(baseline) ?? '' }];
      const { position, side } = standing;
      return [
        {
          pair,
          // Its place among the past is shown, not tested: the bounds of a standing are the judgement.
          p: null,
          delta: 2 * position - 1,
          outcome: side === 'within' ? 'none-shown' : directed(metric, side === 'above'),
          note: side === 'within' ? '' : standing.text,
        },
      ];
    }),
  );

/** The comparison in one word and one sentence. */
export const summarise = (metrics: readonly MetricComparison[]): { outcome: ComparisonOutcome; summary: string } => {
  const of = (outcome: ComparisonOutcome): MetricComparison[] => metrics.filter((one) => one.outcome === outcome);
  const [worse, better, different, same, thin] = [
    of('worse'),
    of('better'),
    of('different'),
    of('none-shown'),
    of('too-little-data'),
  ];
  const names = (list: readonly MetricComparison[]): string =>
    formatList(
      [...new Set(list.map(({ metric, instance }) => (instance === null ? metric : `${metric} of ${instance}`)))],
      3,
    );
  const judged = metrics.length - thin.length;
  const rest = `${formatPlural(judged, 'metric')} compared${thin.length > 0 ? `, too little data for ${thin.length} more` : ''}`;
  if (judged === 0) return { outcome: 'too-little-data', summary: 'Too little data to compare anything.' };
  const parts = [
    ...(worse.length > 0 ? [`worse in ${worse.length}: ${names(worse)}`] : []),
    ...(better.length > 0 ? [`better in ${better.length}: ${names(better)}`] : []),
    ...(different.length > 0 ? [`otherwise in ${different.length}: ${names(different)}`] : []),
  ];
  if (parts.length === 0) return { outcome: 'none-shown', summary: `No difference shown (${rest}).` };
  const outcome =
    worse.length > 0 && better.length > 0
      ? 'different'
      : worse.length > 0
        ? 'worse'
        : better.length > 0
          ? 'better'
          : 'different';
  const text = parts.join('; ');
  return {
    outcome,
    summary: `${text.charAt(0).toUpperCase()}${text.slice(1)}; no difference shown in ${same.length} (${rest}).`,
  };
};
