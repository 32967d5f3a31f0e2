import { type MetricId, type RuleOutcome } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { type Judge } from './judge';

interface PressureSpec {
  readonly some: MetricId;
  readonly full: MetricId;
  readonly limits: { readonly some: number; readonly full: number };
  /** As in /proc/pressure: `io`. */
  readonly name: string;
  /** What is waited for. */
  readonly words: string;
}

/**
 * PSI of memory and I/O: `some` beyond its bound is a warning, `full` beyond its own critical. Both are shares of the
 * window, so they are averaged and not asked to be sustained.
 */
export const judgePressure = (evidence: EvidenceIndex, judge: Judge, spec: PressureSpec): RuleOutcome => {
  const full = judge.level({
    metric: spec.full,
    reading: evidence.reading(spec.full),
    limits: { crit: spec.limits.full },
    over: 'mean',
    label: ({ shown }) => `psi ${spec.name} full ${shown}`,
    text: ({ shown }) => `All threads waited for ${spec.words} during ${shown} of the window (PSI full).`,
  });
  if (full.outcome === 'finding') return full;
  const some = judge.level({
    metric: spec.some,
    reading: evidence.reading(spec.some),
    limits: { warn: spec.limits.some },
    over: 'mean',
    label: ({ shown }) => `psi ${spec.name} ${shown}`,
    text: ({ shown }) => `Some thread waited for ${spec.words} during ${shown} of the window (PSI some).`,
  });
  // `full` is never larger than `some`: an ok needs both, or `some` below the bound of `full`.
  if (some.outcome === 'ok' && full.outcome === 'unknown' && (some.value ?? 0) > spec.limits.full) return full;
  return some;
};
