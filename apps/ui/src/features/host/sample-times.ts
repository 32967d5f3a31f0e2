import { type Observation, type RunStepView, type Series } from '@fleetscope/contracts';

export type StepSpan = Pick<RunStepView, 'startedAt' | 'endedAt'>;

/** From the first sample on the page to the last, milliseconds: all charts are drawn over it. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/**
 * When each sample was taken, milliseconds. A tool that prints no clock (vmstat, iostat) samples evenly until it ends: its
 * samples are placed between its start and its end. Null where neither is known.
 */
export const timesOf = (
  { times, values }: Pick<Series, 'times' | 'values'>,
  { startedAt, endedAt }: StepSpan,
): { times: number[]; isPrinted: boolean } | null => {
  if (times.length > 0 && times.every((time) => time !== null)) return { times, isPrinted: true };
  if (startedAt === null || endedAt === null) return null;
  const from = Date.parse(startedAt);
  const each = (Date.parse(endedAt) - from) / values.length;
  return { times: values.map((_, i) => from + (i + 1) * each), isPrinted: false };
};

/** The window of everything that is drawn; null when nothing has a time. */
export const windowOf = (
  steps: readonly { span: StepSpan; observations: readonly Observation[] }[],
): TimeWindow | null => {
  let from = Infinity;
  let to = -Infinity;
  for (const { span, observations } of steps)
    for (const one of observations) {
      const times = one.kind === 'series' && one.values.length > 1 ? timesOf(one, span)?.times : undefined;
      from = Math.min(from, times?.[0] ?? Infinity);
      to = Math.max(to, times?.at(-1) ?? -Infinity);
    }
  return from < to ? { from, to } : null;
};

/** Which of the sorted times is closest. */
export const nearest = (times: readonly number[], at: number): number => {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const before = times[low - 1];
  return before !== undefined && at - before <= (times[low] ?? Infinity) - at ? low - 1 : low;
};

export interface SampleRow {
  readonly metric: Series['metric'];
  readonly instance: string | null;
  readonly values: readonly (number | null)[];
}

/** Series as tables, one for all that were sampled at the same times: seconds since the window began. */
export const sampleTables = (
  observations: readonly Observation[],
  span: StepSpan,
  from: number,
): { seconds: number[]; rows: SampleRow[] }[] => {
  const tables = new Map<string, { seconds: number[]; rows: SampleRow[] }>();
  for (const one of observations) {
    if (one.kind !== 'series' || one.values.length < 2) continue;
    const times = timesOf(one, span)?.times;
    if (!times) continue;
    const key = times.join();
    const table = tables.get(key) ?? { seconds: times.map((time) => (time - from) / 1000), rows: [] };
    table.rows.push({ metric: one.metric, instance: one.instance, values: one.values });
    tables.set(key, table);
  }
  return [...tables.values()];
};
