import { type Observation } from '@fleetscope/contracts';
import { onOurClock } from './on-our-clock';

describe('moments on our clock', () => {
  it('two hosts whose clocks differ tell of one moment', () => {
    const seen = (at: number): Observation => ({
      kind: 'events',
      name: 'tcp-retransmits',
      events: [{ at, class: 'retransmit', text: '', line: 1 }],
    });
    expect(onOurClock(seen(1_005_000), 5_000)).toEqual(onOurClock(seen(999_000), -1_000));
  });

  it('series and slices move, what has no moment stays', () => {
    const series: Observation = {
      kind: 'series',
      metric: 'cpu.utilization',
      instance: 'all',
      values: [1, 2],
      times: [2_000, null],
      lines: [1, 2],
    };
    expect(onOurClock(series, 500)).toMatchObject({ times: [1_500, null], values: [1, 2] });
    const facts: Observation = { kind: 'facts', name: 'sysctl', facts: { a: 1 } };
    expect(onOurClock(facts, 500)).toBe(facts);
  });
});
