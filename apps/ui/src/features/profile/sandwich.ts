import { type CallTree } from '@fleetscope/profiles';

/** Trees that grow from many places of another one. */
class Growing {
  readonly label: number[] = [];
  readonly parent: number[] = [];
  readonly total: number[] = [];
  readonly self: number[] = [];
  private readonly known = new Map<number, number>();

  constructor(private readonly of: CallTree) {}

  node(parent: number, label: number): number {
    const key = (parent + 1) * this.of.labels.length + label;
    let at = this.known.get(key);
    if (at === undefined) {
      at = this.label.push(label) - 1;
      this.parent.push(parent);
      this.total.push(0);
      this.self.push(0);
      this.known.set(key, at);
    }
    return at;
  }

  add(at: number, total: number, self: number): void {
    this.total[at] = (this.total[at] as number) + total;
    this.self[at] = (this.self[at] as number) + self;
  }

  tree(): CallTree {
    return {
      ...this.of,
      size: this.label.length,
      label: Int32Array.from(this.label),
      parent: Int32Array.from(this.parent),
      total: Float64Array.from(this.total),
      self: Float64Array.from(this.self),
    };
  }
}

export interface Sandwich {
  /** Grows from the function to who calls it. */
  readonly callers: CallTree;
  /** Grows from the function to what it calls. */
  readonly callees: CallTree;
  /** Of the whole, 0 to 1. */
  readonly share: number;
}

/** Everything around one function, wherever it occurs; calls of itself are among what it calls. */
export const sandwichOf = (tree: CallTree, name: string): Sandwich | null => {
  const labels = new Uint8Array(tree.labels.length);
  tree.labels.forEach((label, at) => (labels[at] = label.name === name ? 1 : 0));
  const callers = new Growing(tree);
  const callees = new Growing(tree);
  // By node of the tree: its place among the callees, -1 where it is not below the function.
  const places = new Int32Array(tree.size).fill(-1);
  let weight = 0;
  for (let at = 0; at < tree.size; at++) {
    const parent = tree.parent[at] as number;
    const label = tree.label[at] as number;
    const below = parent === -1 ? -1 : (places[parent] as number);
    const total = tree.total[at] as number;
    if (below === -1) {
      if (labels[label] !== 1) continue;
      weight += total;
      let up = callers.node(-1, label);
      callers.add(up, total, 0);
      for (let caller = parent; caller !== -1; caller = tree.parent[caller] as number) {
        up = callers.node(up, tree.label[caller] as number);
        callers.add(up, total, 0);
      }
    }
    places[at] = callees.node(below, label);
    callees.add(places[at] as number, total, tree.self[at] as number);
  }
  if (callees.label.length === 0) return null;
  return { callers: callers.tree(), callees: callees.tree(), share: tree.weight > 0 ? weight / tree.weight : 0 };
};
