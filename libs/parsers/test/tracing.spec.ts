import type { Observation } from '@fleetscope/contracts';
import { parseText } from '../src';
import { contextOf, fixture, valuesOf } from './fixtures';

const parse = (parser: string, name: string, extra = {}) =>
  parseText(parser, fixture(parser, name), { ...contextOf(), ...extra });

describe('perf stat', () => {
  it('is the same in text, with -x and with -j, in every locale', () => {
    // 857,371,374 instructions, 321,389,603 cycles, printed as 857.371.374 and 321.389.603
    expect(valuesOf(parse('perf-stat', 'perf--6.1--de_DE'), 'cpu.ipc')).toEqual([2.667701]);
    expect(valuesOf(parse('perf-stat', 'perf--6.1--xc.C'), 'cpu.ipc')).toEqual([2.737446]);
    expect(valuesOf(parse('perf-stat', 'perf--6.1--xs.C'), 'cpu.branch_miss_ratio')).toEqual([1.60347]);
    expect(valuesOf(parse('perf-stat', 'perf--6.1--j.de_DE'), 'cpu.ipc')).toEqual([0.362124]);
  });

  it('not counted and not supported are unknown', () => {
    const result = parse('perf-stat', 'perf--6.1--pid.en_US');
    expect(result.rows[0]).toMatchObject({ event: 'task-clock', value: null });
    expect(valuesOf(result, 'cpu.ipc')).toBeUndefined();
    expect(parse('perf-stat', 'perf--6.1--mux.en_US').rows.find((row) => row.event === 'LLC-loads')).toMatchObject({
      value: null,
    });
  });

  it('rates are of the time elapsed; the stub of a last interval is no sample', () => {
    // 94 switches in 0.147813701 s
    expect(valuesOf(parse('perf-stat', 'perf--6.1--d.en_US'), 'cpu.context_switches')?.[0]).toBeCloseTo(
      94 / 0.147813701,
      3,
    );
    expect(valuesOf(parse('perf-stat', 'perf--6.1--j-I.C'), 'cpu.ipc')).toEqual([2.116184, 4.536618]);
  });

  it('sums the CPUs of -A', () => {
    const result = parse('perf-stat', 'perf--6.1--per-core-x.C', { windowSeconds: 1 });
    expect(valuesOf(result, 'cpu.migrations')).toEqual([92]);
    expect(valuesOf(result, 'cpu.ipc')?.[0]).toBeCloseTo((1862830436 + 1044921263) / (405688367 + 277008599), 5);
  });
});

describe('bpftrace', () => {
  const histograms = (observations: readonly Observation[]) => observations.filter((one) => one.kind === 'histogram');

  it('gives one histogram from text and from JSON', () => {
    const [text] = histograms(parse('bpftrace', 'bpftrace--0.17--hist-wide.text').observations);
    const [json] = histograms(parse('bpftrace', 'bpftrace--0.17--hist-wide.json').observations);
    expect(text?.buckets).toEqual(json?.buckets);
    expect(text?.buckets.slice(0, 4)).toEqual([
      { from: null, to: 0, count: 1 },
      { from: 0, to: 1, count: 1 },
      { from: 1, to: 2, count: 1 },
      { from: 2, to: 4, count: 0 },
    ]);
  });

  it('keys hold newlines and commas', () => {
    const { rows } = parse('bpftrace', 'bpftrace--0.17--kstack-perf.text');
    expect(String(rows[0]?.key).split('\n')).toHaveLength(7);
    expect(rows.some((row) => row.key === ', npm')).toBe(true);
  });

  it('stats have their three numbers', () => {
    const { rows } = parse('bpftrace', 'bpftrace--0.17--stats.text');
    expect(rows.find((row) => row.map === '@s')).toMatchObject({
      key: 'qemu-system-x86',
      value: { count: 27, average: 8, total: 216 },
    });
  });
});

