import { words } from '../core/line-splitter';
import { plainDecimal, plainInteger } from '../core/numbers';
import { sampleCpu } from '../sysstat/cpu-percent';
import {
  elapsed,
  type FileReader,
  keyedValues,
  perSecond,
  placeOf,
  type ProcHost,
  type Snapshot,
  wordsOf,
} from './snapshot';

/** Ticks of one CPU, in the order of proc(5); older kernels have fewer. */
const TICKS = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guestNice'] as const;
type Ticks = Record<(typeof TICKS)[number], number> & { line: number };

interface Stat {
  readonly cpus: Map<string, Ticks>;
  readonly counters: ReturnType<typeof keyedValues>;
  readonly snapshot: Snapshot;
}

const readStat = (snapshot: Snapshot): Stat => {
  const cpus = new Map<string, Ticks>();
  for (const { text, line } of snapshot.lines) {
    if (!text.startsWith('cpu')) continue;
    const tokens = words(text);
    const name = (tokens[0] ?? '').slice(3);
    const numbers = tokens.slice(1).map(Number);
    if (numbers.length < 4 || numbers.some((number) => !Number.isFinite(number))) continue;
    const ticks = { line } as Ticks;
    for (const [at, tick] of TICKS.entries()) ticks[tick] = numbers[at] ?? 0;
    cpus.set(name === '' ? 'all' : name, ticks);
  }
  return { cpus, counters: keyedValues(snapshot), snapshot };
};

/** Shares of the ticks between two readings; null for all when the CPU made none (offline) or was reset. */
const shares = (before: Ticks, after: Ticks): Ticks | null => {
  const delta = { line: after.line } as Ticks;
  for (const tick of TICKS) {
    const grown = after[tick] - before[tick];
    // proc(5): idle and iowait are estimates and may fall back a little.
    const mayFall = tick === 'idle' || tick === 'iowait';
    if (grown < 0 && !mayFall) return null;
    delta[tick] = Math.max(0, grown);
  }
  // Guest time is part of user time; the tools print it apart, and so do we.
  delta.user = Math.max(0, delta.user - delta.guest);
  delta.nice = Math.max(0, delta.nice - delta.guestNice);
  const total = TICKS.reduce((sum, tick) => sum + delta[tick], 0);
  if (total === 0) return null;
  for (const tick of TICKS) delta[tick] = Math.round((1e6 * 100 * delta[tick]) / total) / 1e6;
  return delta;
};

const NO_TICKS = {
  user: null,
  system: null,
  iowait: null,
  steal: null,
  irq: null,
  softirq: null,
  guest: null,
  idle: null,
};

export class StatReader implements FileReader {
  private before: Stat | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const stat = readStat(snapshot);
    const boot = stat.counters.get('btime');
    if (boot) this.host.bootAt = boot.value;
    this.gauges(stat);
    if (this.before) {
      this.cpus(this.before, stat);
      this.rates(this.before, stat);
    }
    this.before = stat;
  }

  private cpus(before: Stat, after: Stat): void {
    for (const [cpu, ticks] of after.cpus) {
      const earlier = before.cpus.get(cpu);
      if (!earlier) continue;
      sampleCpu(this.host.sink, cpu, shares(earlier, ticks) ?? NO_TICKS, placeOf(after.snapshot, ticks.line));
    }
  }

  private rates(before: Stat, after: Stat): void {
    const seconds = elapsed(before.snapshot, after.snapshot);
    for (const [key, metric] of [
      ['ctxt', 'cpu.context_switches'],
      ['intr', 'cpu.interrupts'],
      ['processes', 'cpu.forks'],
    ] as const) {
      const now = after.counters.get(key);
      if (!now) continue;
      const rate = perSecond(before.counters.get(key)?.value, now.value, seconds);
      this.host.sink.sample(metric, null, rate, placeOf(after.snapshot, now.line));
    }
  }

  private gauges(stat: Stat): void {
    const running = stat.counters.get('procs_running');
    // The process that reads /proc/stat is running while it reads: without it, an idle host has a queue of 0.
    if (running) {
      this.host.sink.sample('cpu.runqueue', null, Math.max(0, running.value - 1), placeOf(stat.snapshot, running.line));
    }
    const blocked = stat.counters.get('procs_blocked');
    if (blocked) this.host.sink.sample('cpu.blocked', null, blocked.value, placeOf(stat.snapshot, blocked.line));
  }
}

