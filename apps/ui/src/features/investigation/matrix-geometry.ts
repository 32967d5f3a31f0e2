import { COLUMNS } from './matrix';

/** Where something stands across the matrix, in pixels from its left edge. */
export interface Place {
  readonly x: number;
  readonly width: number;
}

/** Places of what a row shows; null what does not fit on this screen. The header's layout gives them. */
export interface MatrixPlaces {
  readonly host: Place | null;
  readonly cells: readonly Place[];
  readonly odd: Place | null;
  readonly steps: Place | null;
}

export const WIDE_ROW = 27;
/** On a phone a host has two lines: its name, and its bars. */
export const NARROW_ROW = 50;
export const BAR = { width: 9, height: 15, step: 11 } as const;
/** From the edge of a cell to its first bar. */
export const barsFrom = (isNarrow: boolean): number => (isNarrow ? 2 : 5);

/** Places as the header's cells stand. */
export const placesOf = (head: HTMLElement): MatrixPlaces => {
  const left = head.getBoundingClientRect().left;
  const place = (part: string): (Place | null)[] =>
    [...head.querySelectorAll<HTMLElement>(`[data-part="${part}"]`)].map((cell) => {
      const box = cell.getBoundingClientRect();
      return box.width > 0 ? { x: box.left - left, width: box.width } : null;
    });
  return {
    host: place('host')[0] ?? null,
    cells: place('cell').filter((one) => one !== null),
    odd: place('odd')[0] ?? null,
    steps: place('steps')[0] ?? null,
  };
};

/** The column that stands there: 0 is the host, then those of COLUMNS. */
export const columnAt = (places: MatrixPlaces, x: number): number => {
  const at = places.cells.findLastIndex((cell) => x >= cell.x);
  const last = places.cells.at(-1);
  return at === -1 || !last || x >= last.x + last.width ? 0 : Math.min(at, COLUMNS.length - 1) + 1;
};
