export interface TimeRange {
  /** Milliseconds since the capture began, [from, to). */
  readonly from: number;
  readonly to: number;
}

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

/**
 * The value that is drawn in full. An even load stays a third as bright, however high it is, so that what stands out from
 * it can be seen.
 */
export const fullOf = (grid: HeatGrid): number => {
  const values = grid.values.filter((value) => value > 0).sort();
  return Math.max(grid.max, 3 * (values[Math.floor(values.length / 2)] ?? 0));
};