const LOADS = ['cpu.load1', 'cpu.load5', 'cpu.load15'] as const;

/** `0.11 0.09 0.08 1/83 8111`: load averages, running and existing threads, the newest process id. */
export class LoadReader implements FileReader {
  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const [first] = snapshot.lines;
    if (!first) return;
    const tokens = wordsOf(first);
    const place = placeOf(snapshot, first.line);
    for (let at = 0; at < LOADS.length; at++) {
      const load = plainDecimal(tokens[at] ?? '');
      this.host.sink.sample(LOADS[at] ?? 'cpu.load1', null, load === load ? load : null, place);
    }
    const counts = tokens[3] ?? '';
    const threads = plainInteger(counts.slice(counts.indexOf('/') + 1));
    if (threads !== -1) this.host.sink.sample('task.threads', null, threads, place);
  }
}

/** /proc/pressure/*: `total` is µs in which some (all) threads waited; avg10 and so on are decaying means and not used. */
export class PressureReader implements FileReader {
  private before: { snapshot: Snapshot; totals: Map<string, number> } | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const resource = snapshot.path.slice(snapshot.path.lastIndexOf('/') + 1).replace('.pressure', '');
    const totals = new Map<string, number>();
    for (const { text, line } of snapshot.lines) {
      const tokens = words(text);
      const word = tokens.find((token) => token.startsWith('total='));
      const total = Number((word ?? '').slice(6) || 'none');
      const kind = tokens[0] ?? '';
      if (!Number.isFinite(total)) continue;
      totals.set(kind, total);
      const metric = PRESSURE.get(`${resource} ${kind}`);
      if (!metric || !this.before) continue;
      const share = perSecond(this.before.totals.get(kind), total, elapsed(this.before.snapshot, snapshot), 100 / 1e6);
      this.host.sink.sample(metric, null, share === null ? null : Math.min(100, share), placeOf(snapshot, line));
    }
    this.before = { snapshot, totals };
  }
}

const PRESSURE = new Map([
  ['cpu some', 'cpu.pressure_some'],
  ['memory some', 'memory.pressure_some'],
  ['memory full', 'memory.pressure_full'],
  ['io some', 'disk.pressure_some'],
  ['io full', 'disk.pressure_full'],
] as const) as ReadonlyMap<
  string,
  'cpu.pressure_some' | 'memory.pressure_some' | 'memory.pressure_full' | 'disk.pressure_some' | 'disk.pressure_full'
>;

/** cpu.stat of a cgroup, v1 or v2: how many quota periods there were, and in how many it was throttled. */
export class CgroupCpuReader implements FileReader {
  private before: { snapshot: Snapshot; values: ReturnType<typeof keyedValues> } | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const values = keyedValues(snapshot);
    if (this.before) {
      const seconds = elapsed(this.before.snapshot, snapshot);
      for (const [key, metric] of [
        ['nr_periods', 'cgroup.cpu_periods'],
        ['nr_throttled', 'cgroup.cpu_throttled_periods'],
      ] as const) {
        const now = values.get(key);
        if (!now) continue;
        const rate = perSecond(this.before.values.get(key)?.value, now.value, seconds);
        this.host.sink.sample(metric, cgroupOf(snapshot.path), rate, placeOf(snapshot, now.line));
      }
    }
    this.before = { snapshot, values };
  }
}

/** memory.events of a cgroup: processes killed in it. */
export class CgroupMemoryReader implements FileReader {
  private before: { snapshot: Snapshot; kills: number } | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const kills = keyedValues(snapshot).get('oom_kill');
    if (!kills) return;
    if (this.before) {
      const rate = perSecond(this.before.kills, kills.value, elapsed(this.before.snapshot, snapshot));
      this.host.sink.sample('memory.oom_kills', cgroupOf(snapshot.path), rate, placeOf(snapshot, kills.line));
    }
    this.before = { snapshot, kills: kills.value };
  }
}

/** The cgroup a file belongs to: its directory below the hierarchy (v2) or below the controller (v1). */
export const cgroupOf = (path: string): string => {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const root = '/sys/fs/cgroup';
  if (!directory.startsWith(root)) return directory;
  const below = directory.slice(root.length);
  for (const controller of ['/cpu,cpuacct', '/cpuacct,cpu', '/cpu', '/memory', '/unified']) {
    if (below === controller || below.startsWith(`${controller}/`)) return below.slice(controller.length) || '/';
  }
  return below || '/';
};
