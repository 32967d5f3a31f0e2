import { type CallTree } from '@fleetscope/profiles';

export interface Found {
  /** By label: whether its name matches. */
  readonly labels: Uint8Array;
  readonly functions: number;
  /** Of the whole, 0 to 1; a match within a match counts once. */
  readonly share: number;
}

/** Functions whose names hold the words, in either case; null without words. */
export const find = (tree: CallTree, words: string | undefined): Found | null => {
  const wanted = words?.trim().toLowerCase();
  if (!wanted) return null;
  const labels = new Uint8Array(tree.labels.length);
  tree.labels.forEach(({ name }, label) => {
    if (name.toLowerCase().includes(wanted)) labels[label] = 1;
  });
  const within = new Uint8Array(tree.size);
  const used = new Set<number>();
  let weight = 0;
  for (let at = 0; at < tree.size; at++) {
    const parent = tree.parent[at] as number;
    const isUnder = parent !== -1 && within[parent] === 1;
    const label = tree.label[at] as number;
    const isMatch = labels[label] === 1;
    within[at] = isUnder || isMatch ? 1 : 0;
    if (!isMatch) continue;
    used.add(label);
    if (!isUnder) weight += tree.total[at] as number;
  }
  return { labels, functions: used.size, share: tree.weight > 0 ? weight / tree.weight : 0 };
};
