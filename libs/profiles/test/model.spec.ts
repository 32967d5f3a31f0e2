import { type StoredProfile, storedProfileSchema } from '@fleetscope/contracts';
import * as fc from 'fast-check';
import {
  callTree,
  diffTrees,
  functionChanges,
  functionsOf,
  heatMap,
  keeping,
  layout,
  loadProfile,
  mergeProfiles,
  type Profile,
  ProfileBuilder,
  ProfileError,
  shapeOf,
  storeProfile,
  timeTree,
  totalWeight,
  onlySamples,
  wholeTime,
  toFolded,
  withCgroups,
} from '../src';

/** A profile of stacks written root first: `{ 'a;b;c': 3 }`. */
const profileOf = (stacks: Record<string, number>, command = 'app'): Profile => {
  const builder = new ProfileBuilder();
  const thread = builder.thread(command, 1, 1);
  for (const [text, weight] of Object.entries(stacks)) {
    const frames = text.split(';').map((name) => builder.frame(name, null, 'native'));
    builder.add(builder.stackOf(frames.reverse()), weight, thread, 0, NaN, weight);
  }
  return builder.build({ type: 'cpu', unit: 'samples' });
};

const shares = (profile: Profile): Record<string, [self: number, total: number]> => {
  const tree = callTree(profile);
  return Object.fromEntries(
    functionsOf(tree).map(({ label, self, total }) => [tree.labels[label]?.name ?? '', [self, total]]),
  );
};

/** Stacks of one thread each, in any order: when, root first. */
const timedProfile = (samples: readonly (readonly [time: number, stack: string, command?: string])[]): Profile => {
  const builder = new ProfileBuilder();
  for (const [time, text, command = 'app'] of samples) {
    const frames = text.split(';').map((name) => builder.frame(name, null, 'native'));
    builder.add(builder.stackOf(frames.reverse()), 1, builder.thread(command, 1, 1), 0, time, 1);
  }
  return builder.build({ type: 'cpu', unit: 'samples' });
};

describe('timeTree', () => {
  const boxes = (tree: ReturnType<typeof timeTree>): string[] => {
    const placed = layout(tree, { order: 'given' });
    return Array.from({ length: placed.size }, (_, box) => {
      const node = placed.node[box] as number;
      const name = tree.labels[tree.label[node] as number]?.name ?? '';
      return `${'.'.repeat(placed.depth[box] as number)}${name} ${tree.total[node]}`;
    });
  };

  it('joins only what follows on one another, whatever order the samples came in', () => {
    const profile = timedProfile([
      [3, 'main;a'],
      [1, 'main;a;x'],
      [2, 'main;b'],
      [4, 'main;a;y'],
    ]);
    expect(boxes(timeTree(profile))).toEqual(['main 4', '.a 1', '..x 1', '.b 1', '.a 2', '..y 1']);
  });

  it('gives each command a time of its own', () => {
    const profile = timedProfile([
      [1, 'f', 'one'],
      [2, 'g', 'two'],
      [3, 'f', 'one'],
    ]);
    expect(boxes(timeTree(profile, { root: 'command' }))).toEqual(['one 2', '.f 2', 'two 1', '.g 1']);
    expect(boxes(timeTree(profile))).toEqual(['f 1', 'g 1', 'f 1']);
  });

  it('weighs what the merged tree weighs', () => {
    const profile = timedProfile(
      Array.from({ length: 200 }, (_, at) => [at, ['a;b', 'a;c;d', 'a', 'e'][at % 4] as string]),
    );
    const keep = (sample: number): boolean => sample % 3 > 0;
    const [chart, tree] = [timeTree(profile, { keep }), callTree(profile, { keep })];
    const byName = (one: typeof chart): unknown =>
      functionsOf(one).map(({ label, self, total }) => [one.labels[label]?.name, self, total]);
    expect(byName(chart)).toEqual(byName(tree));
    expect([chart.weight, chart.effectiveSamples]).toEqual([tree.weight, tree.effectiveSamples]);
  });
});

