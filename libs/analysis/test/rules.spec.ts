import { type MetricId, type Observation } from '@fleetscope/contracts';
import { RULES } from '../src';
import {
  facts,
  kernelLog,
  minutesAgo,
  outcomesOf,
  partly,
  rows,
  series,
  steady,
  table,
  value,
  worstState,
} from './builders';
import { DEEP_CASES, type Case } from './deep-cases';

/** Bounds of a sustained rule: just at it, just over it, only in half of the samples, with no number. */
const bounds = (
  metric: MetricId,
  instance: string | null,
  { ok, warn, crit, calm }: { ok: number; warn: number; crit?: number; calm: number },
): Case[] => [
  { of: 'at the bound', given: [steady(metric, ok, instance)], state: 'ok' },
  { of: 'just beyond', given: [steady(metric, warn, instance)], state: 'warn' },
  ...(crit === undefined ? [] : [{ of: 'critical', given: [steady(metric, crit, instance)], state: 'crit' }]),
  { of: '6 of 10 samples', given: [partly(metric, warn, 6, calm, instance)], state: 'warn' },
  { of: '5 of 10 samples: not sustained', given: [partly(metric, crit ?? warn, 5, calm, instance)], state: 'ok' },
  { of: 'no number', given: [series(metric, [null, null, null], instance)], state: 'unknown' },
];

const pressure = (some: MetricId, full: MetricId, at: { some: number; full: number }): Case[] => [
  { of: 'some at the bound', given: [value(some, at.some), value(full, at.full)], state: 'ok' },
  { of: 'some beyond', given: [value(some, at.some + 0.1), value(full, 0)], state: 'warn' },
  { of: 'full beyond', given: [value(some, at.some + 20), value(full, at.full + 0.1)], state: 'crit' },
  { of: 'full unknown and some above its bound', given: [value(some, at.full + 0.5)], state: 'unknown' },
];

const disk = (
  reads: [rate: number, time: number],
  writes: [rate: number, time: number],
  name = 'sda',
  ups = 10,
): Observation[] =>
  rows(
    partly('disk.write_iops', writes[0], ups, 0, name),
    steady('disk.read_iops', reads[0], name),
    steady('disk.read_await', reads[1], name),
    steady('disk.write_await', writes[1], name),
  );

const hdd = facts('disks', { 'sda.rotational': 1 });
const ssd = facts('disks', { 'sda.rotational': 0, 'sda.nr_requests': 64 });
const GB = 1024 ** 3;
const dirty = (now: readonly number[], writeback = 0): Observation[] => [
  series(
    'memory.dirty',
    now.map((n) => n * GB),
  ),
  steady('memory.writeback', writeback * GB),
  value('memory.dirty_threshold', 10 * GB),
  value('memory.dirty_background_threshold', 2 * GB),
];
const flat = (n: number): number[] => Array<number>(10).fill(n);
const rising = Array.from({ length: 10 }, (_, i) => 2.1 + i * 0.1);

const log = (text: string, name: string, state: string): Case[] => [
  { of: 'in the look-back', given: [kernelLog({ text })], state },
  { of: 'by its class', given: [kernelLog({ text: 'worded otherwise', class: name })], state },
  { of: 'before the look-back', given: [kernelLog({ text, at: minutesAgo(61) })], state: 'ok' },
  { of: 'of unknown time', given: [kernelLog({ text, at: null })], state: 'info' },
  { of: 'nothing in the log', given: [kernelLog({ text: 'eth0: link becomes ready' })], state: 'ok' },
  {
    of: 'a longer look-back',
    given: [kernelLog({ text, at: minutesAgo(90) })],
    state,
    options: { lookBackSeconds: 7200 },
  },
];

