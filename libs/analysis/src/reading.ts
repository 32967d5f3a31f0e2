import { type EvidenceRef, type MetricId, type Series } from '@fleetscope/contracts';
import { ascending, mean } from './statistics';

/** One number and where it was printed. */
export interface Sample {
  readonly value: number;
  readonly lines: readonly number[];
  /** Epoch milliseconds of the end of its interval; null where the text has no clock. */
  readonly at: number | null;
}

/**
 * What one step says of one metric and instance, samples in order. Thousands are made for each fleet and most are asked
 * for little: what can be derived is, once, when a rule asks for it.
 */
export abstract class Reading {
  private average: number | null | undefined;
  private whole: EvidenceRef | undefined;

  constructor(
    readonly metric: MetricId,
    readonly instance: string | null,
    readonly step: string,
    /** Samples the window had, those without a number included. */
    readonly total: number,
    /** Of these, reports that left the instance out because it was idle (`iostat -z`). */
    readonly idle: number,
  ) {}

  /** The samples' values alone. */
  abstract readonly values: readonly number[];
  abstract readonly samples: readonly Sample[];
  /** The samples' lines, one each; null where a sample has several or none. */
  abstract readonly lines: readonly number[] | null;
  /** The same samples as those of another metric, which was computed from this one. */
  abstract as(metric: MetricId): Reading;

  get mean(): number | null {
    return this.average === undefined ? (this.average = mean(this.values)) : this.average;
  }

  /** All lines it was printed in. */
  get cited(): EvidenceRef {
    return (this.whole ??= {
      step: this.step,
      lines: isAscending(this.lines) ? (this.lines as number[]) : linesOf(this.samples),
    });
  }
}

/** Rows of one printed column: `values`, `times` and `lines` stand side by side. */
export type Rows = Pick<Series, 'values' | 'times' | 'lines'>;

const samplesOf = ({ values, times, lines }: Rows): Sample[] => {
  const samples: Sample[] = [];
  for (let i = 0; i < values.length; i++) {
    const [value, line] = [values[i], lines[i]];
    if (value === null || value === undefined) continue;
    samples.push({ value, lines: line === undefined ? [] : [line], at: times[i] ?? null });
  }
  return samples;
};

/** A series as it was printed: samples are made when a rule asks for them one by one, which few do. */
export class SeriesReading extends Reading {
  private made: readonly Sample[] | null = null;
  readonly values: readonly number[];

  constructor(
    metric: MetricId,
    instance: string | null,
    step: string,
    readonly rows: Rows,
    total: number,
    idle: number,
  ) {
    super(metric, instance, step, total, idle);
    const { values } = rows;
    // Most series have no gap, and are their own numbers.
    this.values = values.includes(null) ? values.filter((value) => value !== null) : (values as readonly number[]);
  }

  get samples(): readonly Sample[] {
    return (this.made ??= samplesOf(this.rows));
  }

  get lines(): readonly number[] | null {
    const { values, lines } = this.rows;
    return this.values.length === values.length && lines.length === values.length ? lines : null;
  }

  as(metric: MetricId): Reading {
    return new SeriesReading(metric, this.instance, this.step, this.rows, this.total, this.idle);
  }
}

/** A single value, or samples that were computed and stand on several lines each. */
export class SampledReading extends Reading {
  readonly values: readonly number[];
  readonly lines = null;

  constructor(
    metric: MetricId,
    instance: string | null,
    step: string,
    readonly samples: readonly Sample[],
    total: number,
    idle: number,
  ) {
    super(metric, instance, step, total, idle);
    this.values = samples.map(({ value }) => value);
  }

  as(metric: MetricId): Reading {
    return new SampledReading(metric, this.instance, this.step, this.samples, this.total, this.idle);
  }
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
  const rank = needed(reading.total);
  if (rank > reading.values.length) return rank <= reading.values.length + reading.idle ? 0 : null;
  const sorted = ascending(reading.values);
  return sorted[beyond === 'below' ? rank - 1 : sorted.length - rank] ?? null;
};

export const meanOf = (reading: Reading): number | null => reading.mean;

export const lastOf = (reading: Reading): number | null => reading.values[reading.values.length - 1] ?? null;

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

const isAscending = (lines: readonly number[] | null): lines is readonly number[] => {
  if (lines === null) return false;
  for (let i = 1; i < lines.length; i++) if ((lines[i] ?? 0) <= (lines[i - 1] ?? 0)) return false;
  return true;
};

/** A reading with other samples in the place of its own. */
export const withSamples = (
  { metric, instance, step, total, idle }: Reading,
  samples: readonly Sample[],
): SampledReading => new SampledReading(metric, instance, step, samples, total, idle);

/** The samples' lines as evidence; without `samples` those of the whole reading. */
export const evidenceOf = (reading: Reading, samples?: readonly Sample[]): EvidenceRef =>
  samples ? { step: reading.step, lines: linesOf(samples) } : reading.cited;

const isSame = (a: readonly number[], b: readonly number[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Both ascending, each line once: as every reference has them. What one row printed is cited by the same lines. */
const mergeLines = (a: number[], b: readonly number[]): number[] =>
  a === b || isSame(a, b) ? a : [...new Set([...a, ...b])].sort((x, y) => x - y);

/** One reference per step, in the order the steps are first named. */
export const mergeEvidence = (refs: readonly EvidenceRef[]): EvidenceRef[] => {
  const merged: EvidenceRef[] = [];
  for (const ref of refs) {
    const at = merged.findIndex(({ step }) => step === ref.step);
    const known = merged[at];
    if (!known) merged.push(ref);
    else {
      const lines = mergeLines(known.lines, ref.lines);
      if (lines !== known.lines) merged[at] = { step: ref.step, lines };
    }
  }
  return merged;
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
  if (others.every((other) => other === null || sameLines(first, other))) return combineRows(first, others, combine);
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
  return withSamples(first, samples);
};

const sameLines = ({ lines }: Reading, { lines: others }: Reading): boolean =>
  lines !== null && others !== null && isSame(lines, others) && isAscending(lines);

/** The common case, printed in the same rows: no search for the row. */
const combineRows = (
  first: Reading,
  others: readonly (Reading | null)[],
  combine: (value: number, others: readonly (number | null)[]) => number | null,
): Reading => {
  const values: number[] = [];
  const kept: number[] = [];
  const row: (number | null)[] = others.map(() => null);
  for (let i = 0; i < first.values.length; i++) {
    for (let o = 0; o < others.length; o++) row[o] = others[o]?.values[i] ?? null;
    const value = combine(first.values[i] as number, row);
    if (value === null) continue;
    values.push(value);
    kept.push(i);
  }
  const { metric, instance, step, total, idle } = first;
  if (first instanceof SeriesReading && first.lines !== null) {
    const { times, lines } = first.rows;
    const rows =
      kept.length === first.values.length
        ? { values, times, lines }
        : { values, times: kept.map((i) => times[i] ?? null), lines: kept.map((i) => lines[i] as number) };
    return new SeriesReading(metric, instance, step, rows, total, idle);
  }
  return withSamples(
    first,
    kept.map((i, at) => ({ ...(first.samples[i] as Sample), value: values[at] as number })),
  );
};
