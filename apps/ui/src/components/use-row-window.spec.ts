import { windowOf } from './use-row-window';

describe('windowOf', () => {
  it('holds what can be seen and some rows on either side', () => {
    const { from, to } = windowOf(27_000, 810, 27, 5_000);
    expect(from).toBeLessThanOrEqual(990);
    expect(to).toBeGreaterThanOrEqual(1_040);
    expect(to - from).toBeLessThan(70);
  });

  it('stays as it is while the view moves by less than a step', () => {
    expect(windowOf(27_000 + 26, 810, 27, 5_000).from).toBe(windowOf(27_000, 810, 27, 5_000).from);
  });

  it.each([
    [-400, 10],
    [999_999, 10],
    [0, 0],
    [0, 3],
  ])('never leaves the list: scrolled %d of %d rows', (scrolled, count) => {
    const { from, to } = windowOf(scrolled, 810, 27, count);
    expect(from).toBeGreaterThanOrEqual(0);
    expect(to).toBeLessThanOrEqual(count);
    expect(to).toBeGreaterThanOrEqual(from);
  });

  it('begins at the first row when the list stands below the fold', () => {
    expect(windowOf(-200, 810, 27, 5_000).from).toBe(0);
  });
});