const CASES: Record<string, Case[]> = {
  ...DEEP_CASES,
  'cpu-load': [
    { of: '1.5 a CPU', given: [value('cpu.load1', 6)], state: 'ok' },
    {
      of: 'beyond',
      given: [value('cpu.load1', 6.1), value('cpu.load5', 4), value('cpu.load15', 2)],
      state: 'warn',
      says: /rising/,
    },
    { of: 'never above warn alone', given: [value('cpu.load1', 100)], state: 'warn', says: /hint/ },
    {
      of: 'critical when pressure agrees',
      given: [value('cpu.load1', 12.1), value('cpu.pressure_some', 11)],
      state: 'crit',
    },
    { of: 'CPUs unknown', given: [value('cpu.load1', 6.1)], state: 'unknown', more: { facts: {} } },
  ],
  'cpu-utilization': [
    ...bounds('cpu.utilization', 'all', { ok: 80, warn: 80.1, crit: 95.1, calm: 10 }),
    {
      of: 'the wait',
      given: [steady('cpu.utilization', 90, 'all')],
      state: 'warn',
      more: { facts: { cpus: '1' } },
      says: /waits 9× its service time/,
    },
  ],
  'cpu-imbalance': [
    {
      of: 'one full, three idle',
      given: cpus(99, 10, 5, 5),
      state: 'warn',
      label: 'cpu0 99 % usr',
      says: /java \(4312\)/,
    },
    { of: '95 and 50 over', given: cpus(95, 45, 45, 45), state: 'warn' },
    { of: 'not busy enough', given: cpus(94.9, 1, 1, 1), state: 'ok' },
    { of: 'not far enough over', given: cpus(99, 50, 50, 50), state: 'ok' },
    { of: 'two CPUs', given: cpus(100, 3), state: 'warn' },
    {
      of: 'not sustained',
      given: [
        partly('cpu.utilization', 99, 5, 10, '0'),
        steady('cpu.utilization', 5, '1'),
        steady('cpu.utilization', 5, '2'),
      ],
      state: 'ok',
    },
    {
      of: 'a thread that moves',
      given: [
        series('cpu.utilization', [99, 1, 99, 1, 99, 1, 99, 1], '0'),
        series('cpu.utilization', [1, 99, 1, 99, 1, 99, 1, 99], '1'),
        steady('cpu.utilization', 1, '2'),
      ],
      state: 'warn',
      says: /moving between cpu0 and cpu1/,
    },
    { of: 'one CPU', given: [steady('cpu.utilization', 100, '0')], state: 'ok', more: { facts: { cpus: '1' } } },
    { of: 'only the sum', given: [steady('cpu.utilization', 100, 'all')], state: 'unknown' },
  ],
  'cpu-runqueue': [
    {
      of: 'just beyond many CPUs',
      given: [series('cpu.runqueue', [11, 11, 11])],
      state: 'warn',
      more: { facts: { cpus: '10' } },
    },
    ...bounds('cpu.runqueue', null, { ok: 4, warn: 5, crit: 9, calm: 1 }),
    { of: 'one snapshot is a spike', given: [value('cpu.runqueue', 30)], state: 'unknown' },
    { of: 'one calm snapshot', given: [value('cpu.runqueue', 1)], state: 'ok' },
  ],
  'cpu-iowait': bounds('cpu.iowait', 'all', { ok: 9.9, warn: 10, calm: 0 }),
  'cpu-steal': bounds('cpu.steal', 'all', { ok: 4.9, warn: 5, crit: 15, calm: 0 }),
  'cpu-system': [
    {
      of: 'most of busy',
      given: [steady('cpu.system', 31, 'all'), steady('cpu.utilization', 60, 'all')],
      state: 'warn',
    },
    { of: '30 %', given: [steady('cpu.system', 30, 'all'), steady('cpu.utilization', 40, 'all')], state: 'ok' },
    { of: 'half of busy', given: [steady('cpu.system', 40, 'all'), steady('cpu.utilization', 80, 'all')], state: 'ok' },
    {
      of: 'not sustained',
      given: [partly('cpu.system', 60, 5, 1, 'all'), steady('cpu.utilization', 70, 'all')],
      state: 'ok',
    },
    { of: 'busy unknown', given: [steady('cpu.system', 60, 'all')], state: 'unknown' },
  ],
  'cpu-softirq': bounds('cpu.softirq', '3', { ok: 49.9, warn: 50, calm: 0 }),
  'cpu-switches': bounds('cpu.context_switches', null, { ok: 200_000, warn: 200_001, calm: 1000 }),
  'cpu-pressure': [
    { of: 'at the bound', given: [value('cpu.pressure_some', 10)], state: 'ok' },
    { of: 'beyond', given: [value('cpu.pressure_some', 10.1)], state: 'warn', says: /10\.1 %/ },
    { of: 'critical', given: [value('cpu.pressure_some', 40.1)], state: 'crit' },
  ],
  'cpu-throttled': [
    { of: '5 %', given: cgroup(0.5), state: 'ok' },
    { of: 'beyond', given: cgroup(0.6), state: 'warn', says: /6 of 100 quota periods/ },
    { of: 'critical', given: cgroup(2.6), state: 'crit' },
    { of: 'no periods', given: [value('cgroup.cpu_throttled_periods', 1, '/a')], state: 'unknown' },
  ],
  'cpu-rt-starvation': log('sched: RT throttling activated', 'rt-throttling', 'warn'),
  'bus-errors': [
    ...log('mce: [Hardware Error]: Machine check events logged', 'hardware-error', 'warn'),
    { of: 'uncorrected', given: [kernelLog({ text: 'EDAC MC0: 1 UE memory read error' })], state: 'crit' },
    {
      of: 'what drivers print at boot',
      given: [kernelLog({ text: 'EDAC MC0: Giving out device to module skx', class: 'hardware-error' })],
      state: 'ok',
    },
    { of: 'corrected in the window', given: [series('bus.corrected_errors', [3, 5])], state: 'warn' },
    { of: 'uncorrected in the window', given: [series('bus.uncorrected_errors', [0, 1])], state: 'crit' },
    { of: 'since boot', given: [value('bus.corrected_errors', 12)], state: 'info' },
  ],
  'mem-available': [
    { of: 'just above critical', given: [value('memory.available_ratio', 5.5)], state: 'warn' },
    { of: '10 %', given: [value('memory.available_ratio', 10)], state: 'ok' },
    { of: 'below', given: [value('memory.available_ratio', 9.9)], state: 'warn', says: /9\.9 %/ },
    { of: 'critical', given: [value('memory.available_ratio', 4.9)], state: 'crit' },
    { of: 'computed', given: [value('memory.available', 4), value('memory.total', 100)], state: 'crit' },
    { of: 'a single dip', given: [series('memory.available_ratio', [50, 4, 50, 50, 50])], state: 'ok' },
  ],
  'mem-swapping': [
    { of: 'both ways', given: [steady('memory.swap_in', 4096), steady('memory.swap_out', 4096)], state: 'warn' },
    { of: 'out only', given: [steady('memory.swap_in', 0), steady('memory.swap_out', 4096)], state: 'ok' },
    {
      of: 'out with pressure',
      given: [
        steady('memory.swap_in', 0),
        steady('memory.swap_out', 4096),
        value('memory.pressure_some', 6),
        value('memory.pressure_full', 0),
      ],
      state: 'warn',
    },
    {
      of: 'not sustained',
      given: [partly('memory.swap_in', 9, 5, 0), partly('memory.swap_out', 9, 5, 0)],
      state: 'ok',
    },
    { of: 'in unknown', given: [steady('memory.swap_out', 4096)], state: 'unknown' },
  ],
  'mem-reclaim': [
    { of: 'three samples tell', given: [series('memory.scan_direct', [5, 5, 5])], state: 'crit' },
    { of: 'direct', given: [steady('memory.scan_direct', 120)], state: 'crit' },
    { of: 'not sustained', given: [partly('memory.scan_direct', 900, 5, 0)], state: 'ok' },
    { of: 'one sum over the window', given: [series('memory.scan_direct', [5])], state: 'warn' },
    {
      of: 'one sum, and pressure',
      given: [series('memory.scan_direct', [5]), value('memory.pressure_some', 6), value('memory.pressure_full', 0)],
      state: 'crit',
    },
    { of: 'kswapd alone', given: [steady('memory.scan_direct', 0), steady('memory.scan_kswapd', 900)], state: 'ok' },
    {
      of: 'kswapd with pressure',
      given: [
        steady('memory.scan_direct', 0),
        steady('memory.scan_kswapd', 900),
        value('memory.pressure_some', 6),
        value('memory.pressure_full', 0),
      ],
      state: 'warn',
    },
  ],
  'mem-major-faults': bounds('memory.major_faults', null, { ok: 10, warn: 10.1, calm: 0 }),
  'mem-oom': [
    {
      of: 'one line',
      given: [
        kernelLog({
          class: 'oom-kill',
          text: 'Out of memory: Killed process 4312 (java) total-vm:9000kB, anon-rss:65280kB, file-rss:0kB',
        }),
      ],
      state: 'crit',
      says: /1 process killed .* 5 min before .*java \(4312\), 64 MiB resident/,
    },
    {
      of: 'two lines are one kill',
      given: [
        kernelLog(
          { text: 'Out of memory: Kill process 12 (a) score 900 or sacrifice child' },
          { text: 'Killed process 12 (a) total-vm:1kB, anon-rss:1024kB' },
        ),
      ],
      state: 'crit',
      label: 'oom kills +1',
    },
    { of: 'fields of the parser', given: [kernelLog({ class: 'oom-kill', text: 'x' })], state: 'crit' },
    { of: 'old', given: [kernelLog({ class: 'oom-kill', text: 'x', at: minutesAgo(61) })], state: 'ok' },
    { of: 'unknown time', given: [kernelLog({ class: 'oom-kill', text: 'x', at: null })], state: 'info' },
    { of: 'counted in the window', given: [value('memory.oom_kills', 0.2)], state: 'crit', label: 'oom kills +2' },
    {
      of: 'the window alone is no look-back',
      given: [value('memory.oom_kills', 0)],
      state: 'unknown',
      says: /no kill inside the window/,
    },
  ],
  'mem-pressure': pressure('memory.pressure_some', 'memory.pressure_full', { some: 5, full: 1 }),
  'mem-dirty': [
    { of: 'three samples suffice to grow', given: dirty([2.1, 2.2, 2.3]), state: 'warn' },
    { of: 'below half', given: dirty(flat(4.9)), state: 'ok' },
    { of: 'writeback counts too', given: dirty(flat(4), 1.1), state: 'warn' },
    { of: 'over half', given: dirty(flat(5.1)), state: 'warn' },
    { of: 'over 80 %', given: dirty(flat(8.1)), state: 'crit' },
    { of: 'over background and growing', given: dirty(rising), state: 'warn', says: /growing/ },
    { of: 'over background, falling', given: dirty([...rising].reverse()), state: 'ok' },
    { of: 'with a slow disk', given: [...dirty(flat(5.1)), ...disk([0, 0], [100, 60])], state: 'crit' },
    { of: 'no threshold', given: [steady('memory.dirty', 1)], state: 'unknown' },
  ],
  'mem-alloc-failures': [
    ...log('nginx: page allocation failure: order:4, mode:0xcc0', 'page-allocation-failure', 'warn'),
    {
      of: 'strict overcommit',
      given: [
        kernelLog(),
        value('memory.committed', 96),
        value('memory.commit_limit', 100),
        facts('sysctl', { 'vm.overcommit_memory': 2 }),
      ],
      state: 'warn',
    },
    {
      of: 'heuristic overcommit',
      given: [
        kernelLog(),
        value('memory.committed', 196),
        value('memory.commit_limit', 100),
        facts('sysctl', { 'vm.overcommit_memory': 0 }),
      ],
      state: 'ok',
    },
  ],
  'disk-utilization': [
    { of: 'a spindle', given: [hdd, steady('disk.utilization', 81, 'sda')], state: 'warn' },
    { of: 'a spindle at 80 %', given: [hdd, steady('disk.utilization', 80, 'sda')], state: 'ok' },
    { of: 'an SSD', given: [ssd, steady('disk.utilization', 100, 'sda')], state: 'info' },
    {
      of: 'virtio says it is rotational',
      given: [facts('disks', { 'vda.rotational': 1 }), steady('disk.utilization', 100, 'vda')],
      state: 'info',
    },
    { of: 'not sustained', given: [hdd, partly('disk.utilization', 99, 5, 1, 'sda')], state: 'ok' },
    {
      of: 'idle in most reports (iostat -z)',
      given: [hdd, series('disk.utilization', [99, 99], 'sda'), steady('cpu.iowait', 0, 'all')],
      state: 'ok',
    },
    { of: 'loop devices', given: [steady('disk.utilization', 100, 'loop3')], state: 'unknown' },
  ],
  'disk-await': [
    { of: 'NVMe just critical', given: disk([0, 0], [11, 26], 'nvme0n1'), state: 'crit' },
    { of: 'SSD at 10 ms', given: [ssd, ...disk([10, 10], [10, 10])], state: 'ok' },
    { of: 'SSD beyond', given: [ssd, ...disk([0, 0], [20, 10.5])], state: 'warn' },
    { of: 'SSD critical', given: [ssd, ...disk([0, 0], [20, 51])], state: 'crit' },
    { of: 'NVMe at 5 ms', given: disk([0, 0], [20, 5], 'nvme0n1'), state: 'ok' },
    { of: 'NVMe beyond', given: disk([0, 0], [20, 5.1], 'nvme0n1'), state: 'warn' },
    {
      of: 'NVMe critical',
      given: disk([0, 0], [820, 47.2], 'nvme0n1'),
      state: 'crit',
      label: 'w_await 47 ms',
      says: /writes take 47 ms or more in 10 of 10 samples at 820 IOPS/,
    },
    { of: 'HDD at 20 ms', given: [hdd, ...disk([0, 0], [20, 20])], state: 'ok' },
    { of: 'HDD beyond', given: [hdd, ...disk([0, 0], [20, 21])], state: 'warn' },
    { of: 'HDD critical', given: [hdd, ...disk([0, 0], [20, 101])], state: 'crit' },
    { of: 'too few requests', given: [ssd, ...disk([0, 0], [9.9, 400])], state: 'ok' },
    { of: 'weighted by the rates', given: [ssd, ...disk([990, 1], [10, 200])], state: 'ok' },
    { of: 'not sustained', given: [ssd, ...disk([0, 0], [50, 400], 'sda', 5)], state: 'ok' },
    { of: 'no times', given: [steady('disk.write_iops', 100, 'sda')], state: 'unknown' },
    {
      of: 'a layer that is slow on a disk that is not',
      given: [ssd, ...disk([0, 0], [50, 1]), ...disk([0, 0], [50, 90], 'dm-0')],
      state: 'crit',
      says: /dm-0 \(/,
    },
    { of: 'a layer alone', given: disk([0, 0], [50, 20], 'loop0'), state: 'warn', says: /loop0 \(virtual disk\)/ },
    {
      of: 'a layer that is as slow as its disk',
      given: [ssd, ...disk([0, 0], [50, 20]), ...disk([0, 0], [50, 90], 'dm-0')],
      state: 'warn',
      says: /sda \(SSD\)/,
    },
  ],
  'disk-queue': [
    {
      of: 'nr_requests not told',
      given: [steady('disk.queue_size', 65, 'nvme0n1'), ...disk([0, 0], [50, 30], 'nvme0n1')],
      state: 'warn',
    },
    { of: 'a spindle', given: [hdd, steady('disk.queue_size', 1.1, 'sda'), ...disk([0, 0], [50, 30])], state: 'warn' },
    { of: 'a spindle at 1', given: [hdd, steady('disk.queue_size', 1, 'sda'), ...disk([0, 0], [50, 30])], state: 'ok' },
    {
      of: 'a quarter of nr_requests',
      given: [ssd, steady('disk.queue_size', 16.1, 'sda'), ...disk([0, 0], [50, 30])],
      state: 'warn',
    },
    {
      of: 'below a quarter',
      given: [ssd, steady('disk.queue_size', 16, 'sda'), ...disk([0, 0], [50, 30])],
      state: 'ok',
    },
    { of: 'served quickly', given: [ssd, steady('disk.queue_size', 60, 'sda'), ...disk([0, 0], [50, 1])], state: 'ok' },
    { of: 'time unknown', given: [ssd, steady('disk.queue_size', 60, 'sda')], state: 'unknown' },
    {
      of: 'md on top is not counted twice',
      given: [
        hdd,
        steady('disk.queue_size', 90, 'md0'),
        steady('disk.queue_size', 0.5, 'sda'),
        ...disk([0, 0], [50, 30]),
      ],
      state: 'ok',
    },
  ],
  'disk-pressure': pressure('disk.pressure_some', 'disk.pressure_full', { some: 20, full: 10 }),
  'disk-errors': log('blk_update_request: I/O error, dev sda, sector 123', 'disk-error', 'crit'),
  'fs-space': percentages('filesystem.space_used', '/var'),
  'fs-inodes': percentages('filesystem.inodes_used', '/var'),
  'net-utilization': [
    ...bounds('network.utilization', 'eth0', { ok: 70, warn: 70.1, crit: 90.1, calm: 1 }),
    { of: 'loopback', given: [steady('network.utilization', 99, 'lo')], state: 'unknown' },
    {
      of: 'no speed',
      given: [
        value('network.link_speed', null, 'eth0'),
        steady('network.rx_throughput', 1e9, 'eth0'),
        steady('network.tx_throughput', 1, 'eth0'),
      ],
      state: 'unknown',
    },
    {
      of: 'sar prints 0 without a speed',
      given: [steady('network.utilization', 0, 'eth0'), steady('network.rx_throughput', 1e6, 'eth0')],
      state: 'unknown',
    },
    {
      of: 'speed −1',
      given: [value('network.link_speed', -1, 'eth0'), steady('network.utilization', 0, 'eth0')],
      state: 'unknown',
    },
    {
      of: 'computed',
      given: [
        value('network.link_speed', 1e9, 'eth0'),
        steady('network.rx_throughput', 1e8, 'eth0'),
        steady('network.tx_throughput', 1e6, 'eth0'),
      ],
      state: 'warn',
      says: /80 % of its link speed of 1 Gbit\/s/,
    },
  ],
  'net-drops': [
    { of: 'just beyond', given: packets(1.1, 10_000), state: 'warn' },
    { of: 'beyond', given: packets(2, 10_000), state: 'warn' },
    { of: 'at 0.01 %', given: packets(1, 10_000), state: 'ok' },
    { of: 'a few of unknown protocols', given: packets(0.5, 10), state: 'ok' },
    {
      of: 'not sustained',
      given: [
        partly('network.rx_drops', 500, 5, 0, 'eth0'),
        steady('network.rx_packets', 1000, 'eth0'),
        value('network.softnet_dropped', 0),
      ],
      state: 'ok',
    },
    { of: 'softnet', given: [...packets(0, 1000), steady('network.softnet_dropped', 3)], state: 'warn' },
    {
      of: 'softnet of single CPUs',
      given: [
        ...packets(0, 1000),
        steady('network.softnet_dropped', 0, '0'),
        steady('network.softnet_dropped', 3, '1'),
      ],
      state: 'warn',
    },
    { of: 'packets unknown', given: [steady('network.rx_drops', 3, 'eth0')], state: 'unknown' },
  ],
  'net-errors': [
    {
      of: 'none',
      given: [steady('network.rx_errors', 0, 'eth0'), steady('network.tx_errors', 0, 'eth0')],
      state: 'ok',
    },
    { of: 'one', given: [partly('network.rx_errors', 1, 1, 0, 'eth0')], state: 'warn', label: 'eth0 rx errors +1' },
    {
      of: 'collisions',
      given: [steady('network.rx_errors', 0, 'eth0'), steady('network.collisions', 2, 'eth0')],
      state: 'warn',
    },
  ],
  'net-link': [
    { of: 'full', given: [facts('links', { 'eth0.duplex': 'full' })], state: 'ok' },
    { of: 'half', given: [facts('links', { 'eth0.duplex': 'half' })], state: 'warn' },
    { of: 'virtual', given: [facts('links', { 'eth0.duplex': 'unknown' })], state: 'unknown' },
    {
      of: 'slower than peers',
      given: [value('network.link_speed', 1e9, 'eth0')],
      state: 'warn',
      options: { peerLinkSpeeds: { eth0: 1e10 } },
    },
  ],
  'net-conntrack': [
    { of: '80 %', given: [value('network.conntrack_entries', 80), value('network.conntrack_max', 100)], state: 'ok' },
    {
      of: 'beyond',
      given: [value('network.conntrack_entries', 81), value('network.conntrack_max', 100)],
      state: 'warn',
    },
    {
      of: 'critical',
      given: [value('network.conntrack_entries', 96), value('network.conntrack_max', 100)],
      state: 'crit',
    },
    {
      of: 'full in the log',
      given: [kernelLog({ text: 'nf_conntrack: nf_conntrack: table full, dropping packet' })],
      state: 'crit',
    },
    { of: 'no limit', given: [value('network.conntrack_entries', 81)], state: 'unknown' },
  ],
  'tcp-retransmits': [
    { of: '0.1 %', given: segments(1, 1000), state: 'ok' },
    { of: 'beyond', given: segments(1.1, 1000), state: 'warn' },
    {
      of: 'critical',
      given: [...segments(11, 1000), steady('tcp.loss_probes', 2)],
      state: 'crit',
      label: 'retrans 1.1 %',
      says: /110 of 10,000.*20 tail-loss probes/,
    },
    { of: '1,000 segments', given: segments(1, 100), state: 'warn' },
    { of: 'too few segments', given: segments(10, 99), state: 'unknown' },
    { of: 'few and none lost', given: segments(0, 9), state: 'ok' },
    { of: 'segments unknown', given: [steady('tcp.retransmits', 3)], state: 'unknown' },
  ],
  'tcp-listen-overflows': [
    { of: 'none', given: [steady('tcp.listen_overflows', 0), steady('tcp.listen_drops', 0)], state: 'ok' },
    {
      of: 'overflows at a socket',
      given: [
        steady('tcp.listen_overflows', 14.2),
        value('tcp.accept_queue', 129, '0.0.0.0:8080'),
        value('tcp.accept_queue_limit', 128, '0.0.0.0:8080'),
        value('tcp.accept_queue', 128, '*:22'),
        value('tcp.accept_queue_limit', 128, '*:22'),
      ],
      state: 'crit',
      label: 'overflow +142',
      says: /^ListenOverflows \+142 in 10 s at 0\.0\.0\.0:8080 \(129 queued, limit 128\)\.$/,
    },
    { of: 'drops', given: [steady('tcp.listen_overflows', 0), partly('tcp.listen_drops', 1, 1, 0)], state: 'crit' },
    {
      of: 'full, nothing lost',
      given: [
        steady('tcp.listen_overflows', 0),
        value('tcp.accept_queue', 129, ':80'),
        value('tcp.accept_queue_limit', 128, ':80'),
      ],
      state: 'warn',
    },
    {
      of: 'no counter',
      given: [value('tcp.accept_queue', 1, ':80'), value('tcp.accept_queue_limit', 128, ':80')],
      state: 'unknown',
    },
  ],
  'tcp-syn-drops': [
    { of: 'none', given: [value('tcp.syn_queue_drops', 0), value('tcp.syn_queue_cookies', 0)], state: 'ok' },
    { of: 'drops', given: [value('tcp.syn_queue_drops', 0.1)], state: 'warn', label: 'SYN drops +1' },
    {
      of: 'cookies',
      given: [value('tcp.syn_queue_drops', 0), value('tcp.syn_queue_cookies', 5)],
      state: 'warn',
      label: 'SYN cookies +50',
    },
  ],
  'tcp-resets': [
    { of: '5 %', given: opens(0.5, 10), state: 'ok' },
    { of: 'beyond', given: opens(0.6, 10), state: 'warn' },
    { of: 'too few', given: opens(5, 9), state: 'unknown' },
    { of: 'few and none reset', given: opens(0, 1), state: 'ok' },
    { of: 'opens unknown', given: [value('tcp.attempt_fails', 3)], state: 'unknown' },
  ],
  'tcp-memory': [
    {
      of: 'at pressure',
      given: [value('tcp.memory_pages', 100), value('tcp.memory_pressure_threshold', 100)],
      state: 'ok',
    },
    {
      of: 'over pressure',
      given: [value('tcp.memory_pages', 101), value('tcp.memory_pressure_threshold', 100)],
      state: 'warn',
    },
    { of: 'entered pressure', given: [value('tcp.memory_pressures', 0.1)], state: 'warn' },
    { of: 'queue drops', given: [value('tcp.receive_queue_drops', 1)], state: 'warn' },
    { of: 'pruned', given: [value('tcp.prune_called', 1)], state: 'info' },
    { of: 'no threshold', given: [value('tcp.memory_pages', 101)], state: 'unknown' },
  ],
  'tcp-close-wait': [
    { of: '100', given: [value('tcp.sockets_close_wait', 100)], state: 'ok' },
    { of: 'beyond', given: [value('tcp.sockets_close_wait', 101)], state: 'warn' },
    { of: 'falling', given: [series('tcp.sockets_close_wait', [200, 150])], state: 'ok' },
    { of: 'not falling', given: [series('tcp.sockets_close_wait', [200, 200])], state: 'warn' },
  ],
  'udp-errors': [
    { of: 'just beyond', given: [value('udp.in_errors', 1.1), value('udp.datagrams_in', 999)], state: 'warn' },
    { of: '0.1 %', given: [value('udp.in_errors', 1), value('udp.datagrams_in', 999)], state: 'ok' },
    {
      of: 'beyond',
      given: [value('udp.in_errors', 2), value('udp.receive_buffer_errors', 1), value('udp.datagrams_in', 998)],
      state: 'warn',
      says: /10 of them because a receive buffer was full/,
    },
    { of: 'datagrams unknown', given: [value('udp.in_errors', 2)], state: 'unknown' },
  ],
  'fd-host': [
    { of: '80 %', given: [value('fd.open', 80), value('fd.max', 100)], state: 'ok' },
    { of: 'beyond', given: [value('fd.open', 81), value('fd.max', 100)], state: 'warn' },
    { of: 'critical', given: [value('fd.open', 96), value('fd.max', 100)], state: 'crit' },
    { of: 'no limit', given: [value('fd.open', 96)], state: 'unknown' },
  ],
  'task-limits': [
    { of: '80 %', given: [value('task.threads', 80), value('task.threads_max', 100)], state: 'ok' },
    {
      of: 'the nearer limit',
      given: [value('task.threads', 81), value('task.threads_max', 1000), value('task.pid_max', 100)],
      state: 'warn',
      says: /pid_max/,
    },
    { of: 'no limit', given: [value('task.threads', 81)], state: 'unknown' },
  ],
  'recent-change': [
    {
      of: 'read by the probe',
      given: [
        facts('last-change', {
          boot_time: minutesAgo(9) / 1000,
          unit: 'nginx.service',
          unit_time: minutesAgo(80) / 1000,
        }),
      ],
      state: 'info',
      says: /^Changed in the last 60 min: the host booted \(9 min before the collection\)\.$/,
    },
    { of: 'read, and old', given: [facts('last-change', { boot_time: minutesAgo(900) / 1000 })], state: 'ok' },
    {
      of: 'told',
      given: [],
      state: 'info',
      options: { changes: [{ at: minutesAgo(4), text: 'nginx 1.27 installed' }] },
      says: /nginx 1\.27 installed \(4 min before/,
    },
    { of: 'old', given: [], state: 'ok', options: { changes: [{ at: minutesAgo(90), text: 'x' }] } },
    { of: 'unknown time', given: [], state: 'ok', options: { changes: [{ at: null, text: 'x' }] } },
  ],
  'writeback-burst': [
    { of: 'both', given: [...dirty(flat(6)), ...disk([0, 0], [100, 60])], state: 'warn' },
    { of: 'dirty alone', given: [...dirty(flat(6)), ...disk([0, 0], [100, 1])], state: 'ok' },
    { of: 'the disk unknown', given: dirty(flat(6)), state: 'unknown' },
  ],
};

function cpus(...busy: readonly number[]): Observation[] {
  return [
    ...busy.flatMap((percent, cpu) => [
      steady('cpu.utilization', percent, `${cpu}`),
      steady('cpu.user', percent - 0.5, `${cpu}`),
      steady('cpu.system', 0.5, `${cpu}`),
    ]),
    table(
      'processes',
      ['PID', '%CPU', 'CPU', 'Command'],
      [
        [7, 20, 0, 'sshd'],
        [4312, 98, 0, 'java'],
        [9, 99, 1, 'other'],
      ],
    ),
  ];
}
function cgroup(throttled: number): Observation[] {
  return [value('cgroup.cpu_throttled_periods', throttled, '/a'), value('cgroup.cpu_periods', 10, '/a')];
}
function percentages(metric: MetricId, mount: string): Case[] {
  return [
    { of: '85 %', given: [value(metric, 85, mount)], state: 'ok' },
    { of: 'beyond', given: [value(metric, 85.1, mount)], state: 'warn' },
    { of: 'critical', given: [value(metric, 95.1, mount)], state: 'crit' },
    { of: 'a snap', given: [value(metric, 100, '/snap/core/1'), value(metric, 3, '/')], state: 'ok' },
    { of: 'no number', given: [value(metric, null, mount)], state: 'unknown' },
  ];
}
function packets(drops: number, passed: number): Observation[] {
  return [steady('network.rx_drops', drops, 'eth0'), steady('network.rx_packets', passed, 'eth0')];
}
function segments(again: number, out: number): Observation[] {
  return [steady('tcp.retransmits', again), steady('tcp.segments_out', out)];
}
function opens(resets: number, opened: number): Observation[] {
  return [
    value('tcp.established_resets', resets),
    value('tcp.active_opens', opened / 2),
    value('tcp.passive_opens', opened / 2),
  ];
}

describe('every rule', () => {
  it.each(RULES.map((rule) => rule.id))('%s has cases', (id) => expect(CASES[id]?.length).toBeGreaterThan(2));
  it.each(RULES.map((rule) => rule.id))('%s is unknown, with a reason, when nothing was read', (id) => {
    const outcomes = outcomesOf(id, []);
    expect(outcomes.length).toBeGreaterThan(0);
    for (const outcome of outcomes) {
      expect(outcome.outcome).toBe('unknown');
      expect(outcome.outcome === 'unknown' && outcome.reason.length).toBeGreaterThan(5);
    }
  });
});

describe.each(Object.entries(CASES))('%s', (rule, cases) => {
  it.each(cases.map((one) => [one.of, one] as const))('%s', (_, { given, state, options, more, says, label }) => {
    const outcomes = outcomesOf(rule, given, options, more);
    expect([worstState(outcomes), outcomes]).toEqual([state, expect.anything()]);
    for (const outcome of outcomes) {
      if (outcome.outcome !== 'finding') continue;
      expect(outcome.text).toMatch(/^\S.*[.]$/s);
      expect(outcome.text).not.toMatch(/NaN|undefined|null|Infinity/);
      expect(outcome.label).not.toMatch(/NaN|undefined|null/);
      if (!options)
        expect(
          outcome.evidence.flatMap(({ lines }) => lines).length + Number(['net-link', 'recent-change'].includes(rule)),
        ).toBeGreaterThan(0);
    }
    const text = outcomes
      .map((o) => (o.outcome === 'finding' ? o.text : o.outcome === 'unknown' ? o.reason : ''))
      .join('\n');
    if (says) expect(text).toMatch(says);
    if (label) expect(outcomes.flatMap((o) => (o.outcome === 'finding' ? [o.label] : []))).toContain(label);
  });
});
