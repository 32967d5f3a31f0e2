import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { isInteger, tidy } from '../core/numbers';
import { pageSizeOf } from '../core/parse-context';
import type { ProcHost, Snapshot } from './snapshot';

/** Fields of proc_pid_stat(5), counted from the state, which follows the name in brackets. */
const FIELD = {
  state: 0,
  ppid: 1,
  minorFaults: 7,
  majorFaults: 9,
  user: 11,
  system: 12,
  nice: 16,
  threads: 17,
  start: 19,
  vsize: 20,
  rss: 21,
  cpu: 36,
} as const;

/** USER_HZ: what /proc counts CPU time in, on every architecture Linux runs on but alpha and ia64. */
const TICKS_PER_SECOND = 100;

interface Reading {
  readonly uptime: number | null;
  readonly line: number;
  readonly pid: number;
  readonly comm: string;
  readonly state: string;
  readonly values: readonly number[];
}

export const isProcessStat = (path: string): boolean => {
  const parts = path.split('/');
  return parts.length === 4 && parts[1] === 'proc' && isInteger(parts[2] ?? '') && parts[3] === 'stat';
};

/** `1093 (a name (with brackets)\nand lines) R 1088 …`: the name ends at the last bracket. */
const readStat = (snapshot: Snapshot): Reading | null => {
  const text = snapshot.lines.map((line) => line.text).join('\n');
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open === -1 || close < open) return null;
  const rest = words(text.slice(close + 1));
  const pid = Number(text.slice(0, open).trim());
  const values = rest.map(Number);
  if (!Number.isInteger(pid) || rest.length <= FIELD.rss || values.slice(1).some((value) => !Number.isFinite(value)))
    return null;
  return {
    uptime: snapshot.uptime,
    line: snapshot.line + 1,
    pid,
    comm: text.slice(open + 1, close),
    state: rest[0] ?? '',
    values,
  };
};

const COLUMNS = [
  'PID',
  'PPID',
  'S',
  'NI',
  '%CPU',
  '%usr',
  '%system',
  'CPU',
  'majflt/s',
  'VSZ',
  'RSS',
  'threads',
  'TIME',
  'Command',
];

/** /proc/<pid>/stat of all processes, read once or at both ends of a window: what pidstat and top would say of them. */
export class ProcessList {
  /** Set when the probe read a part of the processes only. */
  incomplete = false;
  private readonly first = new Map<string, Reading>();
  private readonly last = new Map<string, Reading>();

  add(snapshot: Snapshot): void {
    const reading = readStat(snapshot);
    if (!reading) return;
    // A process id may be used again: the time of its start tells processes apart.
    const key = `${reading.pid} ${reading.values[FIELD.start] ?? 0}`;
    if (!this.first.has(key)) this.first.set(key, reading);
    this.last.set(key, reading);
  }

  emit(host: ProcHost): void {
    if (this.last.size === 0) return;
    const page = pageSizeOf(host.ctx);
    const rows = [...this.last].map(([key, reading]) => ({
      reading,
      cells: cellsOf(this.first.get(key) ?? reading, reading, page),
    }));
    const [share, time] = [COLUMNS.indexOf('%CPU'), COLUMNS.indexOf('TIME')];
    rows.sort(
      (a, b) =>
        Number(b.cells[share] ?? 0) - Number(a.cells[share] ?? 0) ||
        Number(b.cells[time] ?? 0) - Number(a.cells[time] ?? 0),
    );
    host.sink.observe({
      kind: 'table',
      name: 'processes',
      columns: [...COLUMNS],
      rows: rows.map(({ cells }) => cells),
      lines: rows.map(({ reading }) => reading.line),
    });
    this.zombies(host);
  }

  /** Of those of the last reading; the ones before are gone. Reading thousands of processes may take a while. */
  private zombies(host: ProcHost): void {
    const times = [...this.first.values(), ...this.last.values()].flatMap(({ uptime }) =>
      uptime === null ? [] : [uptime],
    );
    const newest = times.reduce((a, b) => Math.max(a, b), -Infinity);
    const oldest = times.reduce((a, b) => Math.min(a, b), Infinity);
    const recent = newest - Math.max(1, (newest - oldest) / 2);
    const there = [...this.last.values()].filter(({ uptime }) => uptime === null || uptime >= recent);
    if (this.incomplete || !there.some(({ pid }) => pid === 1)) return;
    const lines = there.filter(({ state }) => state === 'Z').map(({ line }) => line);
    host.sink.measure('task.processes_zombie', null, lines.length, ...lines.slice(0, 100));
  }
}

const cellsOf = (first: Reading, last: Reading, page: number): CellValue[] => {
  const of = (name: keyof typeof FIELD): number => last.values[FIELD[name]] ?? 0;
  const seconds = first.uptime === null || last.uptime === null ? 0 : last.uptime - first.uptime;
  // Without a second reading there is no share of a window.
  const rate = (name: 'user' | 'system' | 'majorFaults', factor: number): number | null =>
    seconds <= 0 ? null : tidy(((of(name) - (first.values[FIELD[name]] ?? 0)) * factor) / seconds);
  const [user, system] = [rate('user', 100 / TICKS_PER_SECOND), rate('system', 100 / TICKS_PER_SECOND)];
  return [
    last.pid,
    of('ppid'),
    last.state,
    of('nice'),
    user === null || system === null ? null : tidy(user + system),
    user,
    system,
    last.values[FIELD.cpu] ?? null,
    rate('majorFaults', 1),
    Math.round(of('vsize') / 1024),
    Math.round((of('rss') * page) / 1024),
    of('threads'),
    (of('user') + of('system')) / TICKS_PER_SECOND,
    last.comm,
  ];
};
