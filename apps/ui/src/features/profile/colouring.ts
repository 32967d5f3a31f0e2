import { changeColour, kindColour, shareDifference } from '@fleetscope/profiles';
import { type BoxColour, boxColour } from './flame-colours';
import { type Picture } from './use-picture';

const NOISE = 0.05;

/** By kind; against another side by change, and grey where the change is no more than sampling noise. */
const colourOf = ({ flame: { tree }, change }: Picture, node: number, isDark: boolean): BoxColour => {
  if (!change) {
    const label = tree.labels[tree.label[node] as number];
    return boxColour(kindColour(label?.kind ?? 'unknown', label?.name ?? ''), 'kind', isDark);
  }
  const { effectiveSamples: samples } = change.tree;
  const [before, after] = [change.tree.before[node] as number, change.tree.after[node] as number];
  const isNoise = shareDifference(Math.min(1, before), samples, Math.min(1, after), samples).p > NOISE;
  return boxColour(isNoise ? changeColour(1, 1) : changeColour(before, after), 'change', isDark);
};

/** A box's colours by node; each is asked for again and again while the pointer moves, and worked out once. */
export const colouring = (picture: Picture, isDark: boolean): ((node: number) => BoxColour) => {
  const known = new Map<number, BoxColour>();
  return (node) => {
    let made = known.get(node);
    if (!made) {
      made = colourOf(picture, node, isDark);
      known.set(node, made);
    }
    return made;
  };
};
