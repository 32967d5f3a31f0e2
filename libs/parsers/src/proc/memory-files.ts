import type { MetricId } from '@fleetscope/contracts';
import { tidy } from '../core/numbers';
import { pageSizeOf } from '../core/parse-context';
import type { Counter, Counters } from './counters';
import { elapsed, type FileReader, keyedValues, perSecond, placeOf, type ProcHost, type Snapshot } from './snapshot';

const KIB = 1024;

const MEMINFO: readonly (readonly [string, MetricId])[] = [
  ['MemTotal', 'memory.total'],
  ['MemAvailable', 'memory.available'],
  ['MemFree', 'memory.free'],
  ['Buffers', 'memory.buffers'],
  ['Cached', 'memory.cached'],
  ['SwapTotal', 'memory.swap_total'],
  ['Dirty', 'memory.dirty'],
  ['Writeback', 'memory.writeback'],
  ['SReclaimable', 'memory.slab_reclaimable'],
  ['SUnreclaim', 'memory.slab_unreclaimable'],
  ['Committed_AS', 'memory.committed'],
  ['CommitLimit', 'memory.commit_limit'],
];

export class MeminfoReader implements FileReader {
  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const values = keyedValues(snapshot);
    for (const [key, metric] of MEMINFO) {
      const found = values.get(key);
      if (found) this.host.sink.sample(metric, null, found.value * KIB, placeOf(snapshot, found.line));
    }
    this.derived(snapshot, values);
  }

  private derived(snapshot: Snapshot, values: Counters): void {
    const [total, available] = [values.get('MemTotal'), values.get('MemAvailable')];
    if (total && available && total.value > 0) {
      const place = placeOf(snapshot, available.line);
      this.host.sink.sample('memory.available_ratio', null, tidy((100 * available.value) / total.value), place);
      // As free of procps 4 has it: what can't be had without paging.
      this.host.sink.sample('memory.used', null, (total.value - available.value) * KIB, place);
    }
    const [swap, free] = [values.get('SwapTotal'), values.get('SwapFree')];
    if (swap && free) {
      this.host.sink.sample('memory.swap_used', null, (swap.value - free.value) * KIB, placeOf(snapshot, free.line));
    }
  }
}

/** Counters that are split by zone in kernels before 4.8 (`pgscan_direct_normal`). */
const summed = (values: Counters, key: string): Counter | undefined => {
  const whole = values.get(key);
  if (whole) return whole;
  let sum: Counter | undefined;
  for (const [at, name] of values.names.entries()) {
    if (!name.startsWith(`${key}_`) || name.endsWith('_throttle')) continue;
    sum = { value: (sum?.value ?? 0) + (values.values[at] ?? 0), line: values.lines[at] ?? 0 };
  }
  return sum;
};

export class VmCountersReader implements FileReader {
  private before: { snapshot: Snapshot; values: Counters } | null = null;
  private readonly page: number;

  constructor(private readonly host: ProcHost) {
    this.page = pageSizeOf(host.ctx);
  }

  add(snapshot: Snapshot): void {
    const values = keyedValues(snapshot);
    for (const [key, metric] of [
      ['nr_dirty_threshold', 'memory.dirty_threshold'],
      ['nr_dirty_background_threshold', 'memory.dirty_background_threshold'],
    ] as const) {
      const found = values.get(key);
      if (found) this.host.sink.sample(metric, null, found.value * this.page, placeOf(snapshot, found.line));
    }
    if (this.before) this.rates(this.before.snapshot, this.before.values, snapshot, values);
    this.before = { snapshot, values };
  }

  private rates(earlier: Snapshot, before: Counters, snapshot: Snapshot, after: Counters): void {
    const seconds = elapsed(earlier, snapshot);
    for (const [key, metric, factor] of [
      ['pswpin', 'memory.swap_in', this.page],
      ['pswpout', 'memory.swap_out', this.page],
      ['pgscan_direct', 'memory.scan_direct', 1],
      ['pgscan_kswapd', 'memory.scan_kswapd', 1],
      ['pgmajfault', 'memory.major_faults', 1],
      // Since 4.13.
      ['oom_kill', 'memory.oom_kills', 1],
    ] as const) {
      const now = key.startsWith('pgscan') ? summed(after, key) : after.get(key);
      if (!now) continue;
      const then = key.startsWith('pgscan') ? summed(before, key) : before.get(key);
      this.host.sink.sample(
        metric,
        null,
        perSecond(then?.value, now.value, seconds, factor),
        placeOf(snapshot, now.line),
      );
    }
  }
}
