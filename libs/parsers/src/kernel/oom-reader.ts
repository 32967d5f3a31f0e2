import type { CellValue } from '@fleetscope/contracts';
import { digitRuns } from '../core/civil-time';
import type { KernelEvent } from '../core/sink';

type Fields = Record<string, CellValue>;

const between = (text: string, from: string, to: string): string | null => {
  const at = text.indexOf(from);
  if (at === -1) return null;
  const start = at + from.length;
  const end = text.indexOf(to, start);
  return text.slice(start, end === -1 ? undefined : end);
};

/** `anon-rss:65280kB` as bytes. */
const kilobytes = (text: string, label: string): number | null => {
  const run = digitRuns(between(text, `${label}:`, 'kB') ?? '', 1)[0];
  return run ? run.value * 1024 : null;
};

/** The process of `Kill process 22985 (a name (with brackets)) …`: its name ends at the last bracket before what follows. */
const processOf = (text: string): { pid: number | null; comm: string | null } => {
  const at = text.toLowerCase().indexOf(' process ');
  const run = digitRuns(text.slice(at), 1)[0];
  const open = text.indexOf('(', at);
  const tail = [' total-vm', ' score ', ', UID', ' with total']
    .map((mark) => text.indexOf(mark, open))
    .filter((i) => i > open);
  const close = text.lastIndexOf(')', tail.length > 0 ? Math.min(...tail) : text.length);
  return {
    pid: at !== -1 && run ? run.value : null,
    comm: open !== -1 && close > open ? text.slice(open + 1, close) : null,
  };
};

/**
 * Puts the lines of an out-of-memory kill together: `oom-kill:constraint=…` (who and in which cgroup, since 5.0), then
 * `Killed process …` on the same line as the reason (since 5.3) or, before, `Kill process … score …` on a line of its own.
 */
export class OomReader {
  private constraint: Fields | null = null;
  private invoker: string | null = null;
  private announced: { pid: number | null; event: KernelEvent } | null = null;

  /**
   * The event a message makes or completes: `false` when the message is not about a kill; null when it is, but makes no
   * event of its own.
   */
  read(text: string, at: number | null, line: number): KernelEvent | null | false {
    if (text.startsWith('oom-kill:')) {
      this.constraint = constraintOf(text);
      return null;
    }
    if (text.includes('invoked oom-killer')) {
      this.invoker = text.slice(0, text.indexOf(' invoked'));
      this.constraint = null;
      return null;
    }
    if (text.includes('oom_reaper: ')) return null;
    const lower = text.toLowerCase();
    const killed = lower.includes('killed process ');
    if (!killed && !(lower.includes('kill process ') && lower.includes('out of memory'))) return false;
    return this.kill(text, killed, at, line);
  }

  private kill(text: string, killed: boolean, at: number | null, line: number): KernelEvent | null {
    const { pid, comm } = processOf(text);
    const fields: Fields = { pid, comm };
    for (const [name, label] of SIZES) {
      const bytes = kilobytes(text, label);
      if (bytes !== null) fields[name] = bytes;
    }
    const earlier = this.announced;
    this.announced = null;
    if (killed && earlier && (earlier.pid === pid || pid === null)) {
      Object.assign(earlier.event.fields ?? {}, fields);
      earlier.event.text += `\n${text}`;
      return null;
    }
    const constraint = this.constraint;
    this.constraint = null;
    if (constraint && (constraint.pid === pid || pid === null)) {
      for (const key of ['constraint', 'cgroup', 'oomCgroup'])
        if (constraint[key] !== undefined) fields[key] = constraint[key];
    }
    if (this.invoker !== null) fields.invokedBy = this.invoker;
    this.invoker = null;
    fields.ofCgroup = text.toLowerCase().includes('cgroup out of memory');
    const event: KernelEvent = { at, class: 'oom-kill', text, fields, line };
    if (!killed) this.announced = { pid, event };
    return event;
  }
}

const SIZES = [
  ['totalVmBytes', 'total-vm'],
  ['anonRssBytes', 'anon-rss'],
  ['fileRssBytes', 'file-rss'],
  ['shmemRssBytes', 'shmem-rss'],
] as const;

const constraintOf = (text: string): Fields => {
  const pid = digitRuns(between(text, ',pid=', ',') ?? '', 1)[0];
  return {
    constraint: between(text, 'constraint=', ','),
    oomCgroup: between(text, 'oom_memcg=', ','),
    cgroup: between(text, 'task_memcg=', ',task='),
    pid: pid ? pid.value : null,
  };
};