describe('callTree', () => {
  it('adds what is below to what is above', () => {
    expect(shares(profileOf({ 'main;read': 3, 'main;parse': 5, main: 2 }))).toEqual({
      main: [2, 10],
      read: [3, 3],
      parse: [5, 5],
    });
  });

  it('counts a function that calls itself once', () => {
    expect(shares(profileOf({ 'f;f;f': 4, 'f;g;f': 1 }))).toEqual({ f: [5, 5], g: [0, 1] });
  });

  it('inverted, begins at the leaves', () => {
    const tree = callTree(profileOf({ 'a;x': 2, 'b;x': 3 }), { inverted: true });
    const roots = [...tree.parent].flatMap((parent, at) => (parent === -1 ? [at] : []));
    expect(roots.map((at) => [tree.labels[tree.label[at] as number]?.name, tree.total[at]])).toEqual([['x', 5]]);
  });

  it('the roots hold the whole weight, whatever the stacks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }), fc.nat(100))),
        (samples) => {
          const builder = new ProfileBuilder();
          const thread = builder.thread('x', 1, 1);
          const frames = [0, 1, 2, 3, 4, 5].map((n) => builder.frame(`f${n}`, null, 'native'));
          for (const [stack, weight] of samples)
            builder.add(builder.stackOf(stack.map((n) => frames[n] as number)), weight, thread);
          const profile = builder.build({ type: 'cpu', unit: 'samples' });
          for (const inverted of [false, true]) {
            const tree = callTree(profile, { inverted });
            const roots = [...tree.parent].reduce(
              (sum, parent, at) => sum + (parent === -1 ? (tree.total[at] as number) : 0),
              0,
            );
            expect(roots).toBeCloseTo(totalWeight(profile), 6);
            expect([...tree.self].reduce((a, b) => a + b, 0)).toBeCloseTo(totalWeight(profile), 6);
          }
        },
      ),
    );
  });
});

describe('layout', () => {
  it('places children within their parents, side by side', () => {
    const tree = callTree(profileOf({ 'main;b': 1, 'main;a;c': 2, main: 1 }));
    const boxes = layout(tree);
    const named = Array.from({ length: boxes.size }, (_, box) => [
      tree.labels[tree.label[boxes.node[box] as number] as number]?.name,
      boxes.x[box],
      boxes.width[box],
      boxes.depth[box],
    ]);
    expect(named).toEqual([
      ['main', 0, 1, 0],
      ['a', 0, 0.5, 1],
      ['c', 0, 0.5, 2],
      ['b', 0.5, 0.25, 1],
    ]);
  });

  it('zooms on a node, its callers over the whole width', () => {
    const tree = callTree(profileOf({ 'main;a;c': 2, 'main;b': 6 }));
    const a = [...tree.label].findIndex((label) => tree.labels[label]?.name === 'a');
    const boxes = layout(tree, { zoom: a });
    expect([...boxes.width.slice(0, boxes.size)]).toEqual([1, 1, 1]);
    expect(boxes.maxDepth).toBe(2);
  });

  it('takes a stack of 2,000 frames without recursion', () => {
    const boxes = layout(callTree(profileOf({ [Array.from({ length: 2_000 }, (_, n) => `f${n}`).join(';')]: 1 })));
    expect(boxes.maxDepth).toBe(1_999);
  });
});

describe('mergeProfiles', () => {
  const quiet = profileOf({ 'main;idle': 10 });
  const busy = profileOf({ 'main;work': 90 });

  it('adds weights', () => {
    expect(
      shares(
        mergeProfiles([
          { host: 'a', profile: quiet },
          { host: 'b', profile: busy },
        ]),
      ),
    ).toEqual({
      main: [0, 100],
      idle: [10, 10],
      work: [90, 90],
    });
  });

  it('can weigh each host the same', () => {
    const merged = shares(
      mergeProfiles(
        [
          { host: 'a', profile: quiet },
          { host: 'b', profile: busy },
        ],
        { weigh: 'equal' },
      ),
    );
    expect(merged['idle']).toEqual(merged['work']);
  });

  it('refuses to add seconds to samples', () => {
    const waits = { ...quiet, unit: 'nanoseconds' as const };
    expect(() =>
      mergeProfiles([
        { host: 'a', profile: quiet },
        { host: 'b', profile: waits },
      ]),
    ).toThrow('b weighs in nanoseconds, a in samples');
  });
});

