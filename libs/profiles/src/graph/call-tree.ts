import { type ProfileUnit } from '@fleetscope/contracts';
import { GrowingSums, PairTable } from '../model/numbers';
import { commandAt, type FrameView, frameAt, type Profile } from '../model/profile';

/** A tree of calls with weights: what a flame graph draws. Parallel arrays; a parent stands before its children. */
export interface CallTree {
  readonly unit: ProfileUnit;
  readonly size: number;
  /** Index into `labels`. */
  readonly label: Int32Array;
  /** -1 for a root. */
  readonly parent: Int32Array;
  readonly total: Float64Array;
  readonly self: Float64Array;
  readonly labels: readonly FrameView[];
  /** Of all samples, those without frames included. */
  readonly weight: number;
  /**
   * How many samples of equal weight would be as certain: (Σw)²/Σw² (Kish 1965). With equal weights it is their number.
   */
  readonly effectiveSamples: number;
}

export interface TreeOptions {
  /** What the stacks stand on. Default `none`. */
  readonly root?: 'none' | 'command' | 'thread';
  /** Leaf first: who calls the leaves. Default false. */
  readonly inverted?: boolean;
  /** Which samples count; all by default. */
  readonly keep?: (sample: number) => boolean;
}

/** Builds a call tree of a profile's samples. */
export const callTree = (profile: Profile, options: TreeOptions = {}): CallTree => {
  const { stacks, samples } = profile;
  const { root = 'none', inverted = false, keep } = options;
  const labels: FrameView[] = Array.from({ length: profile.frames.size }, (_, frame) => frameAt(profile, frame));
  const roots = rootsOf(profile, root, labels);
  // The same stack comes many times: weights are added by root and stack first.
  const places = new PairTable();
  const weights = new GrowingSums();
  let weight = 0;
  let squares = 0;
  for (let at = 0; at < samples.size; at++) {
    if (keep && !keep(at)) continue;
    const one = samples.weight[at] as number;
    weight += one;
    squares += (one * one) / (samples.count[at] as number);
    const under = roots === null ? -1 : (roots[samples.thread[at] as number] as number);
    weights.add(places.add(under, samples.stack[at] as number), one);
  }
  const nodes = new PairTable();
  const self = new GrowingSums();
  const total = new GrowingSums();
  const node = (parent: number, label: number): number => nodes.add(parent, label);
  if (inverted) {
    for (let place = 0; place < places.size; place++) {
      const one = weights.at(place);
      const under = places.first.at(place);
      let at = under === -1 ? -1 : node(-1, under);
      if (at !== -1) total.add(at, one);
      for (let stack = places.second.at(place); stack >= 0; stack = stacks.parent[stack] as number) {
        at = node(at, stacks.frame[stack] as number);
        total.add(at, one);
        if (stack === places.second.at(place)) self.add(at, one);
      }
    }
  } else {
    const path: number[] = [];
    for (let place = 0; place < places.size; place++) {
      path.length = 0;
      for (let stack = places.second.at(place); stack >= 0; stack = stacks.parent[stack] as number) path.push(stack);
      const under = places.first.at(place);
      let at = under === -1 ? -1 : node(-1, under);
      for (let step = path.length - 1; step >= 0; step--) at = node(at, stacks.frame[path[step] as number] as number);
      if (at !== -1) self.add(at, weights.at(place));
    }
    for (let at = nodes.size - 1; at >= 0; at--) {
      total.add(at, self.at(at));
      const parent = nodes.first.at(at);
      if (parent !== -1) total.add(parent, total.at(at));
    }
  }
  return {
    unit: profile.unit,
    size: nodes.size,
    label: nodes.second.all(),
    parent: nodes.first.all(),
    total: total.all(nodes.size),
    self: self.all(nodes.size),
    labels,
    weight,
    effectiveSamples: squares === 0 ? 0 : (weight * weight) / squares,
  };
};

/** Labels of what the stacks stand on, by thread; null when they stand on nothing. */
export const rootsOf = (
  profile: Profile,
  root: 'none' | 'command' | 'thread',
  labels: FrameView[],
): number[] | null => {
  if (root === 'none') return null;
  const known = new Map<string, number>();
  return Array.from({ length: profile.threads.size }, (_, thread) => {
    const tid = profile.threads.tid[thread] as number;
    const command = commandAt(profile, thread);
    const name = root === 'thread' && tid !== -1 ? `${command} ${tid}` : command;
    let label = known.get(name);
    if (label === undefined) {
      label = labels.push({ name, module: null, kind: 'unknown' }) - 1;
      known.set(name, label);
    }
    return label;
  });
};

/** First child and next sibling of every node (-1: none), and the roots' first. Siblings come in descending order. */
export const childrenOf = (
  tree: Pick<CallTree, 'size' | 'parent'>,
  compare: (a: number, b: number) => number,
): { first: Int32Array; next: Int32Array; root: number } => {
  const order = Int32Array.from({ length: tree.size }, (_, at) => at).sort((a, b) => compare(b, a));
  const first = new Int32Array(tree.size).fill(-1);
  const next = new Int32Array(tree.size).fill(-1);
  let root = -1;
  // Each is put before the ones already there: the last one given comes first.
  for (const at of order) {
    const parent = tree.parent[at] as number;
    if (parent === -1) {
      next[at] = root;
      root = at;
    } else {
      next[at] = first[parent] as number;
      first[parent] = at;
    }
  }
  return { first, next, root };
};

export interface FunctionWeight {
  readonly label: number;
  readonly self: number;
  /** With what it calls; a function that calls itself counts once. */
  readonly total: number;
}

/** Self and total weight of every function that occurs, heaviest self first. */
export const functionsOf = (tree: CallTree): FunctionWeight[] => {
  const self = new Float64Array(tree.labels.length);
  const total = new Float64Array(tree.labels.length);
  const seen = new Uint8Array(tree.labels.length);
  const { first, next, root } = childrenOf(tree, () => 0);
  // Depth first without recursion: a stack may be thousands of frames deep.
  const open: number[] = [];
  const outermost = new Uint8Array(tree.size);
  let at = root;
  while (at !== -1 || open.length > 0) {
    if (at === -1) {
      const done = open.pop() as number;
      if (outermost[done]) seen[tree.label[done] as number] = 0;
      at = next[done] as number;
      continue;
    }
    const label = tree.label[at] as number;
    self[label] = (self[label] as number) + (tree.self[at] as number);
    if (seen[label] === 0) {
      seen[label] = 1;
      outermost[at] = 1;
      total[label] = (total[label] as number) + (tree.total[at] as number);
    }
    open.push(at);
    at = first[at] as number;
  }
  const out: FunctionWeight[] = [];
  for (let label = 0; label < tree.labels.length; label++)
    if ((total[label] as number) > 0) out.push({ label, self: self[label] as number, total: total[label] as number });
  return out.sort((a, b) => b.self - a.self || b.total - a.total);
};
