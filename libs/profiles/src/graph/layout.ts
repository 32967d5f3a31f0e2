import { type CallTree, childrenOf } from './call-tree';

/** Boxes of a flame graph as parallel arrays; `x` and `width` are shares of the whole, `depth` 0 is the root's row. */
export interface Layout {
  readonly size: number;
  /** The tree's node behind each box. */
  readonly node: Int32Array;
  readonly x: Float64Array;
  readonly width: Float64Array;
  readonly depth: Int32Array;
  readonly maxDepth: number;
}

export interface LayoutOptions {
  /** `name`: stable between captures; `weight`: the heaviest to the left; `given`: as the tree has them. Default `name`. */
  readonly order?: 'name' | 'weight' | 'given';
  /** Boxes narrower than this share are left out, with all above them. Default 0. */
  readonly minWidth?: number;
  /** Draws only what is below this node, over the whole width, on top of its callers. */
  readonly zoom?: number;
}

/** Places a tree's boxes. Time grows with their number; nothing recurses. */
export const layout = (tree: CallTree, options: LayoutOptions = {}): Layout => {
  const { order = 'name', minWidth = 0, zoom = -1 } = options;
  const compare = order === 'given' ? asGiven : order === 'weight' ? byWeight(tree) : byName(tree);
  const { first, next, root } = childrenOf(tree, compare);
  const node = new Int32Array(tree.size);
  const x = new Float64Array(tree.size);
  const width = new Float64Array(tree.size);
  const depth = new Int32Array(tree.size);
  let size = 0;
  let maxDepth = 0;
  const put = (at: number, left: number, share: number, row: number): void => {
    node[size] = at;
    x[size] = left;
    width[size] = share;
    depth[size] = row;
    if (row > maxDepth) maxDepth = row;
    size++;
  };
  const whole = zoom === -1 ? sumOf(tree, root, next) : (tree.total[zoom] as number);
  if (whole <= 0) return { size: 0, node, x, width, depth, maxDepth: 0 };
  let start = root;
  let row = 0;
  if (zoom !== -1) {
    const callers: number[] = [];
    for (let at = zoom; at !== -1; at = tree.parent[at] as number) callers.push(at);
    for (const at of callers.reverse()) put(at, 0, 1, row++);
    start = first[zoom] as number;
  }
  // Open boxes of the path: where the next child of each begins.
  const open: { next: number; left: number; row: number }[] = [{ next: start, left: 0, row }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const at = top.next;
    if (at === -1) {
      open.pop();
      continue;
    }
    const share = (tree.total[at] as number) / whole;
    top.next = next[at] as number;
    const { left } = top;
    top.left += share;
    if (share < minWidth || share === 0) continue;
    put(at, left, share, top.row);
    if (first[at] !== -1) open.push({ next: first[at] as number, left, row: top.row + 1 });
  }
  return { size, node, x, width, depth, maxDepth };
};

const sumOf = (tree: CallTree, root: number, next: Int32Array): number => {
  let sum = 0;
  for (let at = root; at !== -1; at = next[at] as number) sum += tree.total[at] as number;
  return sum;
};

const asGiven = (a: number, b: number): number => a - b;

const byWeight =
  (tree: CallTree) =>
  (a: number, b: number): number =>
    (tree.total[b] as number) - (tree.total[a] as number) || a - b;

/** Names are compared once, not at every step of the sort. */
const byName = (tree: CallTree): ((a: number, b: number) => number) => {
  const order = tree.labels.map((_, label) => label);
  const text = tree.labels.map(({ name }) => name);
  order.sort((a, b) =>
    (text[a] as string) < (text[b] as string) ? -1 : (text[a] as string) > (text[b] as string) ? 1 : a - b,
  );
  const rank = new Int32Array(order.length);
  order.forEach((label, at) => (rank[label] = at));
  return (a, b) => (rank[tree.label[a] as number] as number) - (rank[tree.label[b] as number] as number) || a - b;
};
