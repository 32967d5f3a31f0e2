import { type CallTree, functionsOf } from '../graph/call-tree';
import { PairTable } from '../model/numbers';
import { type FrameView } from '../model/profile';
import { discoveries, shareDifference } from './statistics';

/**
 * Two call trees over one another, both as shares of their whole, so that a longer or busier capture compares with a
 * shorter one. `total` is the side that is drawn.
 */
export interface DiffTree extends CallTree {
  /** Share of each node (0 to 1) on either side. */
  readonly before: Float64Array;
  readonly after: Float64Array;
}

export interface FunctionChange {
  readonly name: string;
  readonly module: string | null;
  /** Shares, 0 to 1. */
  readonly selfBefore: number;
  readonly selfAfter: number;
  readonly totalBefore: number;
  readonly totalAfter: number;
  /** Of the self share. */
  readonly delta: number;
  /** Two-sided, of the self share. */
  readonly p: number;
  /** More than sampling noise, at a false discovery rate of 5 % over all functions. */
  readonly significant: boolean;
}

/** Functions are the same when their names are: modules carry versions in their names. */
class Names {
  readonly labels: FrameView[] = [];
  private readonly ids = new Map<string, number>();

  of(labels: readonly FrameView[]): Int32Array {
    return Int32Array.from(labels, (label) => {
      const key = label.kind === 'unknown' ? `${label.name}\n${label.module ?? ''}` : label.name;
      let id = this.ids.get(key);
      if (id === undefined) {
        id = this.labels.push(label) - 1;
        this.ids.set(key, id);
      }
      return id;
    });
  }
}

/** @param draw the side whose weights the boxes have; what is only on the other side has none */
export const diffTrees = (before: CallTree, after: CallTree, draw: 'before' | 'after' = 'after'): DiffTree => {
  const names = new Names();
  const nodes = new PairTable();
  const place = (tree: CallTree): Int32Array => {
    const label = names.of(tree.labels);
    const out = new Int32Array(tree.size);
    for (let at = 0; at < tree.size; at++) {
      const parent = tree.parent[at] as number;
      out[at] = nodes.add(parent === -1 ? -1 : (out[parent] as number), label[tree.label[at] as number] as number);
    }
    return out;
  };
  const [left, right] = [place(before), place(after)];
  const shares = (tree: CallTree, places: Int32Array, of: 'total' | 'self'): Float64Array => {
    const out = new Float64Array(nodes.size);
    if (tree.weight > 0)
      for (let at = 0; at < tree.size; at++)
        out[places[at] as number] = (out[places[at] as number] as number) + (tree[of][at] as number) / tree.weight;
    return out;
  };
  const beforeTotal = shares(before, left, 'total');
  const afterTotal = shares(after, right, 'total');
  const drawn = draw === 'after' ? after : before;
  return {
    unit: drawn.unit,
    size: nodes.size,
    label: nodes.second.all(),
    parent: nodes.first.all(),
    labels: names.labels,
    weight: 1,
    effectiveSamples: Math.min(before.effectiveSamples, after.effectiveSamples),
    before: beforeTotal,
    after: afterTotal,
    total: draw === 'after' ? afterTotal : beforeTotal,
    self: shares(drawn, draw === 'after' ? right : left, 'self'),
  };
};

const FALSE_DISCOVERY_RATE = 0.05;

/** Every function of two trees with its shares, what changed most first. */
export const functionChanges = (before: CallTree, after: CallTree): FunctionChange[] => {
  const names = new Names();
  const sides = [before, after].map((tree) => {
    const label = names.of(tree.labels);
    const self = new Map<number, number>();
    const total = new Map<number, number>();
    for (const one of functionsOf(tree)) {
      const id = label[one.label] as number;
      self.set(id, (self.get(id) ?? 0) + one.self / tree.weight);
      total.set(id, Math.min(1, (total.get(id) ?? 0) + one.total / tree.weight));
    }
    return { self, total };
  });
  const [left, right] = sides as [(typeof sides)[number], (typeof sides)[number]];
  const changes = names.labels.map(({ name, module }, id) => {
    const selfBefore = left.self.get(id) ?? 0;
    const selfAfter = right.self.get(id) ?? 0;
    const { p } = shareDifference(selfBefore, before.effectiveSamples, selfAfter, after.effectiveSamples);
    return {
      name,
      module,
      selfBefore,
      selfAfter,
      totalBefore: left.total.get(id) ?? 0,
      totalAfter: right.total.get(id) ?? 0,
      delta: selfAfter - selfBefore,
      p,
    };
  });
  const occurring = changes.filter(({ totalBefore, totalAfter }) => totalBefore > 0 || totalAfter > 0);
  const stands = discoveries(
    occurring.map(({ p }) => p),
    FALSE_DISCOVERY_RATE,
  );
  return occurring
    .map((change, at) => ({ ...change, significant: stands[at] === true }))
    .sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta));
};