describe('diff', () => {
  it('compares shares, not weights', () => {
    const before = callTree(profileOf({ 'main;a': 50, 'main;b': 50 }));
    const after = callTree(profileOf({ 'main;a': 500, 'main;b': 500 }));
    expect(functionChanges(before, after).every(({ delta, significant }) => delta === 0 && !significant)).toBe(true);
  });

  it('tells a change from sampling noise', () => {
    const before = callTree(profileOf({ 'main;a': 500, 'main;b': 500 }));
    const noise = callTree(profileOf({ 'main;a': 515, 'main;b': 485 }));
    const change = callTree(profileOf({ 'main;a': 650, 'main;b': 350 }));
    expect(functionChanges(before, noise).some(({ significant }) => significant)).toBe(false);
    expect(functionChanges(before, change).filter(({ significant }) => significant)).toMatchObject([
      { name: 'a', selfBefore: 0.5, selfAfter: 0.65, significant: true },
      { name: 'b', selfBefore: 0.5, selfAfter: 0.35, significant: true },
    ]);
  });

  // statsmodels: proportions_ztest([650, 500], [1000, 1000]) → z = 6.785, p = 1.16e-11
  it('has the p of the two-proportion z test', () => {
    const before = callTree(profileOf({ 'main;a': 500, 'main;b': 500 }));
    const after = callTree(profileOf({ 'main;a': 650, 'main;b': 350 }));
    expect(functionChanges(before, after)[0]?.p).toBeCloseTo(1.16e-11, 12);
  });

  it('keeps what vanished, and can draw it', () => {
    const before = callTree(profileOf({ 'main;gone': 5, 'main;stays': 5 }));
    const after = callTree(profileOf({ 'main;stays': 10 }));
    const name = (at: number, tree = diffTrees(before, after)): string =>
      tree.labels[tree.label[at] as number]?.name ?? '';
    const drawn = diffTrees(before, after, 'before');
    const gone = Array.from({ length: drawn.size }, (_, at) => at).find((at) => name(at, drawn) === 'gone') as number;
    expect([drawn.before[gone], drawn.after[gone], drawn.total[gone]]).toEqual([0.5, 0, 0.5]);
  });
});

describe('filter and heat map', () => {
  const builder = new ProfileBuilder();
  const one = builder.thread('one', 1, 1);
  const two = builder.thread('two', 2, 2);
  const f = builder.frame('f', null, 'native');
  const g = builder.frame('g', null, 'native');
  builder.add(builder.stackOf([f]), 1, one, 0, 5);
  builder.add(builder.stackOf([g, f]), 1, two, 1, 1_250);
  builder.add(builder.stackOf([g]), 2, two, 1, 1_999.99);
  const groups = new Map([[2, '/app.slice/web']]);
  const profile = withCgroups(builder.build({ type: 'cpu', unit: 'samples', durationMs: 2_000 }), groups);

  it.each([
    [{ commands: ['two'] }, 3],
    [{ pids: [1] }, 1],
    [{ cpus: [1] }, 3],
    [{ cgroup: '/app.slice' }, 3],
    [{ cgroup: '/' }, 3],
    [{ cgroup: '/app.slice/web' }, 3],
    [{ cgroup: '/app.slice/we' }, 0],
    [{ time: { from: 0, to: 1_250 } }, 1],
    [{ contains: 'f' }, 2],
    [{ commands: ['two'], contains: 'f' }, 1],
    [{}, 4],
  ])('%j keeps a weight of %d', (filter, weight) => {
    const keep = keeping(profile, filter);
    expect(callTree(profile, { keep }).weight).toBe(weight);
    const part = onlySamples(profile, keep);
    expect(callTree(part)).toEqual(callTree(profile, { keep }));
    expect(toFolded(part).length).toBeLessThanOrEqual(toFolded(profile).length);
  });

  it('keeps control groups in the store and when hosts are merged, as far as they are known', () => {
    expect(loadProfile(JSON.parse(JSON.stringify(storeProfile(profile))) as StoredProfile)).toEqual(profile);
    const merged = mergeProfiles([
      { host: 'a', profile },
      { host: 'b', profile },
    ]);
    const keep = keeping(merged, { cgroup: '/app.slice' });
    expect([callTree(merged).weight, callTree(merged, { keep }).weight]).toEqual([8, 6]);
  });

  it('counts by second and by fraction of it', () => {
    const map = heatMap(profile, 50);
    expect([map.columns, map.rows, map.rowMs, map.max]).toEqual([2, 50, 20, 2]);
    expect(map.values[0]).toBe(1); // 5 ms: first second, first 20 ms
    expect(map.values[50 + 12]).toBe(1); // 250 ms of the second
    expect(map.values[50 + 49]).toBe(2);
  });

  it('says that there are no times rather than drawing all at 0', () => {
    expect(() => heatMap(profileOf({ a: 1 }))).toThrow('carry no times');
  });
});

