import { parseText } from '../src';
import { COLLECTED_AT, contextOf, fixture, linesOf, valuesOf } from './fixtures';

const parse = (text: string, extra = {}) => parseText('proc-snapshots', text, { ...contextOf(), ...extra });

/** Two readings of a file, two seconds apart. */
const twice = (path: string, first: string, second: string): string =>
  `@@ ${path} 100.00\n${first}\n@@ ${path} 102.00\n${second}\n`;

describe('proc-snapshots', () => {
  it('gives n−1 rates and n gauges', () => {
    const result = parse(fixture('proc-snapshots', 'probe--linux-6.18.44--three'));
    expect(result.issues).toEqual([]);
    expect(valuesOf(result, 'cpu.utilization', 'all')).toHaveLength(2);
    expect(valuesOf(result, 'cpu.load1')).toHaveLength(3);
    expect(valuesOf(result, 'disk.utilization', 'vda')).toHaveLength(2);
    expect(valuesOf(result, 'disk.utilization', 'loop0')).toBeUndefined();
    expect(result.rows.filter((row) => row.unreadable).map((row) => row.path)).toContain('/proc/sys/no/such/file');
  });

  it('zones with pages, their marks, and settings as facts', () => {
    const result = parse(fixture('proc-snapshots', 'probe--linux-6.18.44--zones-settings'));
    expect(valuesOf(result, 'memory.zone_free', 'node 0 Normal')).toHaveLength(2);
    expect(valuesOf(result, 'memory.zone_low', 'node 0 Normal')?.[0]).toBeGreaterThan(
      valuesOf(result, 'memory.zone_min', 'node 0 Normal')?.[0] ?? Infinity,
    );
    expect(valuesOf(result, 'memory.zone_free', 'node 0 Movable')).toBeUndefined();
    const facts = result.observations.flatMap((o) => (o.kind === 'facts' ? [o] : []));
    expect(facts).toContainEqual(
      expect.objectContaining({
        name: 'sysctl',
        facts: expect.objectContaining({ 'net.ipv4.ip_local_port_range': expect.stringMatching(/^\d+\s+\d+$/) }),
      }),
    );
  });

  it('/proc/stat: shares of the ticks; the reader is no runnable thread', () => {
    const stat = (ticks: string, rest: string) => `cpu  ${ticks}\ncpu0 ${ticks}\n${rest}`;
    const result = parse(
      twice(
        '/proc/stat',
        stat(
          '100 10 50 1000 20 1 2 5 4 2',
          'intr 1000 1\nctxt 5000\nbtime 1795294295\nprocesses 40\nprocs_running 3\nprocs_blocked 1',
        ),
        stat(
          '150 20 70 1080 40 2 6 10 14 4',
          'intr 1200 1\nctxt 5600\nbtime 1795294295\nprocesses 44\nprocs_running 1\nprocs_blocked 0',
        ),
      ),
    );
    // Ticks: user 50 (10 of them guest), nice 10 (2 guest), system 20, idle 80, iowait 20, irq 1, softirq 4, steal 5: 190.
    const share = (ticks: number) => [Math.round((1e6 * 100 * ticks) / 190) / 1e6];
    expect(valuesOf(result, 'cpu.idle', 'all')).toEqual(share(80));
    expect(valuesOf(result, 'cpu.iowait', '0')).toEqual(share(20));
    expect(valuesOf(result, 'cpu.steal', 'all')).toEqual(share(5));
    expect(valuesOf(result, 'cpu.softirq', 'all')).toEqual(share(4));
    expect(valuesOf(result, 'cpu.user', 'all')?.[0]).toBeCloseTo(share(48)[0] ?? 0, 4);
    expect(valuesOf(result, 'cpu.guest', 'all')?.[0]).toBeCloseTo(share(12)[0] ?? 0, 4);
    expect(valuesOf(result, 'cpu.utilization', 'all')?.[0]).toBeCloseTo(share(85)[0] ?? 0, 4);
    expect(valuesOf(result, 'cpu.runqueue')).toEqual([2, 0]);
    expect(valuesOf(result, 'cpu.blocked')).toEqual([1, 0]);
    expect(valuesOf(result, 'cpu.context_switches')).toEqual([300]);
    expect(valuesOf(result, 'cpu.interrupts')).toEqual([100]);
    expect(valuesOf(result, 'cpu.forks')).toEqual([2]);
    expect(linesOf(result, 'cpu.context_switches')).toEqual([14]);
    // The boot time in /proc/stat ties the uptime clock to the wall's.
    expect(result.observations.find((one) => one.kind === 'series')).toMatchObject({
      times: [1795294295000 + 100_000, 1795294295000 + 102_000],
    });
    expect(parse('@@ /proc/loadavg 50.5\n0.5 0.4 0.3 2/300 99\n', { uptimeSeconds: 60 }).observations[0]).toMatchObject(
      { times: [COLLECTED_AT - 9500] },
    );
  });

  it('counters that were reset, and CPUs that made no tick, are unknown', () => {
    const reset = parse(
      twice('/proc/net/snmp', 'Tcp: OutSegs RetransSegs\nTcp: 1000 50', 'Tcp: OutSegs RetransSegs\nTcp: 1500 10'),
    );
    expect(valuesOf(reset, 'tcp.segments_out')).toEqual([250]);
    expect(valuesOf(reset, 'tcp.retransmits')).toEqual([null]);
    const offline = parse(twice('/proc/stat', 'cpu1 1 1 1 1 1 1 1 1 0 0', 'cpu1 1 1 1 1 1 1 1 1 0 0'));
    expect(valuesOf(offline, 'cpu.utilization', '1')).toEqual([null]);
  });

  it('/proc/diskstats: as iostat computes it, for devices only', () => {
    const line = (name: string, numbers: string) => `   8       0 ${name} ${numbers}`;
    const before = '1000 0 8000 500 2000 0 16000 4000 0 1000 4500 0 0 0 0 10 20';
    const after = '1100 0 8800 600 2400 0 24000 12000 3 2600 12600 0 0 0 0 20 120';
    const text = twice(
      '/proc/diskstats',
      [
        line('sda', before),
        line('sda1', before),
        line('nvme0n1', before),
        line('nvme0n1p2', before),
        line('loop0', '0 0 0 0 0 0 0 0 0 0 0'),
      ].join('\n'),
      [
        line('sda', after),
        line('sda1', after),
        line('nvme0n1', after),
        line('nvme0n1p2', after),
        line('loop0', '0 0 0 0 0 0 0 0 0 0 0'),
      ].join('\n'),
    );
    const result = parse(text);
    const of = (metric: string) => valuesOf(result, `disk.${metric}`, 'sda');
    expect(of('read_iops')).toEqual([50]);
    expect(of('read_throughput')).toEqual([400 * 512]);
    expect(of('read_await')).toEqual([1]);
    expect(of('write_await')).toEqual([20]);
    expect(of('flush_await')).toEqual([10]);
    expect(of('queue_size')).toEqual([4.05]);
    expect(of('utilization')).toEqual([80]);
    for (const other of ['sda1', 'nvme0n1p2', 'loop0'])
      expect(valuesOf(result, 'disk.read_iops', other)).toBeUndefined();
    expect(valuesOf(result, 'disk.read_iops', 'nvme0n1')).toEqual([50]);
  });

  it('memory: sizes in bytes, pages in bytes a second, zones of old kernels summed', () => {
    const memory = parse(
      '@@ /proc/meminfo 10\nMemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  250 kB\nSwapTotal: 500 kB\nSwapFree: 400 kB\nDirty: 8 kB\n',
    );
    expect(valuesOf(memory, 'memory.available_ratio')).toEqual([25]);
    expect(valuesOf(memory, 'memory.swap_used')).toEqual([102_400]);
    expect(valuesOf(memory, 'memory.dirty')).toEqual([8192]);
    const counters = parse(
      twice(
        '/proc/vmstat',
        'nr_dirty_threshold 10\npswpout 0\npgscan_direct_dma 1\npgscan_direct_normal 2\npgscan_direct_throttle 0\noom_kill 0',
        'nr_dirty_threshold 10\npswpout 20\npgscan_direct_dma 5\npgscan_direct_normal 8\npgscan_direct_throttle 9\noom_kill 1',
      ),
    );
    expect(valuesOf(counters, 'memory.swap_out')).toEqual([10 * 4096]);
    expect(valuesOf(counters, 'memory.scan_direct')).toEqual([5]);
    expect(valuesOf(counters, 'memory.oom_kills')).toEqual([0.5]);
    expect(valuesOf(counters, 'memory.dirty_threshold')).toEqual([40_960, 40_960]);
  });

  it('pressure: the share of the window, from the totals', () => {
    const result = parse(
      twice(
        '/proc/pressure/io',
        'some avg10=99.00 avg60=0 avg300=0 total=1000000\nfull avg10=0 avg60=0 avg300=0 total=0',
        'some avg10=99.00 avg60=0 avg300=0 total=1500000\nfull avg10=0 avg60=0 avg300=0 total=20000',
      ),
    );
    expect(valuesOf(result, 'disk.pressure_some')).toEqual([25]);
    expect(valuesOf(result, 'disk.pressure_full')).toEqual([1]);
  });

  it('network: rates, softnet in hexadecimal, utilization against the speed', () => {
    const head =
      'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed';
    const dev = twice(
      '/proc/net/dev',
      `${head}\n  eth0:1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0`,
      `${head}\n  eth0:25001000 10 2 0 0 0 0 0 2000 20 0 4 0 6 0 0`,
    );
    const result = parse(
      `${dev}@@ /sys/class/net/eth0/speed 102\n1000\n@@ /sys/class/net/veth0/speed 102\n-1\n@@ /sys/class/net/eth0/duplex 102\nfull\n`,
    );
    expect(valuesOf(result, 'network.rx_throughput', 'eth0')).toEqual([12_500_000]);
    expect(valuesOf(result, 'network.utilization', 'eth0')).toEqual([10]);
    expect(valuesOf(result, 'network.tx_drops', 'eth0')).toEqual([2]);
    expect(valuesOf(result, 'network.collisions', 'eth0')).toEqual([3]);
    expect(valuesOf(result, 'network.link_speed', 'eth0')).toEqual([1e9]);
    expect(valuesOf(result, 'network.link_speed', 'veth0')).toEqual([null]);
    const softnet = parse(twice('/proc/net/softnet_stat', '000110e9 00000000 0000000a', '000110ff 00000010 0000000c'));
    expect(valuesOf(softnet, 'network.softnet_dropped', '0')).toEqual([8]);
    expect(valuesOf(softnet, 'network.softnet_squeezed')).toEqual([1]);
  });

  it('limits, cgroups, settings', () => {
    const text = [
      '@@ /proc/sys/fs/file-nr 1',
      '1000 200 9000',
      '@@ /proc/sys/net/netfilter/nf_conntrack_count 1',
      '77',
      '@@ /proc/sys/net/netfilter/nf_conntrack_max 1',
      '262144',
      '@@ /sys/block/sda/queue/scheduler 1',
      'none [mq-deadline] kyber',
      '@@ /sys/block/sda/queue/rotational 1',
      '1',
      '@@ /sys/fs/cgroup/system.slice/my app.service/cpu.stat 10',
      'usage_usec 1',
      'nr_periods 100',
      'nr_throttled 10',
      '@@ /sys/fs/cgroup/system.slice/my app.service/cpu.stat 20',
      'usage_usec 2',
      'nr_periods 200',
      'nr_throttled 60',
      '@@ /proc/unknown 1',
      'x',
      '@@! /proc/net/netstat Permission denied',
    ].join('\n');
    const result = parse(text);
    expect(valuesOf(result, 'fd.open')).toEqual([800]);
    expect(valuesOf(result, 'fd.max')).toEqual([9000]);
    expect(valuesOf(result, 'network.conntrack_entries')).toEqual([77]);
    expect(valuesOf(result, 'network.conntrack_max')).toEqual([262144]);
    expect(valuesOf(result, 'cgroup.cpu_throttled_periods', '/system.slice/my app.service')).toEqual([5]);
    expect(result.observations).toContainEqual({
      kind: 'facts',
      name: 'disks',
      facts: { 'sda.scheduler': 'mq-deadline', 'sda.rotational': 1 },
    });
    expect(result.rows.at(-1)).toMatchObject({ path: '/proc/net/netstat', unreadable: 'Permission denied' });
    expect(result.issues).toMatchObject([{ reason: 'no reader for this file: kept in the rows only' }]);
  });
});

