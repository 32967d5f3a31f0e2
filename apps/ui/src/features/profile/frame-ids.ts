import { type CallTree } from '@fleetscope/profiles';

const MOST_LETTERS = 400;

/** FNV-1a, in the 32 bits that Math.imul gives. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < Math.min(text.length, MOST_LETTERS); at++)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
};

/** Two numbers a node, of the names on its way from the root: the same place has the same in any host's tree. */
const hashes = (tree: CallTree): { high: Int32Array; low: Int32Array } => {
  const names = Int32Array.from(tree.labels, ({ name }) => hashOf(name));
  const high = new Int32Array(tree.size);
  const low = new Int32Array(tree.size);
  for (let at = 0; at < tree.size; at++) {
    const parent = tree.parent[at] as number;
    const name = names[tree.label[at] as number] as number;
    high[at] = Math.imul((parent === -1 ? 0x2545f491 : (high[parent] as number)) ^ name, 0x9e3779b1);
    low[at] = Math.imul((parent === -1 ? 0x1b873593 : (low[parent] as number)) + name, 0x85ebca6b) ^ (name >>> 15);
  }
  return { high, low };
};

const spelled = (high: number, low: number): string => `${(high >>> 0).toString(36)}-${(low >>> 0).toString(36)}`;

/**
 * A node's id for an address: short however deep the stack, and good for another host's or another minute's profile as
 * long as the names on the way are the same. Where the order of time lets a way come again, the id ends with how often it
 * came before.
 */
export const idOf = (tree: CallTree, node: number): string => {
  const { high, low } = hashes(tree);
  let before = 0;
  for (let at = 0; at < node; at++) if (high[at] === high[node] && low[at] === low[node]) before++;
  return `${spelled(high[node] as number, low[node] as number)}${before > 0 ? `-${before}` : ''}`;
};

/** The node with this id; -1 when the tree has none. */
export const nodeOf = (tree: CallTree, id: string | undefined): number => {
  if (id === undefined) return -1;
  const [hash = '', other = '', again = '0'] = id.split('-');
  const [first, second] = [Number.parseInt(hash, 36) | 0, Number.parseInt(other, 36) | 0];
  let before = Number(again);
  const { high, low } = hashes(tree);
  for (let at = 0; at < tree.size; at++) if (high[at] === first && low[at] === second && before-- === 0) return at;
  return -1;
};
