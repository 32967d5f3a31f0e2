import { type BaselineMetric } from '@fleetscope/contracts';
import { driftShape, movedFirst } from './baseline-model';

const point = (investigation: string, day: number, middle: number) => ({
  investigation,
  at: new Date(Date.UTC(2026, 0, day)).toISOString(),
  low: middle - 1,
  middle,
  high: middle + 1,
  hosts: 5,
});
const points = [point('a', 1, 1), point('b', 2, 1), point('c', 5, 9)];
const steady = { kind: 'steady', text: '', lastBefore: null, firstAfter: null } as const;
const box = { width: 100, height: 10 };

describe('weeks of a class as shapes', () => {
  it('places investigations by their time', () => {
    const shape = driftShape({ points, trend: steady }, box);
    expect(shape?.dots.map(({ x }) => x)).toEqual([0, 25, 100]);
    expect(shape?.line).toBe('0,9 25,9 100,1');
    expect(shape?.band.split(' ')).toHaveLength(6);
    expect(shape?.shift).toBeNull();
  });

  it('marks where the level changed between two investigations', () => {
    const trend = { kind: 'level-shift', text: '', lastBefore: 'b', firstAfter: 'c' } as const;
    expect(driftShape({ points, trend }, box)?.shift).toBe(62.5);
  });

  it('draws nothing of one point, and a flat line in the middle', () => {
    expect(driftShape({ points: points.slice(0, 1), trend: steady }, box)).toBeNull();
    const flat = [point('a', 1, 3), point('b', 1, 3)].map((one) => ({ ...one, low: 3, high: 3 }));
    expect(driftShape({ points: flat, trend: steady }, box)?.line).toBe('0,5 100,5');
  });

  it('lists what moved first', () => {
    const metric = (title: string, kind: string) => ({ title, trend: { kind } }) as BaselineMetric;
    const sorted = movedFirst([metric('a', 'steady'), metric('c', 'level-shift'), metric('b', 'drift')]);
    expect(sorted.map(({ title }) => title)).toEqual(['c', 'b', 'a']);
  });
});
