import type { Counters } from './counters';
import { type FileReader, growth, keyedValues, type ProcHost, type Snapshot } from './snapshot';

/** Allocations of all nodes between the first and the last reading. */
interface Allocations {
  local: number;
  remote: number;
  lines: number[];
  /** Nodes whose files are not read to their end. */
  open: number;
}
const ofHost = new WeakMap<ProcHost, Allocations>();

const allocationsOf = (host: ProcHost): Allocations => {
  const known = ofHost.get(host) ?? { local: 0, remote: 0, lines: [], open: 0 };
  ofHost.set(host, known);
  return known;
};

/**
 * numastat of a node: `other_node` are pages taken here by threads that ran on another node. A ratio of a single node would
 * say which node is asked, not how local the host is: the nodes are added up.
 */
export class NumaReader implements FileReader {
  private first: Counters | null = null;
  private last: Counters | null = null;

  constructor(private readonly host: ProcHost) {
    allocationsOf(host).open += 1;
  }

  add(snapshot: Snapshot): void {
    const values = keyedValues(snapshot);
    if (this.first === null) this.first = values;
    else this.last = values;
  }

  end(): void {
    const sum = allocationsOf(this.host);
    const grown = (key: string): number | null => growth(this.first?.get(key)?.value, this.last?.get(key)?.value);
    const [local, remote] = [grown('local_node'), grown('other_node')];
    if (local !== null && remote !== null) {
      sum.local += local;
      sum.remote += remote;
      sum.lines.push(this.last?.get('other_node')?.line ?? 0);
    }
    sum.open -= 1;
    const total = sum.local + sum.remote;
    if (sum.open > 0 || total === 0) return;
    this.host.sink.measure('cpu.numa_remote_ratio', null, (100 * sum.remote) / total, ...sum.lines);
  }
}