describe('the whole time of a program', () => {
  const on = new ProfileBuilder();
  on.add(on.stackOf([on.frame('burn', null, 'native')]), 50, on.thread('app', 1, 1));
  on.add(on.stackOf([on.frame('burn', null, 'native')]), 10, on.thread('other', 2, 2));
  const onCpu = on.build({ type: 'cpu', unit: 'samples', frequency: 100 });
  const off = new ProfileBuilder();
  const app = off.thread('app', 1, 1);
  off.add(off.stackOf([off.frame('futex_wait', '[kernel.kallsyms]', 'kernel')]), 3e9, app);
  off.add(off.stackOf([off.frame('io_schedule', '[kernel.kallsyms]', 'kernel')]), 1e9, app);
  const offCpu = off.build({ type: 'off-cpu', unit: 'nanoseconds' });

  it('is its samples as time, and its waits', () => {
    expect(wholeTime(onCpu, offCpu)).toMatchObject([
      {
        command: 'app',
        onCpu: 0.5,
        offCpu: 4,
        waits: [
          { wait: 'lock', weight: 3e9 },
          { wait: 'disk', weight: 1e9 },
        ],
      },
      { command: 'other', onCpu: 0.1, offCpu: 0, waits: [] },
    ]);
    expect(wholeTime(onCpu, offCpu, 'other').map(({ command }) => command)).toEqual(['other']);
  });

  it('is not made of two halves of one kind', () => {
    expect(() => wholeTime(onCpu, onCpu)).toThrow('off-cpu profile');
    expect(() => wholeTime(offCpu, offCpu)).toThrow('known rate');
  });
});

describe('stored profiles', () => {
  it('come back as they went, through JSON', () => {
    const builder = new ProfileBuilder();
    const thread = builder.thread('né "x"', 7, 8);
    builder.add(builder.stackOf([builder.frame('a;b\n<c>', '/lib/x.so', 'inlined')]), 3, thread, 1, 12.345);
    builder.add(-1, 1, thread, 0, 10);
    const profile = builder.build({ type: 'cpu', unit: 'samples', frequency: 99, startedAt: 5, durationMs: 20 });
    const stored = storedProfileSchema.parse(JSON.parse(JSON.stringify(storeProfile(profile))));
    expect(loadProfile(stored)).toEqual(profile);
  });

  it.each<[string, (stored: StoredProfile) => void, RegExp]>([
    [
      'a stack that is its own parent',
      (s) => (s.stacks.parent[0] = 0),
      /stacks\.parent\[0\]: expected a stack before it, got 0/,
    ],
    ['a cycle', (s) => ((s.stacks.parent[0] = 1), (s.stacks.parent[1] = 0)), /stacks\.parent\[0\]/],
    ['a frame that is not there', (s) => (s.stacks.frame[0] = 99), /stacks\.frame\[0\]: expected a number from 0/],
    ['a sample without a stack', (s) => (s.samples.stack[0] = 12), /samples\.stack\[0\]/],
    ['arrays of unequal length', (s) => s.samples.weight.pop(), /samples: arrays of unequal length/],
  ])('%s is refused with its place', (_, spoil, message) => {
    const stored = storeProfile(profileOf({ 'a;b': 1, 'a;c': 2 }));
    spoil(stored);
    expect(() => loadProfile(stored)).toThrow(ProfileError);
    expect(() => loadProfile(stored)).toThrow(message);
  });
});

describe('the shape in words', () => {
  it('names a plateau with its share, its error and its caller', () => {
    const { plateaus, sentences } = shapeOf(
      callTree(profileOf({ 'main;spin': 600, 'main;other': 90, 'main;more': 310 })),
    );
    expect(plateaus.map(({ name, share }) => [name, share])).toEqual([
      ['spin', 0.6],
      ['more', 0.31],
    ]);
    // Wilson's interval for 600 of 1000: ± 3.03 points.
    expect(sentences[0]).toBe('spin is a plateau: 60 % ± 3.0 of all, mostly called by main (100 % of it).');
  });

  it('knows a flat top', () => {
    const stacks = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`main;f${n}`, 10]));
    expect(shapeOf(callTree(profileOf(stacks)))).toMatchObject({ flat: true, plateaus: [] });
  });

  it('knows a tower and who recurses in it', () => {
    const deep = Array.from({ length: 80 }, () => 'walk').join(';');
    expect(shapeOf(callTree(profileOf({ [deep]: 10 }))).tower).toEqual({
      depth: 80,
      recursion: { name: 'walk', times: 80 },
    });
  });

  it('of nothing says so', () => {
    expect(shapeOf(callTree(profileOf({}))).sentences).toEqual(['There are no samples.']);
  });
});
