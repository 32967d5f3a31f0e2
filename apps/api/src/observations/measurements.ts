import { metric, type MetricId, type Observation, type Resource } from '@fleetscope/contracts';

/** Measurements of one resource of one run, as arrays of equal length: `value[i]` is of `metric[i]` and `instance[i]`. */
export interface MeasurementRow {
  resource: Resource;
  metric: string[];
  /** `''` stands for the host as a whole: arrays of text can't hold null without surprises. */
  instance: string[];
  value: number[];
}

const mean = (values: readonly (number | null)[]): number | null => {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
};

/**
 * One value a metric and instance: the mean of a series over the window, or the value itself. Where several steps give the
 * same metric, the first step (in the runbook's order) that has a value counts. Unknown values are no rows.
 */
export const summarise = (observations: Iterable<Observation>): MeasurementRow[] => {
  const rows = new Map<Resource, MeasurementRow>();
  const seen = new Set<string>();
  const add = (id: MetricId, instance: string | null, value: number | null): void => {
    if (value === null || !Number.isFinite(value)) return;
    const key = `${id}\0${instance ?? ''}`;
    if (seen.has(key)) return;
    seen.add(key);
    const { resource } = metric(id);
    let row = rows.get(resource);
    if (!row) {
      row = { resource, metric: [], instance: [], value: [] };
      rows.set(resource, row);
    }
    row.metric.push(id);
    // A host names its devices and processes; text columns hold no NUL.
    row.instance.push((instance ?? '').replaceAll('\0', '\ufffd'));
    row.value.push(value);
  };
  for (const observation of observations) {
    if (observation.kind === 'series') add(observation.metric, observation.instance, mean(observation.values));
    else if (observation.kind === 'measurement') add(observation.metric, observation.instance, observation.value);
  }
  return [...rows.values()];
};