describe('memory of nodes, and mounts', () => {
  const node = (n: number, at: number, local: number, remote: number): string =>
    `@@ /sys/devices/system/node/node${n}/numastat ${at}.00\nnuma_hit 1\nlocal_node ${local}\nother_node ${remote}\n`;

  it('remote allocations of all nodes together, over the window', () => {
    const text = node(0, 100, 1000, 500) + node(1, 100, 0, 0) + node(0, 110, 1060, 520) + node(1, 110, 10, 10);
    expect(valuesOf(parseText('proc-snapshots', text, contextOf()), 'cpu.numa_remote_ratio')).toEqual([30]);
  });

  it('nothing allocated, or one reading, is no ratio', () => {
    for (const text of [node(0, 100, 5, 5) + node(0, 110, 5, 5), node(0, 100, 5, 5)])
      expect(valuesOf(parseText('proc-snapshots', text, contextOf()), 'cpu.numa_remote_ratio')).toBeUndefined();
  });

  it('file systems on storage, without what is the host’s own', () => {
    const text = [
      '@@ /proc/mounts 1.00',
      'proc /proc proc rw 0 0',
      '/dev/sda1 / ext4 rw,noatime,stripe=64 0 0',
      'nas:/a /srv/my\\040files nfs4 rw,hard,clientaddr=10.0.0.7,addr=10.0.0.1 0 0',
      '/dev/sdb1 /data ext4 rw 0 0',
      '/dev/sdc1 /data xfs ro 0 0',
    ].join('\n');
    expect(parseText('proc-snapshots', text, contextOf()).observations).toContainEqual({
      kind: 'facts',
      name: 'mounts',
      facts: { '/': 'ext4 rw,noatime', '/srv/my files': 'nfs4 rw,hard', '/data': 'xfs ro' },
    });
  });
});

