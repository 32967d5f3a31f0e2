import { type Profile } from '../model/profile';
import { ProfileError } from '../model/stored-profile';

/**
 * Samples over time, with a column a second and a row each fraction of it, as the sub-second offset heat map (Gregg,
 * FlameScope): what repeats within a second shows as lines, what happens once as spots.
 */
export interface HeatMap {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds of a column and of a row. */
  readonly columnMs: number;
  readonly rowMs: number;
  /** Row by row within a column: `values[column * rows + row]`. */
  readonly values: Float64Array;
  readonly max: number;
}

const MAX_COLUMNS = 3_600;

/** @throws ProfileError when the samples carry no times */
export const heatMap = (profile: Profile, rows = 50, keep?: (sample: number) => boolean): HeatMap => {
  const { samples } = profile;
  const columnMs = 1_000;
  const rowMs = columnMs / rows;
  let last = 0;
  for (let at = 0; at < samples.size; at++) {
    const time = samples.time[at] as number;
    if (Number.isNaN(time)) throw new ProfileError('these samples carry no times: there is no heat map of them');
    if (time > last) last = time;
  }
  const columns = Math.min(
    MAX_COLUMNS,
    Math.max(1, Math.ceil(Math.max(last + 1e-6, profile.durationMs ?? 0) / columnMs)),
  );
  const values = new Float64Array(columns * rows);
  let max = 0;
  for (let at = 0; at < samples.size; at++) {
    if (keep && !keep(at)) continue;
    const time = samples.time[at] as number;
    const column = Math.floor(time / columnMs);
    if (column < 0 || column >= columns) continue;
    const place = column * rows + Math.min(rows - 1, Math.floor((time - column * columnMs) / rowMs));
    const value = (values[place] as number) + (samples.weight[at] as number);
    values[place] = value;
    if (value > max) max = value;
  }
  return { columns, rows, columnMs, rowMs, values, max };
};

/** One row of the fleet's heat map: a host's weight in each of `columns` equal slices of its window. */
export const timeline = (profile: Profile, columns: number, durationMs = profile.durationMs ?? 0): Float64Array => {
  const { samples } = profile;
  const values = new Float64Array(columns);
  if (durationMs <= 0) return values;
  for (let at = 0; at < samples.size; at++) {
    const column = Math.floor(((samples.time[at] as number) / durationMs) * columns);
    if (column >= 0 && column < columns) values[column] = (values[column] as number) + (samples.weight[at] as number);
  }
  return values;
};
