import { type Observation, type Series } from '@fleetscope/contracts';
import { cellText, charts, heaviestFirst, measurements } from './observation-view';

const series = (
  metric: Series['metric'],
  instance: string | null,
  values: (number | null)[],
  times: (number | null)[] = values.map(() => null),
): Series => ({
  kind: 'series',
  metric,
  instance,
  values,
  times,
  lines: values.map((_, i) => i + 1),
});

const span = { startedAt: '1970-01-01T00:00:10.000Z', endedAt: '1970-01-01T00:00:12.000Z' };
const nothing = { startedAt: null, endedAt: null };

describe('charts', () => {
  it('draws one chart a metric, its worst instance first', () => {
    const [chart] = charts(
      [series('cpu.utilization', '0', [1, 2]), series('cpu.utilization', '1', [90, 97])],
      nothing,
      0,
    );
    expect(chart?.lines.map(({ instance }) => instance)).toEqual(['1', '0']);
    expect(chart).toMatchObject({
      title: 'CPU time not idle, not waiting for I/O, not stolen',
      unit: '%',
      x: [1, 2],
      timing: 'unknown',
    });
  });
  it('puts what is worse when it is more before what only describes, and what is zero last', () => {
    const all = charts(
      [series('cpu.blocked', null, [0, 0]), series('cpu.user', null, [5, 6]), series('cpu.runqueue', null, [1, 2])],
      nothing,
      0,
    );
    expect(all.map(({ metric }) => metric)).toEqual(['cpu.runqueue', 'cpu.user', 'cpu.blocked']);
    expect(all.at(-1)?.isFlat).toBe(true);
  });
  it('counts seconds where there is a clock, and keeps unknown unknown', () => {
    const [chart] = charts([series('cpu.runqueue', null, [1, null, 3], [1_000, 2_000, 3_500])], span, 500);
    expect(chart).toMatchObject({ x: [0.5, 1.5, 3], timing: 'printed' });
    expect(chart?.lines[0]?.values).toEqual([1, null, 3]);
  });
  it('places samples without a clock between the start and the end of their tool', () => {
    const [chart] = charts([series('cpu.runqueue', null, [1, 2])], span, 9_000);
    expect(chart).toMatchObject({ x: [2, 3], timing: 'spread' });
  });
  it('draws eight instances and counts the others', () => {
    const [chart] = charts(
      Array.from({ length: 20 }, (_, i) => series('cpu.utilization', String(i), [i, i])),
      nothing,
      0,
    );
    expect([chart?.lines.length, chart?.left]).toEqual([8, 12]);
  });
});

describe('values and tables', () => {
  it('lists single values; a series of one sample is a value', () => {
    const observations: Observation[] = [
      { kind: 'measurement', metric: 'filesystem.space_used', instance: '/', value: null, lines: [2] },
      series('cpu.load1', null, [2.3]),
    ];
    expect(measurements(observations).map(({ metric, value }) => [metric, value])).toEqual([
      ['filesystem.space_used', null],
      ['cpu.load1', 2.3],
    ]);
    expect(charts(observations, span, 0)).toEqual([]);
  });
  it('shows the heaviest process first', () => {
    expect(
      heaviestFirst(
        ['PID', '%CPU'],
        [
          [1, 3],
          [2, 90],
        ],
      ),
    ).toEqual([
      [2, 90],
      [1, 3],
    ]);
    expect(heaviestFirst(['PID'], [[2], [1]])).toEqual([[2], [1]]);
  });
  it('writes cells as people read them', () => {
    expect([null, 3, 1.306667, true, 'x'].map(cellText)).toEqual(['–', '3', '1.31', 'true', 'x']);
  });
});
