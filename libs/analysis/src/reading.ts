import { type EvidenceRef, type MetricId } from '@fleetscope/contracts';
import { mean } from './statistics';

/** One number and where it was printed. */
export interface Sample {
  readonly value: number;
  readonly lines: readonly number[];
  /** Epoch milliseconds of the end of its interval; null where the text has no clock. */
  readonly at: number | null;
}

/** What one step says of one metric and instance, samples in order. */
export interface Reading {
  readonly metric: MetricId;
  readonly instance: string | null;
  readonly step: string;
  readonly samples: readonly Sample[];
  /** Samples the window had, those without a number included. */
  readonly total: number;
  /** Of these, reports that left the instance out because it was idle (`iostat -z`). */
  readonly idle: number;
}

export type Beyond = 'above' | 'at-least' | 'below';

export const isBeyond = (value: number, bound: number, beyond: Beyond): boolean =>
  beyond === 'above' ? value > bound : beyond === 'at-least' ? value >= bound : value < bound;

/** "Sustained" is at least this share of the window's samples. */
export const SUSTAINED_SHARE = 0.6;

const needed = (total: number): number => Math.max(1, Math.ceil(total * SUSTAINED_SHARE - 1e-9));

export const isSustained = (crossed: number, total: number): boolean => total > 0 && crossed >= needed(total);

/**
 * The level that 60 % of the window's samples reach: a value that was really printed, and beyond a bound exactly when the
 * reading is beyond it in a sustained way. 0 where the instance was idle for most of the window; null when too few samples
 * carry a number.
 */
export const sustainedLevel = (reading: Reading, beyond: Beyond): number | null => {
  const sorted = reading.samples.map((sample) => sample.value).sort((a, b) => (beyond === 'below' ? a - b : b - a));
  const rank = needed(reading.total);
  return sorted[rank - 1] ?? (rank <= sorted.length + reading.idle ? 0 : null);
};

export const meanOf = (reading: Reading): number | null => mean(reading.samples.map((sample) => sample.value));

export const lastOf = (reading: Reading): number | null => reading.samples[reading.samples.length - 1]?.value ?? null;

/** Ascending, each once. Samples mostly stand in their lines' order already, one line each. */
const linesOf = (samples: readonly Sample[]): number[] => {
  const lines: number[] = [];
  let ordered = true;
  for (const sample of samples)
    for (const line of sample.lines) {
      if (lines.length > 0 && line <= (lines[lines.length - 1] ?? 0)) ordered = false;
      lines.push(line);
    }
  return ordered ? lines : [...new Set(lines)].sort((a, b) => a - b);
};

/** The samples' lines as evidence; without `samples` those of the whole reading. */
export const evidenceOf = (reading: Reading, samples: readonly Sample[] = reading.samples): EvidenceRef => ({
  step: reading.step,
  lines: linesOf(samples),
});

/** One reference per step, in the order the steps are first named. */
export const mergeEvidence = (refs: readonly EvidenceRef[]): EvidenceRef[] => {
  if (refs.length < 2) return [...refs];
  const lines = new Map<string, Set<number>>();
  for (const ref of refs) {
    const known = lines.get(ref.step) ?? new Set<number>();
    ref.lines.forEach((line) => known.add(line));
    lines.set(ref.step, known);
  }
  return [...lines].map(([step, set]) => ({ step, lines: [...set].sort((a, b) => a - b) }));
};

/**
 * Sample by sample over several readings of one step: `combine` gets the values in the order of `readings` (null where a
 * reading has none there) and gives the new value, or null for no sample. Readings are matched by their lines when they
 * were printed in the same rows, by position when not.
 */
export const combineReadings = (
  first: Reading,
  others: readonly (Reading | null)[],
  combine: (value: number, others: readonly (number | null)[]) => number | null,
): Reading => {
  const finders = others.map((other) => {
    if (!other) return () => null;
    const byLine = new Map(other.samples.map((sample) => [sample.lines[0], sample]));
    const sameRows = first.samples.some((sample) => byLine.has(sample.lines[0]));
    return (sample: Sample, index: number): Sample | null =>
      (sameRows ? byLine.get(sample.lines[0]) : other.samples[index]) ?? null;
  });
  const samples = first.samples.flatMap((sample, index) => {
    const matches = finders.map((find) => find(sample, index));
    const value = combine(
      sample.value,
      matches.map((match) => match?.value ?? null),
    );
    const lines = [...new Set([...sample.lines, ...matches.flatMap((match) => match?.lines ?? [])])];
    return value === null ? [] : [{ value, lines, at: sample.at }];
  });
  return { ...first, samples };
};