describe('processes from /proc/<pid>/stat', () => {
  const stat = (pid: number, comm: string, state: string, user: number, system: number, start = 100) =>
    `${pid} (${comm}) ${state} 1 ${pid} ${pid} 0 -1 4194560 10 0 ${user} 0 ${user} ${system} 0 0 20 0 3 0 ${start} 8388608 512 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 2 0 0 0 0 0`;
  const text = [
    '@@ /proc/1/stat 100.00',
    stat(1, 'init', 'S', 5, 5),
    '@@ /proc/42/stat 100.00',
    stat(42, 'a (b) c\nd', 'R', 100, 20),
    '@@ /proc/7/stat 100.00',
    stat(7, 'gone', 'Z', 0, 0),
    '@@ /proc/1/stat 110.00',
    stat(1, 'init', 'S', 5, 5),
    '@@ /proc/42/stat 110.00',
    stat(42, 'a (b) c\nd', 'R', 600, 120),
    '@@ /proc/9/stat 110.00',
    stat(9, 'dead', 'Z', 0, 0),
  ].join('\n');

  it('gives the share of the window, names with brackets and lines, and zombies', () => {
    const result = parseText('proc-snapshots', text, contextOf());
    expect(result.issues).toEqual([]);
    const table = result.observations.find((one) => one.kind === 'table');
    if (table?.kind !== 'table') throw new Error('no table');
    const rows = table.rows.map((row) => Object.fromEntries(table.columns.map((column, at) => [column, row[at]])));
    expect(rows[0]).toEqual({
      PID: 42,
      PPID: 1,
      S: 'R',
      NI: 0,
      '%CPU': 60,
      '%usr': 50,
      '%system': 10,
      CPU: 2,
      'majflt/s': 50,
      VSZ: 8192,
      RSS: 2048,
      threads: 3,
      TIME: 7.2,
      Command: 'a (b) c\nd',
    });
    expect(rows.find((row) => row.PID === 9)).toMatchObject({ '%CPU': null, S: 'Z' });
    expect(valuesOf(result, 'task.processes_zombie')).toEqual([1]);
  });

  it('does not count the zombies of a part of the processes', () => {
    const part = `${text}\n@@! /proc/[0-9]*/stat only a part of 5000 files is read\n`;
    expect(valuesOf(parseText('proc-snapshots', part, contextOf()), 'task.processes_zombie')).toBeUndefined();
  });
});

describe('our own programs', () => {
  const named = (name: string) => parse('trace', `bpftrace--0.17.0--${name}`).observations;
  const times = (name: string) =>
    named(name).flatMap((o) => (o.kind === 'histogram' ? [[o.name, o.unit, (o.slices ?? []).length > 0]] : []));

  it('name their histograms by the metric, in microseconds, with a slice for each second', () => {
    expect(times('runq-latency')).toContainEqual(['cpu.runq_latency', 'us', true]);
    expect(times('fsync-latency')).toContainEqual(['filesystem.fsync_latency', 'us', true]);
    expect(times('block-io-latency')).toContainEqual(['disk.io_queue_latency', 'us', true]);
    expect(times('block-io-latency')).toContainEqual(['disk.io_device_latency', 'us', true]);
  });

  it('page-cache: hits are the lookups for which nothing was added', () => {
    const result = parse('trace', 'bpftrace--0.17.0--page-cache');
    const facts = named('page-cache').find((o) => o.kind === 'facts')?.facts ?? {};
    const [lookups, added] = [Number(facts['lookups']), Number(facts['added'])];
    expect(lookups).toBeGreaterThan(added);
    expect(valuesOf(result, 'memory.cache_hit_ratio')?.[0]).toBeCloseTo((100 * (lookups - added)) / lookups, 6);
    expect(valuesOf(parse('trace', 'bpftrace--0.17.0--runq-latency'), 'memory.cache_hit_ratio')).toBeUndefined();
  });
});
