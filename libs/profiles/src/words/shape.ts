import { type CallTree, functionsOf } from '../graph/call-tree';
import { shareError } from '../compare/statistics';

export interface Plateau {
  readonly name: string;
  readonly module: string | null;
  /** Self share of the whole, 0 to 1, and half the width of its 95 % confidence interval. */
  readonly share: number;
  readonly error: number;
  /** Who calls it, heaviest first, with their part of it. */
  readonly callers: readonly { readonly name: string; readonly share: number }[];
}

/** What the outline of a flame graph says. */
export interface Shape {
  readonly plateaus: readonly Plateau[];
  /** Many leaves, none of them wide. */
  readonly flat: boolean;
  /** The deepest stack that holds at least 1 % of the weight, and how often one function repeats in it. */
  readonly tower: {
    readonly depth: number;
    readonly recursion: { readonly name: string; readonly times: number } | null;
  } | null;
  readonly sentences: readonly string[];
}

const PLATEAU = 0.1;
const FLAT_LEAVES = 20;
const FLAT_TOP = 0.05;
const TOWER_SHARE = 0.01;
const TOWER_DEPTH = 60;

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** Reads a call tree (not inverted) as METHOD.md reads a flame graph. */
export const shapeOf = (tree: CallTree): Shape => {
  if (tree.weight === 0) return { plateaus: [], flat: false, tower: null, sentences: ['There are no samples.'] };
  const functions = functionsOf(tree);
  const leaves = functions.filter(({ self }) => self > 0);
  const plateaus = leaves
    .filter(({ self }) => self / tree.weight >= PLATEAU)
    .slice(0, 5)
    .map(({ label, self }) => plateauOf(tree, label, self));
  const widest = (leaves[0]?.self ?? 0) / tree.weight;
  const flat = leaves.length >= FLAT_LEAVES && widest < FLAT_TOP;
  const tower = towerOf(tree);
  const sentences = [
    ...plateaus.map(({ name, share, error, callers }) => {
      const [first] = callers;
      const from = first ? `, mostly called by ${first.name} (${percent(first.share)} of it)` : '';
      return `${name} is a plateau: ${percent(share)} ± ${(error * 100).toFixed(1)} of all${from}.`;
    }),
    ...(flat
      ? [
          `A flat top: ${leaves.length} functions, none above ${percent(widest)}. There is no single place to mend; less work is the way.`,
        ]
      : []),
    ...(tower
      ? [
          `A tower ${tower.depth} frames deep${tower.recursion ? `: ${tower.recursion.name} calls itself ${tower.recursion.times} times` : ', a deep chain of calls'}.`,
        ]
      : []),
  ];
  if (sentences.length === 0 && leaves[0])
    sentences.push(
      `No plateau: the widest leaf is ${tree.labels[leaves[0].label]?.name ?? '?'} with ${percent(widest)}.`,
    );
  return { plateaus, flat, tower, sentences };
};

const plateauOf = (tree: CallTree, label: number, self: number): Plateau => {
  const callers = new Map<number, number>();
  for (let at = 0; at < tree.size; at++) {
    if (tree.label[at] !== label || tree.self[at] === 0) continue;
    const parent = tree.parent[at] as number;
    if (parent !== -1)
      callers.set(
        tree.label[parent] as number,
        (callers.get(tree.label[parent] as number) ?? 0) + (tree.self[at] as number),
      );
  }
  const share = self / tree.weight;
  return {
    name: tree.labels[label]?.name ?? '?',
    module: tree.labels[label]?.module ?? null,
    share,
    error: shareError(share, tree.effectiveSamples),
    callers: [...callers]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 3)
      .map(([caller, weight]) => ({ name: tree.labels[caller]?.name ?? '?', share: weight / self })),
  };
};

const towerOf = (tree: CallTree): Shape['tower'] => {
  const depth = new Int32Array(tree.size);
  let deepest = -1;
  for (let at = 0; at < tree.size; at++) {
    const parent = tree.parent[at] as number;
    depth[at] = parent === -1 ? 1 : (depth[parent] as number) + 1;
    if ((tree.total[at] as number) / tree.weight < TOWER_SHARE) continue;
    if (deepest === -1 || (depth[at] as number) > (depth[deepest] as number)) deepest = at;
  }
  if (deepest === -1 || (depth[deepest] as number) < TOWER_DEPTH) return null;
  const times = new Map<number, number>();
  for (let at = deepest; at !== -1; at = tree.parent[at] as number)
    times.set(tree.label[at] as number, (times.get(tree.label[at] as number) ?? 0) + 1);
  const [most] = [...times].sort(([, a], [, b]) => b - a);
  return {
    depth: depth[deepest] as number,
    recursion: most && most[1] >= 5 ? { name: tree.labels[most[0]]?.name ?? '?', times: most[1] } : null,
  };
};