describe('threads by name', () => {
  const thread = (pid: number, tid: number, name: string): string => `@@ /proc/${pid}/task/${tid}/comm 1.00\n${name}\n`;
  const pool = [1, 2, 3, 4, 5].map((n) => thread(7, n, `http-exec-${n}`)).join('') + thread(7, 6, 'main');

  it('a pool is what has one name but for its numbers, in one process', () => {
    const { observations } = parseText('proc-snapshots', pool + thread(8, 9, 'http-exec-1'), contextOf());
    expect(observations).toMatchObject([{ metric: 'service.threads_total', instance: 'http-exec (7)', value: 5 }]);
  });

  it('of a part of the threads nothing is said', () => {
    const part = '@@! /proc/[0-9]*/task/[0-9]*/comm only a part of 9000 files is read\n';
    expect(parseText('proc-snapshots', pool + part, contextOf()).observations).toEqual([]);
  });
});

describe('control groups of processes', () => {
  const process = (pid: number, text: string): string => `@@ /proc/${pid}/cgroup 1.00\n${text}\n`;

  it('are those of version 2, or the deepest of version 1 where version 2 has the root alone', () => {
    const text =
      process(1, '0::/init.scope') +
      process(7, '0::/kubepods.slice/pod1/web:app') +
      process(8, '4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc/deeper\n1:name=systemd:/\n0::/') +
      process(9, '0::/');
    expect(parseText('proc-snapshots', text, contextOf()).observations).toEqual([
      {
        kind: 'table',
        name: 'process-groups',
        columns: ['PID', 'cgroup'],
        rows: [
          [1, '/init.scope'],
          [7, '/kubepods.slice/pod1/web:app'],
          [8, '/docker/abc/deeper'],
          [9, '/'],
        ],
        lines: [1, 3, 5, 10],
      },
    ]);
  });
});
