import { callTree, functionChanges, type Profile, ProfileBuilder } from '@fleetscope/profiles';
import { chosenOf, choicesOf, isInvestigation, peersOf } from './choices';
import { find } from './find';
import { boxColour } from './flame-colours';
import { eachBox, flameOf, neighbour, nodeAt, windowOf } from './flame-model';
import { idOf, nodeOf } from './frame-ids';
import { sandwichOf } from './sandwich';
import { hasTimes, sliceProfile } from './slice';
import { changeAnswer, percent, signed } from './words';
import { cellAt, isWithin, rangeOf } from '../../charts/heat-grid';
import { secondsGrid } from './heat-model';

/** `main;a;b 3`: frames and a weight; samples come one each 10 ms. */
const profileOf = (...stacks: string[]): Profile => {
  const builder = new ProfileBuilder();
  const thread = builder.thread('app', 7, 8);
  stacks.forEach((line, at) => {
    const space = line.lastIndexOf(' ');
    let stack = -1;
    for (const name of line.slice(0, space).split(';'))
      stack = builder.stack(stack, builder.frame(name, null, 'native'));
    builder.add(stack, Number(line.slice(space + 1)), thread, 0, at * 10);
  });
  return builder.build({
    type: 'cpu',
    unit: 'samples',
    event: null,
    frequency: 100,
    startedAt: null,
    durationMs: stacks.length * 10,
  });
};

const profile = profileOf('main;a;b 3', 'main;a 1', 'main;c;b 2', 'main;c;a;b 4');
const tree = callTree(profile);
const flame = flameOf(tree, 'name');
const nameOf = (node: number): string | undefined => tree.labels[tree.label[node] as number]?.name;
const nodeNamed = (...path: string[]): number => {
  let at = -1;
  for (const name of path)
    at = Array.from({ length: tree.size }, (_, node) => node).find(
      (node) => tree.parent[node] === at && nameOf(node) === name,
    ) as number;
  return at;
};

describe('the flame graph', () => {
  it('zooms by looking at a range of boxes', () => {
    const c = nodeNamed('main', 'c');
    const seen: [string | undefined, number, number][] = [];
    eachBox(flame, windowOf(flame, c), 0, (box, x, width) =>
      seen.push([nameOf(flame.layout.node[box] as number), x, width]),
    );
    expect(seen.map(([name, x, width]) => [name, Number(x.toFixed(3)), Number(width.toFixed(3))])).toEqual([
      ['c', 0, 1],
      ['a', 0, 0.667],
      ['b', 0, 0.667],
      ['b', 0.667, 0.333],
    ]);
    expect(windowOf(flame, c)).toMatchObject({ rows: 4, callers: [flame.boxOf[nodeNamed('main')]] });
  });
  it('passes over what is too narrow, with all above it', () => {
    const seen: (string | undefined)[] = [];
    eachBox(flame, windowOf(flame, -1), 0.45, (box) => seen.push(nameOf(flame.layout.node[box] as number)));
    expect(seen).toEqual(['main', 'c']);
  });
  it('tells what is under the pointer', () => {
    const whole = windowOf(flame, -1);
    expect(nameOf(nodeAt(flame, whole, 0.1, 1))).toBe('a');
    expect(nameOf(nodeAt(flame, whole, 0.9, 1))).toBe('c');
    expect(nodeAt(flame, whole, 0.39, 2)).toBe(-1);
    expect(nameOf(nodeAt(flame, windowOf(flame, nodeNamed('main', 'c')), 0.5, 0))).toBe('main');
  });
  it('walks by arrows: the heaviest callee, the caller, the neighbours', () => {
    const main = nodeNamed('main');
    const c = neighbour(flame, main, 'callee');
    expect(nameOf(c)).toBe('c');
    expect(nameOf(neighbour(flame, c, 'previous'))).toBe('a');
    expect(neighbour(flame, c, 'next')).toBe(c);
    expect(neighbour(flame, c, 'caller')).toBe(main);
  });
  it('names a place so that another tree finds it', () => {
    const id = idOf(tree, nodeNamed('main', 'c', 'a'));
    const other = callTree(profileOf('main;zzz 1', 'main;c;a 1'));
    const found = nodeOf(other, id);
    expect(other.labels[other.label[found] as number]?.name).toBe('a');
    expect(nodeOf(tree, 'nothing')).toBe(-1);
    expect(nodeOf(tree, undefined)).toBe(-1);
  });
  it('tells a way that comes again in the order of time from the one before', () => {
    const twice = {
      ...tree,
      ...{ size: 3, label: Int32Array.from([0, 0, 0]), parent: Int32Array.from([-1, -1, -1]) },
    };
    expect([0, 1, 2].map((node) => nodeOf(twice, idOf(twice, node)))).toEqual([0, 1, 2]);
    expect(nodeOf(twice, `${idOf(twice, 0)}-7`)).toBe(-1);
  });

  it('keeps text readable on either page', () => {
    expect(boxColour('hsl(290 38% 52%)', 'change', true).text).not.toBe(
      boxColour('hsl(220 5% 82%)', 'change', true).text,
    );
    expect(boxColour('hsl(212 42% 70%)', 'kind', false).fill).toBe('hsl(212 42% 70%)');
  });
});

