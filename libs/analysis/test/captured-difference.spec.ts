import { type Observation } from '@fleetscope/contracts';
import { FoldedProfile, type Profile, ProfileBuilder } from '@fleetscope/profiles';
import { capturedDifference, type CapturedSide } from '../src';

const folded = (text: string): Profile => {
  const reader = new FoldedProfile({ type: 'cpu', unit: 'samples', durationMs: 1_000 });
  reader.push(new TextEncoder().encode(text));
  return reader.end().profile as Profile;
};
const waits = (slow: number): Observation => ({
  kind: 'histogram',
  name: 'cpu.runq_latency',
  instance: null,
  unit: 'us',
  buckets: [
    { from: 0, to: 1_000, count: 1_000 - slow },
    { from: 1_000, to: 64_000, count: slow },
  ],
  slices: [],
  lines: [1],
});
const side = (host: string, more: Partial<CapturedSide> = {}): CapturedSide => ({
  host,
  steps: [],
  profiles: new Map(),
  ...more,
});

describe('capturedDifference', () => {
  it('names the functions whose share differs beyond sampling noise, and how much more there is', () => {
    const healthy = side('calm', { profiles: new Map([['stacks', folded('main;serve 90\nmain;log 10\n')]]) });
    const sick = side('busy', {
      profiles: new Map([['stacks', folded('main;serve 200\nmain;spin 180\nmain;log 20\n')]]),
    });
    const { sentences, functions } = capturedDifference(healthy, sick);
    expect(sentences).toEqual([
      'busy has 4× the CPU time of calm.',
      'spin has 45 % of the CPU time on busy, 0 % on calm.',
      'serve has 50 % of the CPU time on busy, 90 % on calm.',
    ]);
    // log: 10 % of 100 and 5 % of 400 samples may be chance.
    expect(functions.map(({ name }) => name)).toEqual(['spin', 'serve']);
    expect(functions[0]).toMatchObject({ healthy: 0, sick: 0.45 });
  });

  it('says so when nothing differs, or when one of them has no samples', () => {
    const same = new Map([['stacks', folded('main;serve 90\nmain;log 10\n')]]);
    expect(capturedDifference(side('a', { profiles: same }), side('b', { profiles: same }))).toEqual({
      sentences: ["No function's share of the CPU time differs by more than sampling noise."],
      functions: [],
    });
    const none = new Map([['stacks', new ProfileBuilder().build({ type: 'cpu', unit: 'samples' })]]);
    expect(capturedDifference(side('a', { profiles: none }), side('b', { profiles: same })).sentences).toEqual([
      'The CPU time of a has no samples.',
    ]);
  });

  it('puts latencies beside each other', () => {
    const of = (slow: number): CapturedSide['steps'] => [{ step: 'waits', observations: [waits(slow)] }];
    const { sentences } = capturedDifference(side('calm', { steps: of(0) }), side('busy', { steps: of(500) }));
    // 990 of 1,000 lie 490 deep into the 500 of the bucket from 1 to 64 ms: 1 + 63 x 0.98 = 62.7, told to two digits.
    expect(sentences).toEqual(['Wait for a CPU: 99 % below 63 ms on busy, 0.99 ms on calm.']);
    expect(capturedDifference(side('calm'), side('busy', { steps: of(500) })).sentences).toEqual([
      'Wait for a CPU: 99 % below 63 ms on busy, none on calm.',
    ]);
  });

  it('tells what each shows where there is nothing to put beside it', () => {
    const table: Observation = {
      ...{ kind: 'table', name: 'process-starts', columns: ['command', 'count'] },
      ...{ rows: [['sh', 7]], lines: [1] },
    };
    expect(
      capturedDifference(side('calm'), side('busy', { steps: [{ step: 'starts', observations: [table] }] })).sentences,
    ).toEqual(['busy: 7 programs started; most often sh (7).', 'calm: the capture shows nothing.']);
  });
});
