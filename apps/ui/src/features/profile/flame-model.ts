import { type CallTree, layout, type Layout } from '@fleetscope/profiles';

/**
 * A call tree with its boxes in place. Boxes stand in depth-first order, so what is above a box is the range up to
 * `ends`: to zoom is to look at a range through another window, and nothing is placed again.
 */
export interface Flame {
  readonly tree: CallTree;
  readonly layout: Layout;
  /** Box of each node; -1 where it has no weight. */
  readonly boxOf: Int32Array;
  /** Index after the last box that stands on this one. */
  readonly ends: Int32Array;
}

export const flameOf = (tree: CallTree, order: 'name' | 'weight' | 'given'): Flame => {
  const placed = layout(tree, { order });
  const boxOf = new Int32Array(tree.size).fill(-1);
  const ends = new Int32Array(placed.size);
  const open: number[] = [];
  for (let box = 0; box < placed.size; box++) {
    boxOf[placed.node[box] as number] = box;
    const depth = placed.depth[box] as number;
    for (let top = open.at(-1); top !== undefined && (placed.depth[top] as number) >= depth; top = open.at(-1)) {
      ends[top] = box;
      open.pop();
    }
    open.push(box);
  }
  for (const box of open) ends[box] = placed.size;
  return { tree, layout: placed, boxOf, ends };
};

/** What is looked at: the boxes of a range, between two shares of the whole. */
export interface FlameWindow {
  readonly first: number;
  readonly end: number;
  readonly left: number;
  readonly share: number;
  /** Boxes below the zoomed one, root first; drawn over the whole width. */
  readonly callers: readonly number[];
  /** Rows in all, from the root. */
  readonly rows: number;
}

export const windowOf = ({ tree, layout: placed, boxOf, ends }: Flame, zoom: number): FlameWindow => {
  const box = zoom === -1 ? -1 : (boxOf[zoom] ?? -1);
  if (box === -1)
    return {
      first: 0,
      end: placed.size,
      left: 0,
      share: 1,
      callers: [],
      rows: placed.size === 0 ? 0 : placed.maxDepth + 1,
    };
  const callers: number[] = [];
  for (let at = tree.parent[zoom] as number; at !== -1; at = tree.parent[at] as number)
    callers.push(boxOf[at] as number);
  const end = ends[box] as number;
  let deepest = 0;
  for (let at = box; at < end; at++) deepest = Math.max(deepest, placed.depth[at] as number);
  return {
    first: box,
    end,
    left: placed.x[box] as number,
    share: placed.width[box] as number,
    callers: callers.reverse(),
    rows: deepest + 1,
  };
};

/** Calls back for each box of a window at least so wide (a share of the window), and passes over all that is narrower. */
export const eachBox = (
  { layout: placed, ends }: Flame,
  { first, end, left, share }: FlameWindow,
  least: number,
  visit: (box: number, x: number, width: number) => void,
): void => {
  for (let box = first; box < end;) {
    const width = (placed.width[box] as number) / share;
    if (width < least) {
      box = ends[box] as number;
      continue;
    }
    visit(box, ((placed.x[box] as number) - left) / share, width);
    box++;
  }
};

/** The node at a place: `x` a share of the window, `depth` a row from the root; -1 where nothing is. */
export const nodeAt = (flame: Flame, window: FlameWindow, x: number, depth: number): number => {
  const { layout: placed, ends } = flame;
  const caller = window.callers[depth];
  if (caller !== undefined) return placed.node[caller] as number;
  const share = window.left + x * window.share;
  for (let box = window.first; box < window.end;) {
    const start = placed.x[box] as number;
    if (share >= start && share < start + (placed.width[box] as number)) {
      if (placed.depth[box] === depth) return placed.node[box] as number;
      box++;
    } else box = ends[box] as number;
  }
  return -1;
};

export type Step = 'caller' | 'callee' | 'previous' | 'next';

/** Where an arrow key leads from a node: its caller, its heaviest callee, its neighbours; itself where there is none. */
export const neighbour = ({ tree, layout: placed, boxOf, ends }: Flame, node: number, step: Step): number => {
  const box = boxOf[node] ?? -1;
  if (box === -1) return placed.size > 0 ? (placed.node[0] as number) : -1;
  const parent = tree.parent[node] as number;
  if (step === 'caller') return parent === -1 ? node : parent;
  if (step === 'callee') {
    let best = -1;
    for (let at = box + 1; at < (ends[box] as number); at = ends[at] as number)
      if (best === -1 || (placed.width[at] as number) > (placed.width[best] as number)) best = at;
    return best === -1 ? node : (placed.node[best] as number);
  }
  const [start, stop] =
    parent === -1 ? [0, placed.size] : [(boxOf[parent] as number) + 1, ends[boxOf[parent] as number] as number];
  let before = box;
  for (let at = start; at < stop; at = ends[at] as number) {
    if (at === box) {
      if (step === 'previous') return placed.node[before] as number;
      const after = ends[at] as number;
      return after < stop ? (placed.node[after] as number) : node;
    }
    before = at;
  }
  return node;
};

/** Nodes from the root to this one. */
export const pathTo = (tree: Pick<CallTree, 'parent'>, node: number): number[] => {
  const path: number[] = [];
  for (let at = node; at !== -1 && at !== undefined; at = tree.parent[at] as number) path.push(at);
  return path.reverse();
};
