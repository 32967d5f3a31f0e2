import fc from 'fast-check';
import {
  erlangC,
  lowerMedian,
  mad,
  mannWhitney,
  median,
  mm1WaitMultiple,
  mmcWaitMultiple,
  modifiedZ,
  quantile,
  theilSen,
} from '../src';

const numbers = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 });

describe('statistics', () => {
  it('say nothing of nothing', () => {
    expect([
      median([]),
      mad([]),
      quantile([], 0.5),
      lowerMedian([]),
      modifiedZ(1, []),
      theilSen([]),
      mannWhitney([], [1]),
    ]).toEqual(Array(7).fill(null));
  });

  it('median lies in the middle whatever the order', () =>
    fc.assert(
      fc.property(numbers, (values) => {
        const m = median(values) as number;
        expect(values.filter((v) => v < m).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((v) => v > m).length).toBeLessThanOrEqual(values.length / 2);
        expect(median([...values].reverse())).toBe(m);
        expect(values).toContain(lowerMedian(values));
      }),
    ));

  it('quantiles rise from the least to the greatest', () =>
    fc.assert(
      fc.property(
        numbers,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, a, b) => {
          const [low, high] = [quantile(values, Math.min(a, b)) as number, quantile(values, Math.max(a, b)) as number];
          expect(low).toBeLessThanOrEqual(high + 1e-6);
          expect([quantile(values, 0), quantile(values, 1)]).toEqual([Math.min(...values), Math.max(...values)]);
        },
      ),
    ));

  it('refuses a quantile that is none', () => expect(() => quantile([1], 1.1)).toThrow(RangeError));

  it('MAD moves with no shift and grows with the scale', () =>
    fc.assert(
      fc.property(
        numbers,
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 50 }),
        (values, shift, scale) => {
          const spread = mad(values) as number;
          expect(mad(values.map((v) => v + shift))).toBeCloseTo(spread, 6);
          expect(mad(values.map((v) => v * scale))).toBeCloseTo(spread * scale, 4);
        },
      ),
    ));

  it('modified z is 0 at the median, signed, and finite also when the MAD is 0', () => {
    expect(modifiedZ(5, [5, 5, 5, 5])).toBe(0);
    expect(modifiedZ(6, [5, 5, 5, 5])).toBeNull();
    expect(modifiedZ(6, [5, 5, 5, 5], 1)).toBe(1);
    expect(modifiedZ(100, [5, 5, 5, 5, 5, 5, 100])).toBeGreaterThan(3.5);
    fc.assert(
      fc.property(numbers, fc.integer({ min: -1e6, max: 1e6 }), (values, x) => {
        const z = modifiedZ(x, values, 1) as number;
        expect(Number.isFinite(z)).toBe(true);
        expect(Math.sign(z)).toBe(Math.sign(x - (median(values) as number)));
      }),
    );
  });

  it('Theil–Sen finds a line, and keeps it with a fifth of outliers', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }), (slope, intercept) => {
        const points = Array.from({ length: 20 }, (_, x) => [x, slope * x + intercept] as const);
        const bent = points.map(([x, y], i) => [x, i % 5 === 0 ? y + 1e5 : y] as const);
        const found = theilSen(points);
        expect(found?.slope).toBeCloseTo(slope, 9);
        expect(found?.intercept).toBeCloseTo(intercept, 9);
        expect(theilSen(bent)?.slope).toBeCloseTo(slope, 0);
        expect(found && found.low <= found.slope && found.slope <= found.high).toBe(true);
      }),
    );
    expect(
      theilSen([
        [1, 2],
        [1, 3],
      ]),
    ).toBeNull();
  });

  it('Mann–Whitney: symmetric, 1 for equals, small for samples apart', () => {
    // Values checked against scipy.stats.mannwhitneyu(method='asymptotic').
    const far = mannWhitney([1, 2, 3, 4, 5, 6, 7, 8], [11, 12, 13, 14, 15, 16, 17, 18]);
    expect(far).toMatchObject({ u: 0, superiority: 0 });
    expect(far?.p).toBeCloseTo(0.0009391, 6);
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [there, back] = [mannWhitney(a, b), mannWhitney(b, a)];
        expect((there?.u ?? 0) + (back?.u ?? 0)).toBeCloseTo(a.length * b.length, 6);
        expect(there?.p).toBeCloseTo(back?.p ?? -1, 9);
        expect(there?.p).toBeLessThanOrEqual(1);
      }),
    );
    expect(mannWhitney([3, 3], [3, 3])?.p).toBe(1);
  });
});

describe('queueing', () => {
  it.each([
    [0.6, 1.5],
    [0.8, 4],
    [0.9, 9],
  ])('at %d one server waits %d service times', (rho, times) => expect(mm1WaitMultiple(rho)).toBeCloseTo(times, 9));

  it('knows the tables: 2 servers with 1 erlang wait with probability 1/3', () => {
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 9);
    expect(erlangC(10, 8)).toBeCloseTo(0.4092, 4);
    expect(mmcWaitMultiple(0.9, 4)).toBeCloseTo(1.9694, 3);
  });

  it('equals M/M/1 for one server, never waits longer with more, and has no end at full use', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 512 }), (rho, servers) => {
        expect(mmcWaitMultiple(rho, 1)).toBeCloseTo(mm1WaitMultiple(rho), 6);
        expect(mmcWaitMultiple(rho, servers + 1)).toBeLessThanOrEqual(mmcWaitMultiple(rho, servers) + 1e-9);
        const waits = erlangC(servers, servers * rho);
        expect(waits >= 0 && waits <= 1).toBe(true);
      }),
    );
    expect([mmcWaitMultiple(1, 8), mm1WaitMultiple(1.2)]).toEqual([Infinity, Infinity]);
    expect(() => mmcWaitMultiple(-1, 2)).toThrow(RangeError);
    expect(() => erlangC(0, 1)).toThrow(RangeError);
  });
});
