import type { Series } from '@fleetscope/contracts';
import { tidy } from './numbers';
import { BLANK, type ColumnSeries, type Group, LINE, TIME } from './record-table';

/** The values of one metric over a group's records. A product with a factor is rounded; a plain value is not touched. */
const valuesOf = ({ table, at, plan }: Group, series: ColumnSeries, count: number): (number | null)[] => {
  const { cells } = table;
  const { column, factor, derive } = series;
  const blanks = plan.blank !== undefined && !series.always;
  const values = new Array<number | null>(count);
  for (let i = 0; i < count; i++) {
    const record = at[i] ?? 0;
    let value = derive ? derive(cells, record) : (cells[record + column] ?? Number.NaN);
    if (factor !== 1) value = tidy(value * factor);
    const known = value - value === 0 && !(blanks && cells[record + BLANK] === 1);
    values[i] = known ? value : null;
  }
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
  const all: Series[] = [];
  const byInstance = new Map<string | null, Map<string, Series>>();
  for (const group of groups) {
    const places = new Map<number, Pick<Series, 'times' | 'lines'>>();
    for (const [index, spec] of group.plan.series.entries()) {
      const count = cut?.group === group && index >= cut.series ? group.count - 1 : group.count;
      if (count === 0) continue;
      const instance = spec.instance === undefined ? group.plan.instance : spec.instance;
      let place = places.get(count);
      if (!place) {
        place = placesOf(group, count);
        places.set(count, place);
      }
      let ofInstance = byInstance.get(instance);
      if (!ofInstance) {
        ofInstance = new Map();
        byInstance.set(instance, ofInstance);
      }
      const values = valuesOf(group, spec, count);
      const earlier = ofInstance.get(spec.metric);
      if (earlier) merge(earlier, values, place);
      else {
        const series: Series = { kind: 'series', metric: spec.metric, instance, values, ...place };
        ofInstance.set(spec.metric, series);
        all.push(series);
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

const merge = (series: Series, values: (number | null)[], place: Pick<Series, 'times' | 'lines'>): void => {
  const merged = {
    values: [...series.values, ...values],
    times: [...series.times, ...place.times],
    lines: [...series.lines, ...place.lines],
  };
  const order = merged.lines.map((_, at) => at).sort((a, b) => (merged.lines[a] ?? 0) - (merged.lines[b] ?? 0));
  series.values = order.map((at) => merged.values[at] ?? null);
  series.times = order.map((at) => merged.times[at] ?? null);
  series.lines = order.map((at) => merged.lines[at] ?? 0);
};
