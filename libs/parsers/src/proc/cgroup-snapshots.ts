import type { MetricId } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import type { Counters } from './counters';
import { cgroupOf } from './cpu-files';
import { elapsed, type FileReader, keyedValues, perSecond, placeOf, type ProcHost, type Snapshot } from './snapshot';

/** v1 writes the largest multiple of a page that fits 63 bits where there is no limit. */
const NO_LIMIT = 2 ** 60;

const firstNumber = (snapshot: Snapshot): { value: number; line: number } | null => {
  const [first] = snapshot.lines;
  const value = Number(words(first?.text ?? '')[0] ?? 'none');
  return first && Number.isFinite(value) ? { value, line: first.line } : null;
};

/** What several files tell of one group's memory; it is put together when all of them are read. */
interface Usage {
  current: { value: number; line: number } | null;
  inactive: number;
  open: number;
}
const usages = new WeakMap<ProcHost, Map<string, Usage>>();

const usageOf = (host: ProcHost, group: string): Usage => {
  const groups = usages.get(host) ?? new Map<string, Usage>();
  usages.set(host, groups);
  const usage = groups.get(group) ?? { current: null, inactive: 0, open: 0 };
  groups.set(group, usage);
  return usage;
};

/**
 * memory.current (v2) or memory.usage_in_bytes (v1), less inactive_file of memory.stat: page cache that goes without a word is
 * no working set (as kubelet counts it).
 */
class UsageReader implements FileReader {
  private joined: Usage | null = null;
  private group = '';

  constructor(
    private readonly host: ProcHost,
    private readonly take: (usage: Usage, snapshot: Snapshot) => void,
  ) {}

  add(snapshot: Snapshot): void {
    if (!this.joined) {
      this.group = cgroupOf(snapshot.path);
      this.joined = usageOf(this.host, this.group);
      this.joined.open += 1;
    }
    this.take(this.joined, snapshot);
  }

  end(): void {
    if (!this.joined) return;
    this.joined.open -= 1;
    const { current, inactive, open } = this.joined;
    if (open === 0 && current)
      this.host.sink.measure('cgroup.memory_used', this.group, Math.max(0, current.value - inactive), current.line);
  }
}

type CountersByName = Pick<Counters, 'get'>;

/** How fast counters of a group's file grew; several may add up to one metric. */
class RateReader implements FileReader {
  private before: { snapshot: Snapshot; values: CountersByName } | null = null;

  constructor(
    private readonly host: ProcHost,
    private readonly metrics: readonly (readonly [metric: MetricId, keys: readonly string[]])[],
    private readonly valuesOf: (snapshot: Snapshot) => CountersByName = (snapshot) => keyedValues(snapshot),
    private readonly factor = 1,
  ) {}

  add(snapshot: Snapshot): void {
    const values = this.valuesOf(snapshot);
    if (this.before) {
      const seconds = elapsed(this.before.snapshot, snapshot);
      const old = this.before.values;
      for (const [metric, keys] of this.metrics) {
        const known = keys.flatMap((key) => values.get(key) ?? []);
        const [first] = known;
        const earlier = keys.flatMap((key) => old.get(key)?.value ?? []);
        if (!first || earlier.length !== known.length) continue;
        const sum = (all: readonly number[]): number => all.reduce((total, value) => total + value, 0);
        const rate = perSecond(sum(earlier), sum(known.map(({ value }) => value)), seconds, this.factor);
        this.host.sink.sample(metric, cgroupOf(snapshot.path), rate, placeOf(snapshot, first.line));
      }
    }
    this.before = { snapshot, values };
  }
}

/** memory.max (v2) or memory.limit_in_bytes (v1); `max` is no limit. */
class LimitReader implements FileReader {
  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const limit = firstNumber(snapshot);
    if (limit && limit.value < NO_LIMIT)
      this.host.sink.measure('cgroup.memory_limit', cgroupOf(snapshot.path), limit.value, limit.line);
  }
}

class Both implements FileReader {
  constructor(private readonly readers: readonly FileReader[]) {}

  add(snapshot: Snapshot): void {
    for (const reader of this.readers) reader.add(snapshot);
  }

  end(): void {
    for (const reader of this.readers) reader.end?.();
  }
}

const failures = (snapshot: Snapshot): ReadonlyMap<string, { value: number; line: number }> => {
  const value = firstNumber(snapshot);
  return new Map(value ? [['failcnt', value]] : []);
};

/** `some avg10=… total=µs` */
const stalls = ({ lines }: Snapshot): ReadonlyMap<string, { value: number; line: number }> =>
  new Map(
    lines.flatMap(({ text, line }) => {
      const value = Number(/\btotal=(\d+)/.exec(text)?.[1] ?? 'none');
      return Number.isFinite(value) ? [[words(text)[0] ?? '', { value, line }] as const] : [];
    }),
  );
const PRESSURES = new Map<string, MetricId>([
  ['cpu.pressure', 'cgroup.cpu_pressure'],
  ['memory.pressure', 'cgroup.memory_pressure'],
  ['io.pressure', 'cgroup.io_pressure'],
]);

/** The reader of a file in a cgroup's directory; null for others. */
export const cgroupReader = (host: ProcHost, path: string): FileReader | null => {
  if (!path.startsWith('/sys/fs/cgroup/')) return null;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const pressure = PRESSURES.get(name);
  if (pressure) return new RateReader(host, [[pressure, ['some']]], stalls, 100 / 1e6);
  switch (name) {
    case 'memory.current':
    case 'memory.usage_in_bytes':
      return new UsageReader(host, (usage, snapshot) => (usage.current = firstNumber(snapshot) ?? usage.current));
    case 'memory.stat':
      return new Both([
        new UsageReader(host, (usage, snapshot) => {
          const values = keyedValues(snapshot);
          // v1 counts the group alone without the prefix; memory.usage_in_bytes counts what is below it, too.
          const inactive = values.get('total_inactive_file') ?? values.get('inactive_file');
          if (inactive) usage.inactive = inactive.value;
        }),
        new RateReader(host, [['cgroup.major_faults', ['pgmajfault']]]),
      ]);
    case 'memory.max':
    case 'memory.limit_in_bytes':
      return new LimitReader(host);
    case 'memory.failcnt':
      return new RateReader(host, [['cgroup.memory_limit_hits', ['failcnt']]], failures);
    case 'memory.events':
      return new RateReader(host, [
        ['cgroup.memory_limit_hits', ['max', 'high']],
        ['cgroup.oom_kills', ['oom_kill']],
      ]);
    default:
      return null;
  }
};
