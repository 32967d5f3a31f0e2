import { GrowingSums } from '../model/numbers';
import { type FrameView, frameAt, framesOf, type Profile } from '../model/profile';
import { type CallTree, rootsOf, type TreeOptions } from './call-tree';

/**
 * A call tree in which only what follows on one another is joined, as a flame chart draws it: a function that was left and
 * entered again stands twice. Siblings come in the order of time, so `layout` with the order `given` keeps it. Each root (a
 * command, a thread) has its own time; without roots the samples of all threads take turns.
 */
export const timeTree = (profile: Profile, { root = 'none', keep }: Omit<TreeOptions, 'inverted'> = {}): CallTree => {
  const { samples } = profile;
  const labels: FrameView[] = Array.from({ length: profile.frames.size }, (_, frame) => frameAt(profile, frame));
  const roots = rootsOf(profile, root, labels);
  const underOf = (sample: number): number =>
    roots === null ? -1 : (roots[samples.thread[sample] as number] as number);
  const order = Array.from({ length: samples.size }, (_, at) => at)
    .filter((at) => !keep || keep(at))
    .sort((a, b) => underOf(a) - underOf(b) || (samples.time[a] as number) - (samples.time[b] as number) || a - b);
  const label: number[] = [];
  const parent: number[] = [];
  const self = new GrowingSums();
  const total = new GrowingSums();
  // The nodes of the sample before, root first.
  let open: number[] = [];
  let weight = 0;
  let squares = 0;
  for (const sample of order) {
    const one = samples.weight[sample] as number;
    weight += one;
    squares += (one * one) / (samples.count[sample] as number);
    const under = underOf(sample);
    const path = [...(under === -1 ? [] : [under]), ...framesOf(profile, samples.stack[sample] as number)];
    let shared = 0;
    while (shared < path.length && shared < open.length && label[open[shared] as number] === path[shared]) shared++;
    open = open.slice(0, shared);
    for (let depth = shared; depth < path.length; depth++) {
      parent.push(open.at(-1) ?? -1);
      open.push(label.push(path[depth] as number) - 1);
    }
    for (const node of open) total.add(node, one);
    const leaf = open.at(-1);
    if (leaf !== undefined) self.add(leaf, one);
  }
  return {
    unit: profile.unit,
    size: label.length,
    label: Int32Array.from(label),
    parent: Int32Array.from(parent),
    total: total.all(label.length),
    self: self.all(label.length),
    labels,
    weight,
    effectiveSamples: squares === 0 ? 0 : (weight * weight) / squares,
  };
};
