/* eslint-disable max-lines -- one table of cases */
import { type MetricId, type Observation } from '@fleetscope/contracts';
import { type AnalyseOptions, type HostEvidence } from '../src';
import { COLLECTED_AT, facts, partly, series, steady, step, table, value } from './builders';

export interface Case {
  readonly of: string;
  readonly given: readonly Observation[];
  readonly state: string;
  readonly options?: AnalyseOptions;
  readonly more?: Partial<HostEvidence>;
  readonly says?: RegExp;
  readonly label?: string;
}

const GB = 1024 ** 3;
const HOUR = 3_600_000;

/** Buckets as powers of two from 1 µs, with these counts. */
const histogram = (name: string, counts: readonly number[], instance: string | null = null): Observation => ({
  kind: 'histogram',
  name,
  instance,
  unit: 'usecs',
  buckets: counts.map((count, i) => ({ from: 2 ** i, to: 2 ** (i + 1), count })),
  lines: counts.map((_, i) => i + 3),
});
/** All in one bucket that begins at this many microseconds. */
const allAt = (power: number, name: string, instance: string | null = null): Observation =>
  histogram(
    name,
    Array.from({ length: power + 1 }, (_, i) => (i === power ? 1000 : 0)),
    instance,
  );

/** As the parser `trace` gives it: unit `us`, and the slices of each second. */
const traced = (power: number, name: string, instance: string | null = null): Observation => ({
  ...(allAt(power, name, instance) as Extract<Observation, { kind: 'histogram' }>),
  unit: 'us',
  slices: [{ at: COLLECTED_AT, counts: Array.from({ length: power + 1 }, (_, i) => (i === power ? 1000 : 0)) }],
});

const busy = steady('cpu.utilization', 80, 'all');
const calm = steady('cpu.utilization', 20, 'all');
const pool = (working: number, queue: readonly number[]): Observation[] => [
  value('service.threads_busy', working, 'web'),
  value('service.threads_total', 100, 'web'),
  ...(queue.length > 0 ? [series('service.queue', queue, 'web')] : []),
];
const zone = (free: number[], name = 'node 0 Normal'): Observation[] => [
  series('memory.zone_free', free, name),
  value('memory.zone_min', 1000, name),
  value('memory.zone_low', 2000, name),
];
const socket = (over: Partial<Record<string, string | number | null>>): Observation =>
  table(
    'sockets',
    ['state', 'local', 'peer', 'rtt', 'minrtt', 'cwnd', 'segs_out', 'retransTotal', 'app_limited'],
    [
      [
        over['state'] ?? 'ESTAB',
        '10.0.0.1:80',
        over['peer'] ?? '10.0.0.2:5000',
        over['rtt'] === undefined ? 1 : over['rtt'],
        over['minrtt'] ?? 0.9,
        over['cwnd'] ?? 40,
        over['segs_out'] ?? 5000,
        over['retransTotal'] ?? 0,
        over['app_limited'] ?? null,
      ],
    ],
  );
const growth = (perHour: number, runs = 8, metric: MetricId = 'memory.rss') => [
  {
    metric,
    instance: 'java (7)',
    points: Array.from({ length: runs }, (_, i) => ({
      at: COLLECTED_AT - (runs - i) * 2 * HOUR,
      value: 4 * GB - (runs - i) * 2 * perHour,
    })),
  },
];
const sawtooth = [
  {
    metric: 'memory.rss' as const,
    instance: 'java (7)',
    points: Array.from({ length: 12 }, (_, i) => ({
      at: COLLECTED_AT - (12 - i) * HOUR,
      value: (3 + (i % 3) * 0.5) * GB,
    })),
  },
];
const rss = [value('memory.rss', 4 * GB, 'java (7)'), value('memory.available', 2 * GB)];
const levels = (metric: MetricId, instance: string, ok: number, warn: number, crit: number | null): Case[] => [
  { of: 'at the bound', given: [steady(metric, ok, instance)], state: 'ok' },
  { of: 'beyond', given: [steady(metric, warn, instance)], state: 'warn' },
  ...(crit === null ? [] : [{ of: 'critical', given: [steady(metric, crit, instance)], state: 'crit' }]),
  { of: 'no number', given: [series(metric, [null, null], instance)], state: 'unknown' },
];
const settings = facts('sysctl', { 'net.core.somaxconn': 128, 'vm.swappiness': 1 });

