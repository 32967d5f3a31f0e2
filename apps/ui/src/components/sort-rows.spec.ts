import { sortRows } from './sort-rows';

describe('sortRows', () => {
  const key = ([value]: readonly [number | null, string]): number | null => value;
  const rows = [
    [2, 'b'],
    [null, 'x'],
    [1, 'a'],
    [2, 'c'],
  ] as const;
  it('keeps equal rows in place, and unknown ones last whichever way', () => {
    expect(sortRows(rows, key, false).map(([, name]) => name)).toEqual(['a', 'b', 'c', 'x']);
    expect(sortRows(rows, key, true).map(([, name]) => name)).toEqual(['b', 'c', 'a', 'x']);
  });
});
