export interface Sort {
  readonly by: string;
  readonly down: boolean;
}

type Key = string | number | null;

const compare = (a: Key, b: Key): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Rows in order; equal ones keep their place, unknown ones come last whichever way. */
export const sortRows = <Row>(rows: readonly Row[], key: (row: Row) => Key, down: boolean): Row[] =>
  [...rows].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return down ? compare(b, a) : compare(a, b);
  });