export const DEEP_CASES: Readonly<Record<string, readonly Case[]>> = {
  'cpu-runq-latency': [
    { of: 'microseconds', given: [allAt(6, 'runq-latency')], state: 'ok' },
    {
      of: 'a long tail',
      given: [histogram('runq-latency', [900, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50])],
      state: 'warn',
    },
    { of: 'very long', given: [allAt(17, 'runq_latency')], state: 'crit', says: /of 1,000 waits/ },
    { of: 'as our own program is read', given: [traced(17, 'cpu.runq_latency')], state: 'crit' },
    { of: 'the metric itself', given: [value('cpu.runq_latency', 12)], state: 'warn' },
    { of: 'an empty histogram', given: [histogram('runq-latency', [0, 0])], state: 'unknown' },
  ],
  'cpu-ipc': [
    { of: 'a good rate', given: [busy, value('cpu.ipc', 1.4)], state: 'ok' },
    { of: 'stalled', given: [busy, value('cpu.ipc', 0.8)], state: 'info' },
    { of: 'badly stalled', given: [busy, value('cpu.ipc', 0.3)], state: 'warn', says: /wait for memory/ },
    { of: 'bound by instructions', given: [busy, value('cpu.ipc', 3)], state: 'info', says: /the limit/ },
    { of: 'CPUs that idle', given: [calm, value('cpu.ipc', 0.3)], state: 'unknown', says: /20 % busy/ },
    { of: 'no utilization', given: [value('cpu.ipc', 0.3)], state: 'unknown' },
  ],
  'cpu-misses': [
    {
      of: 'few',
      given: [busy, value('cpu.branch_miss_ratio', 1), value('cpu.cache_miss_ratio', 5), value('cpu.ipc', 1.5)],
      state: 'ok',
    },
    { of: 'branches', given: [busy, value('cpu.branch_miss_ratio', 3)], state: 'info' },
    { of: 'cache, and slow', given: [busy, value('cpu.cache_miss_ratio', 40), value('cpu.ipc', 0.6)], state: 'warn' },
    {
      of: 'cache, and fast all the same',
      given: [busy, value('cpu.cache_miss_ratio', 40), value('cpu.ipc', 2)],
      state: 'ok',
    },
    { of: 'cache, and nobody knows', given: [busy, value('cpu.cache_miss_ratio', 40)], state: 'unknown' },
    { of: 'CPUs that idle', given: [calm, value('cpu.branch_miss_ratio', 9)], state: 'unknown' },
  ],
  'cpu-migrations': [
    { of: 'at the bound', given: [value('cpu.migrations', 4000)], state: 'ok' },
    { of: 'beyond', given: [value('cpu.migrations', 4100)], state: 'warn' },
    { of: 'CPUs unknown', given: [value('cpu.migrations', 9000)], state: 'unknown', more: { facts: {} } },
  ],
  'numa-locality': [
    { of: 'local', given: [busy, value('cpu.numa_remote_ratio', 3)], state: 'ok' },
    { of: 'remote', given: [busy, value('cpu.numa_remote_ratio', 35)], state: 'warn' },
    { of: 'an idle host', given: [calm, value('cpu.numa_remote_ratio', 35)], state: 'unknown' },
  ],
  'mem-watermarks': [
    { of: 'plenty', given: zone([9000, 9000, 9000]), state: 'ok' },
    { of: 'low in most samples', given: zone([1500, 1500, 9000, 1500]), state: 'warn' },
    { of: 'low once', given: zone([1500, 9000, 9000, 9000]), state: 'ok' },
    { of: 'below min once', given: zone([9000, 900, 9000]), state: 'crit' },
    { of: 'a DMA zone', given: [...zone([1], 'node 0 DMA'), ...zone([9000])], state: 'ok' },
    { of: 'marks unknown', given: [series('memory.zone_free', [1], 'node 0 Normal')], state: 'unknown' },
  ],
  'mem-slab': [
    {
      of: 'little',
      given: [
        value('memory.total', 10 * GB),
        value('memory.slab_unreclaimable', GB / 2),
        value('memory.slab_reclaimable', GB),
      ],
      state: 'ok',
    },
    {
      of: 'a leak',
      given: [value('memory.total', 10 * GB), value('memory.slab_unreclaimable', 2 * GB)],
      state: 'warn',
      says: /20 % of memory/,
    },
    {
      of: 'dentries',
      given: [value('memory.total', 10 * GB), value('memory.slab_reclaimable', 4 * GB)],
      state: 'info',
    },
    { of: 'the total unknown', given: [value('memory.slab_unreclaimable', 2 * GB)], state: 'unknown' },
  ],
  'mem-growth': [
    { of: 'no growth', given: rss, options: { history: growth(0) }, state: 'ok' },
    {
      of: 'a leak',
      given: rss,
      options: { history: growth(0.05 * GB) },
      state: 'warn',
      says: /java \(7\) grows by 1\.2 GiB a day/,
    },
    { of: 'a leak that has years', given: rss, options: { history: growth(0.001 * GB) }, state: 'ok' },
    { of: 'a sawtooth', given: rss, options: { history: sawtooth }, state: 'ok' },
    { of: 'too few runs', given: rss, options: { history: growth(GB, 2) }, state: 'unknown', says: /3 runs over/ },
    { of: 'no run before', given: rss, state: 'unknown', says: /not looked at/ },
  ],
  'mem-oom-candidates': [
    { of: 'low scores', given: [value('memory.oom_score', 12, 'a (1)')], state: 'ok' },
    {
      of: 'one that stands out',
      given: [value('memory.oom_score', 900, 'java (7)'), value('memory.oom_score', 5, 'sh (8)')],
      state: 'info',
      says: /java \(7\) \(900\)/,
    },
    {
      of: 'what every process has since Linux 5.9',
      given: [value('memory.oom_score', 672, 'sh (8)')],
      more: { facts: { kernel: '6.1.0-18-amd64' } },
      state: 'ok',
    },
    {
      of: 'one that stands out since Linux 5.9',
      given: [value('memory.oom_score', 900, 'java (7)')],
      more: { facts: { kernel: '5.10.0' } },
      state: 'info',
    },
    { of: 'no number', given: [value('memory.oom_score', null, 'a (1)')], state: 'unknown' },
  ],
  'mem-cache-hit': [
    { of: 'hits', given: [steady('memory.cache_hit_ratio', 99)], state: 'ok' },
    {
      of: 'misses',
      given: [steady('memory.cache_hit_ratio', 60), steady('disk.read_iops', 500, 'sda')],
      state: 'warn',
    },
    {
      of: 'misses that nobody waits for',
      given: [steady('memory.cache_hit_ratio', 60), steady('disk.read_iops', 1, 'sda')],
      state: 'ok',
    },
    { of: 'no number', given: [series('memory.cache_hit_ratio', [null])], state: 'unknown' },
  ],
  'disk-iops': [
    {
      of: 'below',
      given: [
        value('disk.iops_limit', 3000, 'nvme1n1'),
        steady('disk.read_iops', 1000, 'nvme1n1'),
        steady('disk.write_iops', 1000, 'nvme1n1'),
      ],
      state: 'ok',
    },
    {
      of: 'at the limit',
      given: [
        value('disk.iops_limit', 3000, 'nvme1n1'),
        steady('disk.read_iops', 1500, 'nvme1n1'),
        steady('disk.write_iops', 1400, 'nvme1n1'),
      ],
      state: 'warn',
    },
    {
      of: 'throughput',
      given: [value('disk.throughput_limit', 1e8, 'sda'), steady('disk.read_throughput', 9.9e7, 'sda')],
      state: 'warn',
    },
    { of: 'no limit known', given: [steady('disk.read_iops', 1e6, 'sda')], state: 'unknown', says: /no label/ },
    {
      of: 'a limit that a label states for all disks',
      given: [steady('disk.write_iops', 2900, 'sda'), steady('disk.write_iops', 10, 'loop0')],
      options: { labels: { 'disk.iops_limit': '3000' } },
      state: 'warn',
      says: /^\s*sda does 97 % of the requests/,
    },
    {
      of: 'one disk with a limit of its own',
      given: [steady('disk.write_iops', 2900, 'sda')],
      options: { labels: { 'disk.iops_limit': '3000', 'disk.iops_limit/sda': '16000' } },
      state: 'ok',
    },
    {
      of: 'a label that is no number',
      given: [steady('disk.write_iops', 2900, 'sda')],
      options: { labels: { 'disk.iops_limit/sda': 'gp3' } },
      state: 'unknown',
    },
  ],
  'disk-latency-split': [
    {
      of: 'as our own program is read',
      given: [traced(15, 'disk.io_queue_latency', 'vda WS'), traced(9, 'disk.io_device_latency', 'vda WS')],
      state: 'warn',
    },
    { of: 'both short', given: [allAt(7, 'block_queue_us', 'sda'), allAt(8, 'block_device_us', 'sda')], state: 'ok' },
    {
      of: 'the queue',
      given: [allAt(15, 'block_queue_us', 'sda'), allAt(9, 'block_device_us', 'sda')],
      state: 'warn',
      says: /scheduler is the limit/,
    },
    {
      of: 'the device',
      given: [allAt(9, 'block_queue_us', 'sda'), allAt(15, 'block_device_us', 'sda')],
      state: 'info',
      says: /device itself is slow/,
    },
    { of: 'half of it', given: [allAt(15, 'block_queue_us', 'sda')], state: 'unknown' },
  ],
  'disk-latency-modes': [
    { of: 'one mode', given: [histogram('disk-latency', [0, 0, 0, 10, 100, 200, 90, 10])], state: 'ok' },
    { of: 'two, both fast', given: [histogram('disk-latency', [100, 300, 100, 2, 1, 2, 100, 300, 100])], state: 'ok' },
    {
      of: 'a slow one',
      given: [histogram('disk-latency', [100, 300, 100, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 90, 30])],
      state: 'info',
      says: /2 groups/,
    },
    { of: 'empty', given: [histogram('disk-latency', [0])], state: 'unknown' },
  ],
  'fsync-latency': [
    { of: 'as our own program is read', given: [traced(16, 'filesystem.fsync_latency')], state: 'warn' },
    { of: 'fast', given: [allAt(11, 'fsync_us', 'postgres')], state: 'ok' },
    { of: 'slow', given: [allAt(16, 'fsync_us', 'postgres')], state: 'warn', says: /by postgres/ },
    { of: 'very slow', given: [value('filesystem.fsync_latency', 900, 'mysqld (3)')], state: 'crit' },
    { of: 'no number', given: [value('filesystem.fsync_latency', null, 'mysqld (3)')], state: 'unknown' },
  ],
  'fs-mounts': [
    {
      of: 'as its peers',
      given: [facts('mounts', { '/': 'ext4 rw' })],
      options: { peerFacts: { 'mounts./': 'ext4 rw' } },
      state: 'ok',
    },
    {
      of: 'otherwise',
      given: [facts('disks', { 'sda.scheduler': 'bfq' })],
      options: { peerFacts: { 'disks.sda.scheduler': 'none' } },
      state: 'info',
      says: /bfq instead of none/,
    },
    { of: 'peers unknown', given: [facts('mounts', { '/': 'ext4 rw' })], state: 'unknown' },
  ],
  'net-sysctl': [
    {
      of: 'as its peers',
      given: [settings],
      options: { peerFacts: { 'sysctl.net.core.somaxconn': '128' } },
      state: 'ok',
    },
    {
      of: 'otherwise',
      given: [settings],
      options: { peerFacts: { 'sysctl.net.core.somaxconn': '4096', 'sysctl.vm.swappiness': '60' } },
      state: 'info',
      says: /somaxconn 128 instead of 4096\.$/,
    },
    { of: 'peers unknown', given: [settings], state: 'unknown' },
  ],
  'tcp-time-wait': [
    { of: 'few', given: [value('tcp.sockets_time_wait', 500)], state: 'ok' },
    { of: 'many, range unknown', given: [value('tcp.sockets_time_wait', 25_000)], state: 'unknown', says: /range/ },
    {
      of: 'many, peers unknown',
      given: [
        value('tcp.sockets_time_wait', 25_000),
        facts('sysctl', { 'net.ipv4.ip_local_port_range': '32768 60999' }),
      ],
      state: 'unknown',
      says: /which peers/,
    },
    {
      of: 'many to one peer',
      given: [
        value('tcp.sockets_time_wait', 90),
        facts('sysctl', { 'net.ipv4.ip_local_port_range': '1 100' }),
        table(
          'sockets',
          ['state', 'peer'],
          Array.from({ length: 90 }, (_, i) => ['TIME-WAIT', i < 80 ? '10.0.0.9:443' : '10.0.0.8:443']),
        ),
      ],
      state: 'warn',
      says: /80 of 100 ephemeral ports to 10\.0\.0\.9:443/,
    },
  ],
  'tcp-path': [
    { of: 'a calm path', given: [socket({})], state: 'ok' },
    { of: 'queueing', given: [socket({ rtt: 80, minrtt: 2 })], state: 'warn', says: /queue on the way/ },
    { of: 'a short round trip that varies', given: [socket({ rtt: 3, minrtt: 0.1 })], state: 'ok' },
    { of: 'loss', given: [socket({ cwnd: 4, retransTotal: 80 })], state: 'warn', says: /lost on the way/ },
    {
      of: 'a small window for want of data',
      given: [socket({ cwnd: 4, retransTotal: 80, app_limited: 'app_limited' })],
      state: 'ok',
    },
    { of: 'no details', given: [socket({ rtt: null })], state: 'unknown' },
  ],
  'net-path': [
    {
      of: 'clean',
      given: [
        value('network.path_loss', 0, 'db'),
        value('network.path_rtt', 20, 'db'),
        value('network.path_rtt_deviation', 1, 'db'),
      ],
      state: 'ok',
    },
    { of: 'loss', given: [value('network.path_loss', 4, 'db')], state: 'warn' },
    {
      of: 'jitter',
      given: [
        value('network.path_loss', 0, 'db'),
        value('network.path_rtt', 20, 'db'),
        value('network.path_rtt_deviation', 15, 'db'),
      ],
      state: 'warn',
    },
    { of: 'no number', given: [value('network.path_loss', null, 'db')], state: 'unknown' },
  ],
  'fd-process': [
    {
      of: 'at the bound',
      given: [value('fd.process_open', 80, 'a (1)'), value('fd.process_limit', 100, 'a (1)')],
      state: 'ok',
    },
    {
      of: 'beyond',
      given: [
        value('fd.process_open', 85, 'a (1)'),
        value('fd.process_limit', 100, 'a (1)'),
        value('fd.process_open', 5, 'b (2)'),
        value('fd.process_limit', 100, 'b (2)'),
      ],
      state: 'warn',
      says: /a \(1\) has 85 of the 100/,
    },
    {
      of: 'critical',
      given: [value('fd.process_open', 1024, 'a (1)'), value('fd.process_limit', 1024, 'a (1)')],
      state: 'crit',
    },
    { of: 'the limit unknown', given: [value('fd.process_open', 85, 'a (1)')], state: 'unknown' },
  ],
  'lock-contention': levels('lock.wait_share', 'java (7)', 20, 21, null),
  'thread-pool': [
    { of: 'free threads', given: pool(50, [0, 0, 0]), state: 'ok' },
    { of: 'all busy, nothing waits', given: pool(100, [0, 0, 0]), state: 'ok' },
    { of: 'all busy and a queue', given: pool(100, [1, 5, 9]), state: 'warn', says: /9 requests wait/ },
    { of: 'all busy, the queue falls', given: pool(100, [9, 5, 1]), state: 'ok' },
    { of: 'all busy, the queue unknown', given: pool(100, []), state: 'info' },
    { of: 'the size unknown', given: [value('service.threads_busy', 9, 'web')], state: 'unknown' },
  ],
  'cgroup-cpu': levels('cgroup.cpu_pressure', '/a', 10, 11, 41),
  'cgroup-io': levels('cgroup.io_pressure', '/a', 20, 21, 61),
  'cgroup-memory': [
    {
      of: 'room',
      given: [value('cgroup.memory_used', GB, '/a'), value('cgroup.memory_limit', 2 * GB, '/a')],
      state: 'ok',
    },
    {
      of: 'nearly full',
      given: [value('cgroup.memory_used', 1.9 * GB, '/a'), value('cgroup.memory_limit', 2 * GB, '/a')],
      state: 'warn',
    },
    {
      of: 'full, and it hits the limit',
      given: [
        value('cgroup.memory_used', 2 * GB, '/a'),
        value('cgroup.memory_limit', 2 * GB, '/a'),
        value('cgroup.memory_limit_hits', 5, '/a'),
      ],
      state: 'crit',
      says: /met its memory limit 50 times/,
    },
    {
      of: 'page cache that meets the limit',
      given: [
        value('cgroup.memory_used', GB, '/a'),
        value('cgroup.memory_limit', 2 * GB, '/a'),
        value('cgroup.memory_limit_hits', 5, '/a'),
      ],
      state: 'ok',
    },
    { of: 'a kill', given: [value('cgroup.oom_kills', 0.1, '/a')], state: 'crit', says: /1 process was killed/ },
    { of: 'the limit unknown', given: [value('cgroup.memory_used', GB, '/a')], state: 'unknown' },
  ],
  'red-errors': levels('service.error_ratio', 'checkout', 1, 1.1, 5.1),
  'red-duration': [
    {
      of: 'near the mean',
      given: [steady('service.duration_p99', 90), steady('service.duration_mean', 20)],
      state: 'ok',
    },
    {
      of: 'far from it',
      given: [steady('service.duration_p99', 900), steady('service.duration_mean', 20)],
      state: 'info',
    },
    { of: 'the mean unknown', given: [steady('service.duration_p99', 900)], state: 'unknown' },
  ],
  'red-rate': [
    { of: 'steady', given: [steady('service.request_rate', 100)], state: 'ok' },
    {
      of: 'it doubles',
      given: [partly('service.request_rate', 50, 5, 100)],
      state: 'info',
      says: /from 50\/s to 100\/s/,
    },
    { of: 'too few samples', given: [series('service.request_rate', [1, 9])], state: 'unknown' },
  ],
  'host-tooling': [
    {
      of: 'all there',
      given: [],
      more: {
        steps: [step('tools', [facts('tool-versions', { perf: 'perf version 6.18', bpftrace: 'bpftrace v0.17.0' })])],
      },
      state: 'ok',
    },
    {
      of: 'some wanting',
      given: [],
      more: {
        steps: [
          step('tools', [
            facts('tool-versions', { perf: 'broken: WARNING: perf not found for kernel 6.18', bpftrace: 'missing' }),
          ]),
        ],
      },
      state: 'info',
      says: /perf \(broken: WARNING: perf not found for kernel 6.18\) and bpftrace \(missing\)/,
    },
    {
      of: 'the triage lists only what it found',
      given: [facts('tool-versions', { procps: '4.0.2' })],
      state: 'unknown',
    },
    { of: 'nobody looked', given: [facts('sysctl', { a: 1 })], state: 'unknown' },
  ],
};
