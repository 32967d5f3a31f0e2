import fc from 'fast-check';
import {
  adjustForMany,
  baselineOf,
  changePoint,
  compareSamples,
  effectSize,
  positionIn,
  standingOf,
  theilSen,
  tooThin,
  trendOf,
  type BaselineSample,
} from '../src';

/** Annual flow of the Nile at Aswan 1871–1970, 10⁸ m³ (Cobb 1978): the level drops in 1898. */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100,
  1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456,
  824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897,
  822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975,
  815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

describe('rank tests', () => {
  it('count U exactly for small samples without ties', () => {
    // scipy.stats.mannwhitneyu(x, y, method='exact'), SciPy 1.17.1; the first is Hollander and Wolfe's permeability data.
    const permeability = compareSamples(
      [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
      [1.15, 0.88, 0.9, 0.74, 1.21],
    );
    expect(permeability?.u).toBe(35);
    expect(permeability?.p).toBeCloseTo(0.2544122544122544, 12);
    expect(permeability?.delta).toBeCloseTo(0.4, 12);
    expect(compareSamples([1.1, 2.2, 3.3], [2.5, 4.4, 5.5, 6.6])?.p).toBeCloseTo(0.11428571428571428, 12);
  });

  it('correct the normal approximation for ties', () => {
    // scipy.stats.mannwhitneyu([1,2,2,3,4,4,4,5,6], [2,4,5,6,7,7,8,9], method='asymptotic')
    const tied = compareSamples([1, 2, 2, 3, 4, 4, 4, 5, 6], [2, 4, 5, 6, 7, 7, 8, 9]);
    expect(tied?.u).toBe(12.5);
    expect(tied?.p).toBeCloseTo(0.025312721511437337, 6);
  });

  it('adjust for many comparisons as Benjamini and Hochberg do in their own example', () => {
    // Their 15 p-values (1995, section 3.2); scipy.stats.false_discovery_control gives these.
    const ps = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    const adjusted = adjustForMany(ps);
    [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714, 0.06385714, 0.0645, 0.0765].forEach((p, i) =>
      expect(adjusted[i]).toBeCloseTo(p, 8),
    );
    expect(adjusted.filter((p) => p <= 0.05)).toHaveLength(4);
    expect(adjustForMany([...ps].reverse())).toEqual([...adjusted].reverse());
    expect(adjustForMany([])).toEqual([]);
  });

  it("find the change in the Nile's flow", () => {
    // R's trend::pettitt.test(Nile): U* = 1617, p = 3.591e-07, change after the 28th year, 1898.
    const found = changePoint(NILE);
    expect(found).toMatchObject({ index: 28, before: 1130, after: 842.5 });
    expect(found?.p).toBeCloseTo(3.5910221769362927e-7, 15);
  });

  it('find no change where there is none, and the slope of SciPy', () => {
    expect(changePoint([1, 1, 1, 1, 1, 1])?.p).toBe(1);
    expect(changePoint([1, 2, 3])).toBeNull();
    // scipy.stats.theilslopes([1,3,2,5,4,6,9,7,8,12], range(10), 0.95): 1, from 2/3 to 4/3
    const slope = theilSen([1, 3, 2, 5, 4, 6, 9, 7, 8, 12].map((y, x) => [x, y] as const));
    expect(slope).toMatchObject({ slope: 1, intercept: 1 });
    expect(slope?.low).toBeCloseTo(2 / 3, 12);
    expect(slope?.high).toBeCloseTo(4 / 3, 12);
  });

  it('are symmetric whatever the samples', () => {
    const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [there, back] = [compareSamples(a, b), compareSamples(b, a)];
        expect(there?.p).toBeCloseTo(back?.p ?? -1, 9);
        expect(there?.delta).toBeCloseTo(-(back?.delta ?? 9), 9);
        expect(there && there.p >= 0 && there.p <= 1).toBe(true);
      }),
    );
    expect([0.1, -0.2, 0.4, -0.9].map(effectSize)).toEqual(['negligible', 'small', 'medium', 'large']);
  });
});

const DAY = 86_400_000;
const day = (n: number, values: number[]): BaselineSample => ({ investigation: `i${n}`, at: n * DAY, values });

describe('baselines', () => {
  const calm = baselineOf('disk.write_await', [
    day(
      1,
      Array.from({ length: 20 }, (_, i) => 2 + (i % 5) * 0.1),
    ),
    day(
      2,
      Array.from({ length: 20 }, (_, i) => 2 + (i % 5) * 0.1),
    ),
    day(
      3,
      Array.from({ length: 20 }, (_, i) => 2 + (i % 5) * 0.1),
    ),
  ]);

  it('say where a value stands', () => {
    expect(positionIn([1, 2, 2, 3], 2)).toBe(0.5);
    expect([positionIn([1, 2, 3], 0), positionIn([1, 2, 3], 9), positionIn([], 1)]).toEqual([0, 1, 0.5]);
    const high = standingOf(calm, 47);
    expect(high).toMatchObject({ position: 1, side: 'above', usual: 2.2, samples: 60, investigations: 3 });
    expect(high?.text).toBe("47 ms is above all of its class's baseline: usually 2.2 ms (2 ms to 2.4 ms)");
    expect(standingOf(calm, 2.2)).toMatchObject({ side: 'within', shift: 0 });
  });

  it('make nothing of a hair’s breadth beyond a steady past', () => {
    expect(standingOf(calm, 2.6)).toMatchObject({ position: 1, side: 'within' });
  });

  it('say nothing while there is too little of it', () => {
    const thin = baselineOf('disk.write_await', [day(1, [1, 2, 3])]);
    expect(tooThin(thin)).toBe('too little data: 1 of 3 investigations');
    expect(standingOf(thin, 99)).toBeNull();
    expect(
      tooThin(
        baselineOf(
          'disk.write_await',
          [1, 2, 3].map((n) => day(n, [1])),
        ),
      ),
    ).toMatch(/3 of 20 values/);
    expect(standingOf(baselineOf('disk.write_await', []), 1)).toBeNull();
  });

  it('find the day on which a level changed', () => {
    const trend = trendOf(
      'disk.write_await',
      Array.from({ length: 14 }, (_, n) => day(n, n < 8 ? [2, 2.1, 2.2] : [9, 9.1, 9.3])),
    );
    expect(trend).toMatchObject({ kind: 'level-shift', lastBefore: 'i7', firstAfter: 'i8', from: 2.1, to: 9.1 });
  });

  it('tell a drift from a step', () => {
    const trend = trendOf(
      'memory.dirty',
      Array.from({ length: 14 }, (_, n) => day(n, [1e9 + n * 5e7 + (n % 3) * 1e6])),
    );
    expect(trend).toMatchObject({ kind: 'drift' });
    expect(trend.kind === 'drift' && trend.slopePerDay / 5e7).toBeCloseTo(1, 1);
  });

  it('call noise steady, and few points too little', () => {
    const noisy = [2, 2.3, 1.9, 2.2, 2.1, 1.8, 2.4, 2, 2.2, 1.9, 2.1, 2.3];
    expect(
      trendOf(
        'disk.write_await',
        noisy.map((value, n) => day(n, [value])),
      ),
    ).toMatchObject({ kind: 'steady' });
    expect(trendOf('disk.write_await', [day(1, [1]), day(2, [9])])).toMatchObject({ kind: 'too-little-data' });
  });
});
