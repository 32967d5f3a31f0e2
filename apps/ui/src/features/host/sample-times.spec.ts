import { type Series } from '@fleetscope/contracts';
import { nearest, sampleTables, timesOf, windowOf } from './sample-times';

const START = Date.parse('2026-03-01T12:00:00.000Z');
const span = { startedAt: '2026-03-01T12:00:00.000Z', endedAt: '2026-03-01T12:00:04.000Z' };
const nothing = { startedAt: null, endedAt: null };
const series = (values: (number | null)[], times: (number | null)[] = values.map(() => null)): Series => ({
  ...{ kind: 'series', metric: 'cpu.runqueue', instance: null, values, times },
  lines: values.map((_, i) => i + 1),
});

describe('when samples were taken', () => {
  it('is what the tool printed', () => {
    expect(timesOf(series([1, 2], [START + 1, START + 2]), span)).toEqual({
      times: [START + 1, START + 2],
      isPrinted: true,
    });
  });
  it('is spread between start and end where the tool printed no clock', () => {
    expect(timesOf(series([1, 2, 3, 4]), span)).toEqual({
      times: [START + 1000, START + 2000, START + 3000, START + 4000],
      isPrinted: false,
    });
  });
  it('is not known where there is neither', () => {
    expect(timesOf(series([1, 2]), nothing)).toBeNull();
  });
  it('makes one window for all charts, without series of one sample', () => {
    const early = series([5], [START - 60_000]);
    expect(
      windowOf([
        { span, observations: [early, series([1, 2, 3, 4])] },
        { span, observations: [series([1, 2], [START + 500, START + 4500])] },
        { span: nothing, observations: [series([1, 2])] },
      ]),
    ).toEqual({ from: START + 500, to: START + 4500 });
    expect(windowOf([{ span, observations: [] }])).toBeNull();
  });
});

describe('nearest', () => {
  it.each([
    [-5, 0],
    [0.4, 0],
    [0.5, 0],
    [0.6, 1],
    [9, 2],
  ])('%d is sample %d', (at, index) => {
    expect(nearest([0, 1, 2], at)).toBe(index);
  });
});

describe('sampleTables', () => {
  it('puts what was sampled together into one table', () => {
    const tables = sampleTables(
      [series([1, null], [START, START + 1000]), series([3, 4], [START, START + 1000]), series([1, 2, 3, 4])],
      span,
      START,
    );
    expect(tables.map(({ seconds, rows }) => [seconds, rows.map(({ values }) => values)])).toEqual([
      [
        [0, 1],
        [
          [1, null],
          [3, 4],
        ],
      ],
      [[1, 2, 3, 4], [[1, 2, 3, 4]]],
    ]);
  });
});