describe('find', () => {
  it('counts a match within a match once', () => {
    expect(find(tree, 'A')).toMatchObject({ functions: 2, share: 1 });
    expect(find(tree, 'b')?.share).toBeCloseTo(0.9);
    expect(find(tree, '  ')).toBeNull();
  });
});

describe('the sandwich', () => {
  it('has everything above and below a function, wherever it occurs', () => {
    const sandwich = sandwichOf(tree, 'a');
    expect(sandwich?.share).toBeCloseTo(0.8);
    const names = ({
      size,
      label,
      labels,
      total,
    }: NonNullable<typeof sandwich>['callers']): [string | undefined, number][] =>
      Array.from({ length: size }, (_, at) => [labels[label[at] as number]?.name, total[at] as number]);
    expect(names(sandwich?.callees as NonNullable<typeof sandwich>['callees'])).toEqual([
      ['a', 8],
      ['b', 7],
    ]);
    expect(names(sandwich?.callers as NonNullable<typeof sandwich>['callers'])).toEqual([
      ['a', 8],
      ['main', 4],
      ['c', 4],
      ['main', 4],
    ]);
  });
  it('counts a function that calls itself once', () => {
    expect(sandwichOf(callTree(profileOf('f;f;f 5')), 'f')?.share).toBe(1);
    expect(sandwichOf(tree, 'none')).toBeNull();
  });
});

describe('time', () => {
  it('cuts a part of the window out', () => {
    const part = sliceProfile(profile, 10, 30);
    expect([...part.samples.weight]).toEqual([1, 2]);
    expect(hasTimes(part)).toBe(true);
    expect(callTree(part).weight).toBe(3);
  });
  it('chooses by cells of the heat map', () => {
    const grid = secondsGrid(profile);
    const range = rangeOf(grid, cellAt(grid, 0, 0.5), cellAt(grid, 0, 0));
    expect(range).toEqual({ from: 0, to: 550 });
    expect(isWithin(grid, range, { column: 0, row: 10 })).toBe(true);
    expect(isWithin(grid, range, { column: 0, row: 11 })).toBe(false);
  });
});

describe('what one can choose', () => {
  const summary = (host: string, samples = 5) => ({ host, samples }) as Parameters<typeof chosenOf>[0][number];
  const all = [summary('a'), summary('b'), summary('c', 0)];
  it('takes all that have samples, or the ones that are named', () => {
    expect(chosenOf(all, undefined).map(({ host }) => host)).toEqual(['a', 'b']);
    expect(chosenOf(all, 'c').map(({ host }) => host)).toEqual(['c']);
    expect(peersOf(all, [summary('a')], 'peers').map(({ host }) => host)).toEqual(['b']);
    expect(peersOf(all, all, undefined)).toEqual([]);
  });
  it('lists commands and threads by weight', () => {
    expect(choicesOf(profile, undefined)).toMatchObject({
      commands: [{ value: 'app', label: 'app · 100.0 %' }],
      threads: [{ value: '8', label: 'app 8 · 100.0 %' }],
    });
  });
  it('knows an investigation from a host', () => {
    expect(isInvestigation('c355dbbe-716a-4b09-b6d8-b1d476fd2985')).toBe(true);
    expect(isInvestigation('db-01')).toBe(false);
  });
});

describe('words', () => {
  it('sign what changed', () => {
    expect([signed(0.342), signed(-0.048), signed(0)]).toEqual(['+34.2 %', '−4.8 %', '±0.0 %']);
    expect([percent(0), percent(0.0312), percent(0.5)]).toEqual(['0 %', '3.1 %', '50.0 %']);
  });
  it('say that nothing differs rather than name noise', () => {
    const changes = functionChanges(callTree(profileOf('m 5', 'n 5')), callTree(profileOf('m 5', 'n 5')));
    expect(changeAnswer(changes, 'its peers', 'db-07').first).toBe(
      'Nothing differs by more than the sampling noise between db-07 and its peers.',
    );
  });
});
