import { isInteger } from '../core/numbers';
import type { ProcHost, Snapshot } from './snapshot';

/** Processes that are kept: more than a host of containers runs. */
const MOST = 20_000;

const pidOf = (path: string): number | null => {
  const [, proc, pid = '', file, ...deeper] = path.split('/');
  return proc === 'proc' && file === 'cgroup' && deeper.length === 0 && isInteger(pid) ? Number(pid) : null;
};

export const isProcessGroup = (path: string): boolean => pidOf(path) !== null;

/**
 * The group that says most of a process, of lines `hierarchy:controllers:path` (cgroups(7)): that of version 2, unless all of
 * a host's processes are in its root because the controllers are version 1's; then the deepest of those.
 */
const groupOf = ({ lines }: Snapshot): string | null => {
  let deepest: string | null = null;
  for (const { text } of lines) {
    const second = text.indexOf(':', text.indexOf(':') + 1);
    if (second === -1) continue;
    const path = text.slice(second + 1);
    if (text.startsWith('0::') && path !== '/') return path;
    if (deepest === null || depth(path) > depth(deepest)) deepest = path;
  }
  return deepest;
};

const depth = (path: string): number => (path === '/' ? 0 : path.split('/').length);

/** Which control group each process is in. Of several readings the last one counts. */
export class ProcessGroups {
  private readonly groups = new Map<number, { group: string; line: number }>();

  add(snapshot: Snapshot): void {
    const pid = pidOf(snapshot.path);
    const group = groupOf(snapshot);
    if (pid === null || group === null || (this.groups.size >= MOST && !this.groups.has(pid))) return;
    this.groups.set(pid, { group, line: snapshot.line });
  }

  emit({ sink }: ProcHost): void {
    const known = [...this.groups];
    if (known.length === 0) return;
    sink.observe({
      kind: 'table',
      name: 'process-groups',
      columns: ['PID', 'cgroup'],
      rows: known.map(([pid, { group }]) => [pid, group]),
      lines: known.map(([, { line }]) => line),
    });
  }
}
