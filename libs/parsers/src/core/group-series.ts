import type { Series } from '@fleetscope/contracts';
import { tidy } from './numbers';
import { BLANK, type ColumnSeries, type Group, LINE, TIME } from './record-table';

/** Records at a time: their cells stay in the processor's cache while all series take their values. */
const TILE = 128;

/** Values of one metric, of the group's records from `from` to `to`. A product with a factor is rounded. */
const take = (values: (number | null)[], group: Group, series: ColumnSeries, from: number, to: number): void => {
  const { at } = group;
  const { cells } = group.table;
  const { column, factor, derive } = series;
  if (derive === undefined && factor === 1 && takePlain(values, cells, at, column, from, to)) return;
  const blanks = group.plan.blank !== undefined && !series.always;
  for (let i = from; i < to; i++) {
    const record = at[i] ?? 0;
    let value = derive ? derive(cells, record) : (cells[record + column] ?? Number.NaN);
    if (factor !== 1) value = tidy(value * factor);
    const known = value - value === 0 && !(blanks && cells[record + BLANK] === 1);
    values[i] = known ? value : null;
  }
};

/** The same where every value is known and stands as it was printed; false when one isn't. */
const takePlain = (
  values: (number | null)[],
  cells: Float64Array,
  at: Int32Array,
  column: number,
  from: number,
  to: number,
): boolean => {
  for (let i = from; i < to; i++) {
    const record = at[i] ?? 0;
    const value = cells[record + column] ?? Number.NaN;
    if (value - value !== 0 || cells[record + BLANK] === 1) return false;
    values[i] = value;
  }
  return true;
};

/** Room for numbers: an array that has held a fraction keeps its values unboxed. */
const room = (count: number): (number | null)[] => {
  const values = new Array<number | null>(count);
  values[0] = 0.5;
  return values;
};

/** Where the last record of a group ends in the middle: the limit of values allows this many of its series. */
export interface Cut {
  readonly group: Group;
  readonly series: number;
}

/**
 * The series of all groups, in the order of their first values. Those of one group share their times and lines. A series
 * that has values in several groups (the table's columns changed in between) has them in the order of the lines.
 */
export const groupSeries = (groups: readonly Group[], cut: Cut | null): Series[] => {
  if (groups.length === 0) return [];
  const all: Series[] = [];
  const byInstance = new Map<string | null, Map<string, Series>>();
  for (const group of groups) {
    const { count, plan } = group;
    const place = placesOf(group, count);
    const values = plan.series.map(() => room(count));
    for (let from = 0; from < count; from += TILE) {
      const to = Math.min(count, from + TILE);
      for (const [index, series] of plan.series.entries()) take(values[index] ?? [], group, series, from, to);
    }
    for (const [index, { metric, instance = plan.instance }] of plan.series.entries()) {
      const found: Series = { kind: 'series', metric, instance, values: values[index] ?? [], ...place };
      if (cut?.group === group && index >= cut.series) shorten(found);
      if (found.values.length === 0) continue;
      let ofInstance = byInstance.get(instance);
      if (!ofInstance) {
        ofInstance = new Map();
        byInstance.set(instance, ofInstance);
      }
      const earlier = ofInstance.get(metric);
      if (earlier) merge(earlier, found);
      else {
        ofInstance.set(metric, found);
        all.push(found);
      }
    }
  }
  return all;
};

const placesOf = ({ table, at }: Group, count: number): Pick<Series, 'times' | 'lines'> => {
  const { cells } = table;
  const times = new Array<number | null>(count);
  const lines = new Array<number>(count);
  for (let i = 0; i < count; i++) {
    const record = at[i] ?? 0;
    const time = cells[record + TIME] ?? Number.NaN;
    times[i] = time === time ? time : null;
    lines[i] = cells[record + LINE] ?? 0;
  }
  return { times, lines };
};

const shorten = (series: Series): void => {
  series.values = series.values.slice(0, -1);
  series.times = series.times.slice(0, -1);
  series.lines = series.lines.slice(0, -1);
};

const merge = (series: Series, more: Series): void => {
  const values = [...series.values, ...more.values];
  const times = [...series.times, ...more.times];
  const lines = [...series.lines, ...more.lines];
  const order = lines.map((_, at) => at).sort((a, b) => (lines[a] ?? 0) - (lines[b] ?? 0));
  series.values = order.map((at) => values[at] ?? null);
  series.times = order.map((at) => times[at] ?? null);
  series.lines = order.map((at) => lines[at] ?? 0);
};
