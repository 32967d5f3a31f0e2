import { type EvidenceRef, type MetricId } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { evidenceOf, meanOf, type Reading } from './reading';

export interface Counted {
  readonly metric: MetricId;
  readonly reading: Reading;
  /** Events over the window: mean rate × length. */
  readonly count: number;
  /** The samples in which it grew. */
  readonly grew: EvidenceRef;
}

/** Counters are rates in the evidence; this is what they counted. Null when not read. */
export const countOf = (evidence: EvidenceIndex, metric: MetricId, instance: string | null = null): Counted | null =>
  counted(evidence, evidence.reading(metric, instance));

/** Of this very step, when rates must share their window. */
export const countsTogether = (
  evidence: EvidenceIndex,
  metrics: readonly [MetricId, ...MetricId[]],
  instance: string | null = null,
): (Counted | null)[] =>
  (evidence.together(metrics, instance) ?? metrics.map(() => null)).map((reading) => counted(evidence, reading));

const counted = (evidence: EvidenceIndex, reading: Reading | null): Counted | null => {
  const rate = reading && meanOf(reading);
  if (!reading || rate === null) return null;
  // Rates are printed with two digits at best: the count they stand for is a whole number.
  const exact = rate * evidence.windowSeconds;
  const whole = Math.round(exact);
  const count = rate > 0 ? (Math.abs(exact - whole) < 0.05 || exact > 100 ? Math.max(whole, 1) : exact) : 0;
  return {
    metric: reading.metric,
    reading,
    count,
    grew: evidenceOf(
      reading,
      reading.samples.filter(({ value }) => value > 0),
    ),
  };
};
