import { type HeatMap, heatMap, type Profile, timeline } from '@fleetscope/profiles';
import { type HeatGrid } from '../../charts/heat-grid';

export const HEAT_ROWS = 20;
const TIMELINE_COLUMNS = 80;

export const secondsGrid = (profile: Profile, keep?: (sample: number) => boolean): HeatGrid => {
  const { columns, rows, values, max, columnMs }: HeatMap = heatMap(profile, HEAT_ROWS, keep);
  return { columns, rows, values, max, hosts: null, columnMs };
};

/** Hosts as rows. Each row by its own clock: captures of one investigation begin together, give or take a second. */
export const hostsGrid = (named: readonly { host: string; profile: Profile }[]): HeatGrid => {
  const duration = Math.max(1, ...named.map(({ profile }) => profile.durationMs ?? 0));
  const values = new Float64Array(TIMELINE_COLUMNS * named.length);
  let max = 0;
  named.forEach(({ profile }, row) => {
    timeline(profile, TIMELINE_COLUMNS, duration).forEach((value, column) => {
      values[column * named.length + row] = value;
      max = Math.max(max, value);
    });
  });
  return {
    columns: TIMELINE_COLUMNS,
    rows: named.length,
    values,
    max,
    hosts: named.map(({ host }) => host),
    columnMs: duration / TIMELINE_COLUMNS,
  };
};
