import { type HeatMap, heatMap, type Profile, timeline } from '@fleetscope/profiles';

export interface TimeRange {
  /** Milliseconds since the capture began, [from, to). */
  readonly from: number;
  readonly to: number;
}

export const HEAT_ROWS = 20;
const TIMELINE_COLUMNS = 80;

/** Cells of a grid over time: a column a slice of the window; rows are fractions of a second, or hosts. */
export interface HeatGrid {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
  readonly max: number;
  /** Names of the rows; null where they are fractions of a second. */
  readonly hosts: readonly string[] | null;
  readonly columnMs: number;
}

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

export interface Cell {
  readonly column: number;
  readonly row: number;
}

export const cellAt = (grid: HeatGrid, x: number, y: number): Cell => ({
  column: Math.max(0, Math.min(grid.columns - 1, Math.floor(x * grid.columns))),
  row: Math.max(0, Math.min(grid.rows - 1, Math.floor(y * grid.rows))),
});

/** Where a cell's time begins. In a grid of seconds the rows are time, too; among hosts they are not. */
const startOf = (grid: HeatGrid, { column, row }: Cell): number =>
  column * grid.columnMs + (grid.hosts ? 0 : (row * grid.columnMs) / grid.rows);

export const rangeOf = (grid: HeatGrid, one: Cell, other: Cell): TimeRange => {
  const [a, b] = [startOf(grid, one), startOf(grid, other)];
  const length = grid.hosts ? grid.columnMs : grid.columnMs / grid.rows;
  return { from: Math.round(Math.min(a, b)), to: Math.round(Math.max(a, b) + length) };
};

export const isWithin = (grid: HeatGrid, range: TimeRange, cell: Cell): boolean => {
  const start = startOf(grid, cell);
  return start + 0.5 >= range.from && start < range.to - 0.5;
};

export const secondsWords = ({ from, to }: TimeRange): string =>
  `${(from / 1000).toFixed(2)} – ${(to / 1000).toFixed(2)} s`;
