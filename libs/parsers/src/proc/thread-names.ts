import { poolName } from '@fleetscope/contracts';
import { isInteger } from '../core/numbers';
import type { ProcHost, Snapshot } from './snapshot';

/** Fewer threads of one name are no pool. */
const LEAST = 4;
/** Pools of one host: the largest. */
const MOST = 50;

interface Pool {
  readonly lines: number[];
  count: number;
}

/** `/proc/<pid>/task/<tid>/comm` */
const pidOf = (path: string): string | null => {
  const [, proc, pid = '', task, tid = '', file, ...deeper] = path.split('/');
  const is = proc === 'proc' && task === 'task' && file === 'comm' && deeper.length === 0;
  return is && isInteger(pid) && isInteger(tid) ? pid : null;
};

export const isThreadName = (path: string): boolean => pidOf(path) !== null;

/** Threads of a process by name: how many a pool has, those included that nothing wakes. */
export class ThreadNames {
  private readonly pools = new Map<string, Pool>();

  add({ path, lines }: Snapshot): void {
    const pid = pidOf(path);
    const [first] = lines;
    if (pid === null || !first) return;
    const key = poolName(first.text.trim(), pid);
    const pool = this.pools.get(key) ?? { lines: [], count: 0 };
    this.pools.set(key, pool);
    pool.count += 1;
    pool.lines.push(first.line);
  }

  emit({ sink, processes }: ProcHost): void {
    // Of a part of the threads nobody knows how many a pool has.
    if (processes.incomplete) return;
    const largest = [...this.pools].filter(([, { count }]) => count >= LEAST).sort(([, a], [, b]) => b.count - a.count);
    for (const [name, { count, lines }] of largest.slice(0, MOST))
      sink.measure('service.threads_total', name, count, ...lines.slice(0, 100));
  }
}
