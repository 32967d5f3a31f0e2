import { type EvidenceRef, type MetricId } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { evidenceOf, meanOf, type Reading } from './reading';

export interface Counted {
  readonly metric: MetricId;
  readonly reading: Reading;
  /** Events a second. */
  readonly rate: number;
  /** Events over the window: mean rate × length, a whole number. */
  readonly count: number;
}

/** The samples in which it grew. */
export const grewIn = ({ reading }: Counted): EvidenceRef =>
  evidenceOf(
    reading,
    reading.samples.filter(({ value }) => value > 0),
  );

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
  // A count is whole, whatever the rounding of the printed rate and the length of the window make of it.
  const count = rate > 0 ? Math.max(1, Math.round(rate * evidence.windowSeconds)) : 0;
  return {
    metric: reading.metric,
    reading,
    rate,
    count,
  };
};
