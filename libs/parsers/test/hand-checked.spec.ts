import type { Observation, ParseResult } from '@fleetscope/contracts';
import { parseText } from '../src';
import { COLLECTED_AT, contextOf, fixture, linesOf, valuesOf } from './fixtures';

const parse = (parser: string, name: string, extra = {}): ParseResult =>
  parseText(parser, fixture(parser, name), { ...contextOf(name), ...extra });

const table = (result: ParseResult, name: string) => {
  const found = result.observations.find((one: Observation) => one.kind === 'table' && one.name === name);
  if (found?.kind !== 'table') throw new Error(`no table ${name}`);
  return found.rows.map((row) => Object.fromEntries(found.columns.map((column, at) => [column, row[at]])));
};

const events = (result: ParseResult) => result.observations.flatMap((one) => (one.kind === 'events' ? one.events : []));
const facts = (result: ParseResult, name: string) =>
  result.observations.flatMap((one) => (one.kind === 'facts' && one.name === name ? [{ ...one.facts }] : []))[0];

describe('sysstat: values read off the recordings by eye', () => {
  it('mpstat: per CPU, in every locale and clock; averages are no samples', () => {
    const german = parse('mpstat', 'mpstat--12.6.1--all-cpus-de_DE');
    // 21:20:56 all 88,32 0,00 6,09 0,00 0,00 1,52 0,00 0,00 0,00 4,06
    expect(valuesOf(german, 'cpu.user', 'all')).toEqual([88.32, 62.75]);
    expect(valuesOf(german, 'cpu.utilization', 'all')).toEqual([95.94, 68.63]);
    expect(linesOf(german, 'cpu.utilization', 'all')).toEqual([4, 9]);
    const american = parse('mpstat', 'mpstat--12.6.1--all-cpus-en_US');
    const japanese = parse('mpstat', 'mpstat--12.6.1--all-cpus-ja_JP');
    expect(american.rows[0]).toMatchObject({
      time: '2026-11-21T21:20:54.000Z',
      CPU: 'all',
      '%usr': 84.34,
      '%idle': 6.57,
    });
    expect(japanese.rows[0]).toMatchObject({ time: '2026-11-21T21:21:08.000Z', CPU: 'all', '%usr': 7.39 });
    expect(german.rows.filter((row) => row.average)).toHaveLength(3);
  });

  it('mpstat: an offline CPU is unknown, not fully used', () => {
    const text =
      'Linux 5.4.0 (h) \t2026-11-21 \t_x86_64_\t(2 CPU)\n\n10:00:01     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle\n10:00:02     all    1.00    0.00    1.00    0.00    0.00    0.00    0.00    0.00    0.00   98.00\n10:00:02       1    0.00    0.00    0.00    0.00    0.00    0.00    0.00    0.00    0.00    0.00\n';
    const result = parseText('mpstat', text, contextOf());
    expect(valuesOf(result, 'cpu.utilization', 'all')).toEqual([2]);
    expect(valuesOf(result, 'cpu.utilization', '1')).toEqual([null]);
  });

  it.each([
    ['21时21分08秒', '2026-11-21T21:21:08.000Z'],
    ['09:21:08 PM UTC', '2026-11-21T21:21:08.000Z'],
    ['UTC 21:21:08', '2026-11-21T21:21:08.000Z'],
    ['12:00:05 AM', '2026-11-21T00:00:05.000Z'],
    ['午後 09:21:08', '2026-11-21T21:21:08.000Z'],
  ])('sysstat: the clock %s', (clock, iso) => {
    const text = `Linux 5.4.0 (h) \t2026年11月21日 \t_x86_64_\t(1 CPU)\n\n${clock}  CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle\n${clock}  all    1.00    0.00    1.00    0.00    0.00    0.00    0.00    0.00    0.00   98.00\n平均 時間:  all    1.00    0.00    1.00    0.00    0.00    0.00    0.00    0.00    0.00   98.00\n`;
    const result = parseText('mpstat', text, contextOf());
    expect(result.issues).toEqual([]);
    expect(result.rows.map((row) => row.time)).toEqual([iso, undefined]);
    const short = `Linux 5.4.0 (h) \t11/21/2026 \t_x86_64_\t(1 CPU)\n\n# Time        UID       PID    %usr %system  %guest   %wait    %CPU   CPU  Command\n${clock}  0  7  1.00 0.00 0.00 0.00 1.00 0 x\n`;
    expect(parseText('pidstat', short, contextOf()).rows).toMatchObject([{ time: iso, PID: 7 }]);
  });

  it('mpstat: midnight is crossed forwards', () => {
    const text =
      'Linux 5.4.0 (h) \t2026-11-21 \t_x86_64_\t(1 CPU)\n\n23:59:58     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle\n23:59:59     all    1.00    0.00    1.00    0.00    0.00    0.00    0.00    0.00    0.00   98.00\n00:00:00     all    1.00    0.00    1.00    0.00    0.00    0.00    0.00    0.00    0.00   98.00\n';
    expect(parseText('mpstat', text, contextOf()).rows.map((row) => row.time)).toEqual([
      '2026-11-21T23:59:59.000Z',
      '2026-11-22T00:00:00.000Z',
    ]);
  });

  it('iostat: the first report is since boot; old and new columns, kB and MB', () => {
    const old = parse('iostat', 'iostat--9.1.7--x-C');
    const recent = parse('iostat', 'iostat--12.6.1--xt-de_DE');
    expect(old.rows.filter((row) => row.Device === 'vda')).toHaveLength(2);
    expect(valuesOf(old, 'disk.read_iops', 'vda')).toHaveLength(1);
    expect(valuesOf(recent, 'disk.flush_await', 'vda')).toHaveLength(1);
    // 2026-11-21 21:20:42: w/s 24.00 wMB/s 48.02 w_await 1.17 %util 10.40
    const mega = parse('iostat', 'iostat--12.7.9--xmt-en_US');
    expect(valuesOf(mega, 'disk.write_throughput', 'vda')?.[0]).toBeGreaterThan(40 * 1024 * 1024);
  });

  it('iostat -y, known by its command, leaves no report out', () => {
    const text = fixture('iostat', 'iostat--12.6.1--dxyz-1-2');
    const told = parseText('iostat', text, { collectedAt: COLLECTED_AT, command: 'iostat -dxyz 1 2' });
    const untold = parseText('iostat', text, { collectedAt: COLLECTED_AT });
    // r/s 1.00 wkB/s 82564.00 w_await 1.66, then r/s 0.00 wkB/s 49176.00 w_await 0.96
    expect(valuesOf(told, 'disk.write_await', 'vda')).toEqual([1.66, 0.96]);
    expect(valuesOf(told, 'disk.write_throughput', 'vda')).toEqual([82564 * 1024, 49176 * 1024]);
    expect(valuesOf(untold, 'disk.write_await', 'vda')).toEqual([0.96]);
  });

  it('iostat --human: suffixes under a kB heading', () => {
    const row = parse('iostat', 'iostat--12.6.1--x-human').rows.find((one) => one.Device === 'vda');
    // rkB/s 2.5M, rareq-sz 34.1k, wareq-sz 159.2k
    expect(row).toMatchObject({ 'r/s': 73.52, 'rkB/s': 2560, 'rareq-sz': 34.1, '%rrqm': 11.8, 'wareq-sz': 159.2 });
  });

  it('iostat --pretty: a device spread over tables, its name last', () => {
    const rows = parse('iostat', 'iostat--12.6.1--xh-1-1').rows.filter((row) => row.Device === 'vda');
    expect(rows).toHaveLength(4);
    expect(rows.every((row) => row.report === 1)).toBe(true);
  });

  it('pidstat: -1.00 and - are unknown; epoch clocks', () => {
    const epoch = parse('pidstat', 'pidstat--12.6.1--H');
    expect(epoch.rows).toMatchObject([{ time: '2026-11-21T21:21:29.000Z', PID: 6, '%CPU': 15, Command: 'python3' }]);
    const text =
      'Linux 5.4.0 (h) \t2026-11-21 \t_x86_64_\t(1 CPU)\n\n10:00:01      UID       PID   kB_rd/s   kB_wr/s kB_ccwr/s iodelay  Command\n10:00:02     1000       612     -1.00     -1.00     -1.00       0  my job  x\n';
    const result = parseText('pidstat', text, contextOf());
    expect(result.rows).toMatchObject([{ 'kB_rd/s': null, 'kB_wr/s': null, iodelay: 0, Command: 'my job x' }]);
    expect(table(result, 'processes')).toMatchObject([{ PID: 612, 'kB_rd/s': null, Command: 'my job x' }]);
  });

  it('pidstat: means over the intervals, as its averages have them', () => {
    const result = parse('pidstat', 'pidstat--12.6.1--sigint');
    // 15.00, then 16.00; Average: 15.50
    expect(table(result, 'processes')).toMatchObject([{ PID: 6, '%CPU': 15.5, Command: 'python3' }]);
  });

  it('sar: every table in its unit, NFS retransmissions are not TCP’s', () => {
    const result = parse('sar', 'sar--12.6.1--A-1-1');
    expect(valuesOf(result, 'cpu.utilization', '1')).toEqual([3.96]);
    expect(valuesOf(result, 'memory.scan_direct')).toEqual([0]);
    expect(valuesOf(result, 'memory.free')).toEqual([21356496 * 1024]);
    expect(valuesOf(result, 'disk.await', 'vda')).toEqual([1.93]);
    expect(valuesOf(result, 'disk.write_throughput', 'vda')).toEqual([49176 * 1024]);
    expect(valuesOf(result, 'network.rx_throughput', 'lo')).toEqual([3289128.96]);
    expect(valuesOf(result, 'network.utilization', 'lo')).toEqual([null]);
    expect(valuesOf(result, 'tcp.retransmits')).toEqual([0]);
    expect(linesOf(result, 'tcp.retransmits')).toEqual([116]);
    expect(valuesOf(result, 'disk.pressure_some')).toEqual([5.2]);
    expect(valuesOf(result, 'cpu.interrupts')).toEqual([857]);
    expect(valuesOf(result, 'fd.open')).toEqual([884]);
    expect(valuesOf(result, 'tcp.sockets_time_wait')).toEqual([27]);
  });

  it('sar: colours, --human and a restart', () => {
    expect(valuesOf(parse('sar', 'sar--12.6.1--colors'), 'cpu.idle', 'all')).toEqual([86.87, 85.29]);
    expect(valuesOf(parse('sar', 'sar--12.6.1--human-de_DE'), 'memory.available')).toEqual([
      21.5 * 1024 ** 3,
      21.5 * 1024 ** 3,
    ]);
    const text =
      'Linux 5.4.0 (h) \t11/21/2026 \t_x86_64_\t(1 CPU)\n\n10:00:01     CPU     %user     %nice   %system   %iowait    %steal     %idle\n10:10:01     all      1.00      0.00      1.00      0.00      0.00     98.00\n\n10:15:00     LINUX RESTART\t(1 CPU)\n\n10:20:01     CPU     %user     %nice   %system   %iowait    %steal     %idle\n10:30:01     all      2.00      0.00      1.00      0.00      0.00     97.00\n10:30:01  COM before the deploy\nMoyenne :    all      1.50      0.00      1.00      0.00      0.00     97.50\n';
    const restarted = parseText('sar', text, contextOf());
    expect(restarted.issues).toEqual([]);
    expect(valuesOf(restarted, 'cpu.user', 'all')).toEqual([1, 2]);
  });

  it('reports an unknown column once, and keeps it in the rows', () => {
    const text =
      'Linux 7.0.0 (h) \t2026-11-21 \t_x86_64_\t(1 CPU)\n\n10:00:01     CPU    %usr   %new    %sys %iowait    %idle\n10:00:02     all    1.00   5.00    1.00    0.00    93.00\n10:00:03     all    1.00   5.00    1.00    0.00    93.00\n';
    const result = parseText('mpstat', text, contextOf());
    expect(result.issues).toEqual([{ line: 3, text: '%new', reason: 'unknown column %new' }]);
    expect(result.rows[0]).toMatchObject({ '%new': 5 });
    expect(valuesOf(result, 'cpu.softirq', 'all')).toBeUndefined();
  });

  it('reports a row of another width, and drops none in silence', () => {
    const text = fixture('mpstat', 'mpstat--12.6.1--all-cpus-C').replace('   28.57\n', '\n');
    expect(parseText('mpstat', text, contextOf()).issues).toMatchObject([
      { line: 4, reason: 'column count: 10 values under 11 headings' },
    ]);
  });
});

describe('procps', () => {
  it('vmstat: the first line is since boot; memory in bytes; gu and clocks', () => {
    const result = parse('vmstat', 'vmstat--4.0.2--wide-time-de_DE');
    expect(valuesOf(result, 'cpu.runqueue')).toEqual([2, 3]);
    expect(valuesOf(result, 'memory.free')).toEqual([22012952 * 1024, 22012952 * 1024]);
    expect(valuesOf(result, 'cpu.utilization', 'all')).toEqual([24, 62]);
    expect(valuesOf(result, 'cpu.guest', 'all')).toEqual([0, 0]);
    expect(result.rows[1]).toMatchObject({ time: '2026-11-21T21:19:26.000Z', frei: 22012952, Cache: 1554116 });
    expect(valuesOf(parse('vmstat', 'vmstat--4.0.2--y'), 'cpu.runqueue')).toEqual([2, 2]);
    expect(valuesOf(parse('vmstat', 'vmstat--4.0.2--repeat-header'), 'cpu.runqueue')).toHaveLength(27);
  });

  it('free: bytes from any unit, in any language', () => {
    expect(valuesOf(parse('free', 'free--4.0.2--b'), 'memory.available')).toEqual([23596400640]);
    expect(valuesOf(parse('free', 'free--4.0.2--mebi'), 'memory.available')).toEqual([23746 * 1024 ** 2]);
    expect(valuesOf(parse('free', 'free--4.0.2--plain-de_DE'), 'memory.available')).toEqual([23226044 * 1024]);
    expect(valuesOf(parse('free', 'free--4.0.2--h-de_DE'), 'memory.used')).toEqual([1503238553.6]);
    expect(valuesOf(parse('free', 'free--toybox-0.8.9--plain'), 'memory.total')).toEqual([25325268992]);
    expect(valuesOf(parse('free', 'free--4.0.2--b'), 'memory.available_ratio')).toEqual([93.353064]);
  });

  it('free: an unstated unit is said', () => {
    const guessed = parseText('free', fixture('free', 'free--4.0.2--mebi'), { collectedAt: COLLECTED_AT });
    expect(guessed.issues).toMatchObject([{ line: 2, reason: expect.stringContaining('taken as MiB') }]);
    expect(valuesOf(guessed, 'memory.total')).toEqual([24152 * 1024 ** 2]);
    expect(
      valuesOf(parseText('free', fixture('free', 'free--4.0.2--b'), { collectedAt: COLLECTED_AT }), 'memory.total'),
    ).toEqual([25276514304]);
  });

  it('free of procps before 3.3.10', () => {
    const text =
      '             total       used       free     shared    buffers     cached\nMem:       1020096     812344     207752          0      41020     362100\n-/+ buffers/cache:     409224     610872\nSwap:      2097148       1024    2096124\n';
    const result = parseText('free', text, contextOf());
    expect(valuesOf(result, 'memory.cached')).toEqual([362100 * 1024]);
    expect(valuesOf(result, 'memory.swap_used')).toEqual([1024 * 1024]);
    expect(valuesOf(result, 'memory.available')).toBeUndefined();
    expect(result.rows[1]).toMatchObject({ row: '-/+ buffers/cache', used: 409224 * 1024, free: 610872 * 1024 });
  });

  it.each([
    [' 21:19:25 up 27 min,  0 user,  load average: 1,26, 75,63, 89,82', [1.26, 75.63, 89.82], 1620, 0],
    [
      ' 10:00:00 up 123 days,  4:05,  2 users,  load average: 0.00, 0.01, 0.05',
      [0, 0.01, 0.05],
      123 * 86400 + 4 * 3600 + 300,
      2,
    ],
    [' 10:00:00 up 1 day, 3 min, 12 users,  load average: 12.00, 1.00, 100.50', [12, 1, 100.5], 86400 + 180, 12],
    ['10:00:00 up  3:04,  load average: 0.10, 0.20, 0.30', [0.1, 0.2, 0.3], 3 * 3600 + 240, null],
  ])('uptime: %s', (text, load, seconds, users) => {
    const result = parseText('uptime', text, contextOf());
    expect(['cpu.load1', 'cpu.load5', 'cpu.load15'].flatMap((metric) => valuesOf(result, metric))).toEqual(load);
    expect(facts(result, 'uptime')).toEqual({ uptime_seconds: seconds, users });
  });

  it('top: two CPUs on a line, bars, four-digit shares', () => {
    const text =
      'top - 10:00:00 up 1 day,  1:02,  1 user,  load average: 1,95, 95,35, 0,10\nTasks: 1 total, 1 running, 0 sleeping, 0 stopped, 0 zombie\n%Cpu0  :  1,0 us,  0,0 sy,  0,0 ni,100,0 id  %Cpu1  : 25,5 us,  0,0 sy,  0,0 ni, 74,5 id\n%Cpu2  :   1,3/0,7     2[||                  ]\n\n  PID USER  PR  NI  VIRT  RES  SHR S  %CPU %MEM TIME+ COMMAND\n    1 root  20   0  1,5g  10m 1000 S 1234,5 0,0 0:01.00 my job\n';
    const result = parseText('top', text, contextOf());
    expect(result.issues).toEqual([]);
    expect(valuesOf(result, 'cpu.load5')).toEqual([95.35]);
    expect(
      result.rows
        .filter((row) => String(row.summary).startsWith('%Cpu'))
        .map((row) => [row.summary, row.id ?? row.bar]),
    ).toEqual([
      ['%Cpu0', 100],
      ['%Cpu1', 74.5],
      ['%Cpu2', '1,3/0,7     2[||                  ]'],
    ]);
    expect(table(result, 'processes')[0]).toMatchObject({
      VIRT: 1.5 * 1024 ** 2,
      RES: 10240,
      SHR: 1000,
      '%CPU': 1234.5,
      COMMAND: 'my job',
    });
  });

  it('top: the last iteration, zombies, glued numbers', () => {
    const result = parse('top', 'top--4.0.2--two-de_DE');
    expect(valuesOf(result, 'cpu.load1')).toEqual([1.26]);
    expect(valuesOf(result, 'task.processes_zombie')).toEqual([0]);
    expect(table(result, 'processes')[0]).toMatchObject({
      PID: 6,
      USER: 'root',
      RES: 23744,
      '%CPU': 16,
      BEFEHL: 'python3',
    });
    expect(result.rows[2]).toMatchObject({ summary: '%CPU(s)', id: 100 });
    expect(valuesOf(parse('top', 'top--4.0.2--two'), 'task.processes_zombie')).toEqual([2]);
    expect(table(parse('top', 'top--4.0.2--E-g'), 'processes')[0]).toMatchObject({ VIRT: 592.7 * 1024, RES: 23756.8 });
    expect(valuesOf(parse('top', 'top--busybox-1.35.0--one'), 'cpu.load1')).toEqual([1.41]);
    expect(table(parse('top', 'top--toybox-0.8.9--one'), 'processes')[0]).toMatchObject({
      S: expect.stringMatching(/^[A-Z]/),
      '%CPU': expect.any(Number),
    });
  });
});

describe('dmesg', () => {
  it('finds the kill with its victim, memory and cgroup', () => {
    for (const name of ['T', 'T.de_DE', 'Tx', 'e', 'r', 'reltime', 't', 'x']) {
      const kills = events(parse('dmesg', `dmesg--2.38.1--oom-${name}`));
      expect(kills).toMatchObject([
        {
          class: 'oom-kill',
          line: 78,
          fields: {
            pid: 22985,
            comm: 'python3',
            anonRssBytes: 65280 * 1024,
            cgroup: '/corpusoom',
            constraint: 'CONSTRAINT_MEMCG',
            ofCgroup: true,
          },
        },
      ]);
    }
  });

  it('gives wall-clock times: printed, or from the uptime', () => {
    const at = Date.parse('2026-11-21T21:23:59Z');
    expect(events(parse('dmesg', 'dmesg--2.38.1--oom-T.de_DE'))[0]?.at).toBe(at);
    expect(events(parse('dmesg', 'dmesg--2.38.1--oom-r'))[0]?.at).toBeNull();
    expect(events(parse('dmesg', 'dmesg--2.38.1--oom-r', { uptimeSeconds: 2000 }))[0]?.at).toBe(
      COLLECTED_AT - Math.round((2000 - 1944.375239) * 1000),
    );
    expect(events(parse('dmesg', 'dmesg--2.38.1--oom-T', { timezoneOffsetMinutes: 60 }))[0]?.at).toBe(at - 3_600_000);
  });

  it('classifies what a broken device, a flood and a full table make the kernel say', () => {
    const found = events(parse('dmesg', 'dmesg--2.38.1--faults-x'));
    expect([...new Set(found.map(({ class: name }) => name))]).toEqual([
      'disk-error',
      'filesystem-error',
      'readonly-remount',
      'segfault',
      'tcp-syn-flood',
      'conntrack-full',
    ]);
    expect(found.find(({ class: name }) => name === 'readonly-remount')?.text).toContain('(loop0)');
  });

  // What can't be made to happen here: lines as the kernel's sources print them, in the functions named beside them.
  it.each([
    ['rt-throttling', 'sched: RT throttling activated'], // sched_rt_runtime_exceeded
    ['hardware-error', 'mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 5: be00000000800400'], // print_mce
    ['net-link', 'igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Down'], // igb_watchdog_task
    ['hung-task', 'INFO: task jbd2/sda1-8:312 blocked for more than 120 seconds.'], // check_hung_task
    ['soft-lockup', 'watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [kworker/2:1:777]'], // watchdog_timer_fn
    ['disk-error', 'nvme nvme0: I/O 512 QID 3 timeout, aborting'], // nvme_timeout
    ['filesystem-error', 'XFS (dm-3): Corruption detected. Unmount and run xfs_repair'], // xfs_corruption_error
    [
      'page-allocation-failure', // warn_alloc
      'kworker/0:1: page allocation failure: order:5, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO), nodemask=(null)',
    ],
  ])('classifies %s', (name, text) => {
    const found = events(parseText('dmesg', `kern  :err   : [  100.000001] ${text}\n`, contextOf()));
    expect(found.map(({ class: one }) => one)).toEqual([name]);
  });

  it('takes the two lines in which older kernels tell of a kill for one event', () => {
    // oom_kill_process before Linux 4.20; only a message of level err of the kernel itself, or one that is classified, counts.
    const text =
      'kern  :err   : [  112.000000] Out of memory: Kill process 555 (my (odd) name) score 912 or sacrifice child\nkern  :err   : [  112.000100] Killed process 555 (my (odd) name) total-vm:1048576kB, anon-rss:524288kB, file-rss:1024kB, shmem-rss:0kB\nkern  :info  : [  113.000000] eth0: renamed from veth1a2b3c4\nkern  :err   : [  114.000000] something nobody has classified yet\ndaemon:err   : [  115.000000] systemd[1]: a unit failed: I/O error\n';
    const found = events(parseText('dmesg', text, contextOf()));
    expect(found.map(({ class: name, line }) => [line, name])).toEqual([
      [1, 'oom-kill'],
      [4, 'other'],
    ]);
    expect(found[0]?.fields).toMatchObject({ pid: 555, comm: 'my (odd) name', anonRssBytes: 512 * 1024 ** 2 });
  });

  it('knows the callers and differences some kernels and options add', () => {
    const text =
      '[ 1944.375002][ T1234] Out of memory: Killed process 7 (a) total-vm:4kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB\n[ 1945.000000 <    0.624998>] nf_conntrack: table full, dropping packet\n[<    0.000014>] sched: RT throttling activated\n';
    const found = events(parseText('dmesg', text, { ...contextOf(), uptimeSeconds: 2000 }));
    expect(found.map(({ class: name, fields }) => [name, fields?.uptime])).toEqual([
      ['oom-kill', 1944.375002],
      ['conntrack-full', 1945],
      ['rt-throttling', undefined],
    ]);
  });

  it('reads journals and continued lines', () => {
    const text =
      'Nov 21 10:00:00 web-1 kernel: Out of memory: Killed process 7 (a\nb) total-vm:4kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB\n2026-11-21T10:00:01+0100 web-1 kernel: TCP: request_sock_TCP: Possible SYN flooding on port 80.\n';
    const found = events(parseText('dmesg', text, contextOf()));
    expect(found.map(({ at, class: name }) => [at, name])).toEqual([
      [Date.parse('2026-11-21T10:00:00Z'), 'oom-kill'],
      [Date.parse('2026-11-21T09:00:01Z'), 'tcp-syn-flood'],
    ]);
    expect(found[0]?.text).toContain('\nb) total-vm');
  });
});

describe('sockets and filesystems', () => {
  it('ss -lnt: the accept queue and its limit', () => {
    const text =
      'State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\nLISTEN 129    128          0.0.0.0:8080       0.0.0.0:*    users:(("java",pid=77,fd=5))\nLISTEN0      4096            [::1]:631           [::]:*\n';
    const result = parseText('ss-lnt', text, contextOf());
    expect(valuesOf(result, 'tcp.accept_queue', '0.0.0.0:8080')).toEqual([129]);
    expect(valuesOf(result, 'tcp.accept_queue_limit', '0.0.0.0:8080')).toEqual([128]);
    expect(valuesOf(result, 'tcp.accept_queue_limit', '[::1]:631')).toEqual([4096]);
    expect(result.rows[0]).toMatchObject({ Process: ['java/77'] });
  });

  it('ss -s, new and old', () => {
    expect(valuesOf(parse('ss-s', 'ss--6.1.0--summary-busy'), 'tcp.sockets_established')).toEqual([5]);
    const old = parseText(
      'ss-s',
      'Total: 200 (kernel 300)\nTCP:   40 (estab 10, closed 20, orphaned 3, synrecv 0, timewait 17/0), ports 0\n',
      contextOf(),
    );
    expect(['established', 'time_wait', 'orphaned'].flatMap((one) => valuesOf(old, `tcp.sockets_${one}`))).toEqual([
      10, 17, 3,
    ]);
  });

  it('ss -tinp: details of a socket', () => {
    const sockets = table(parse('ss', 'ss--6.1.0--tinp.de_DE'), 'sockets');
    expect(sockets[1]).toMatchObject({
      peer: '203.0.113.80:443',
      rtt: 4.685,
      rttvar: 5.647,
      minrtt: 0.097,
      cwnd: 50,
      delivery_rate: 111175256,
      app_limited: true,
      retransTotal: null,
    });
  });

  it('df: shares as printed, wrapped names, images left out', () => {
    const text =
      'Filesystem     1K-blocks     Used Available Use% Mounted on\n/dev/mapper/a-very-long-name--of-a-volume\n                10000000  8700000   1300000  87% /srv/my data\n/dev/loop3         56832    56832         0 100% /snap/core/1\nproc                   0        0         0    - /proc\n';
    const result = parseText('df', text, contextOf());
    expect(valuesOf(result, 'filesystem.space_used', '/srv/my data')).toEqual([87]);
    expect(valuesOf(result, 'filesystem.space_used', '/snap/core/1')).toBeUndefined();
    expect(valuesOf(result, 'filesystem.space_used', '/proc')).toEqual([null]);
    expect(result.rows[0]).toMatchObject({
      Filesystem: '/dev/mapper/a-very-long-name--of-a-volume',
      '1K-blocks': 10000000,
    });
    expect(valuesOf(parse('df-i', 'df--coreutils--inodes'), 'filesystem.inodes_used', '/')).toEqual([3]);
  });

  it('df: a loop device that somebody filled is no image', () => {
    const text =
      'Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/loop0           60133    58383       440     100% /srv/data\n/dev/loop1           60133    60133         0     100% /snap/core/2\n';
    const result = parseText('df', text, contextOf());
    expect(valuesOf(result, 'filesystem.space_used', '/srv/data')).toEqual([100]);
    expect(valuesOf(result, 'filesystem.space_used', '/snap/core/2')).toBeUndefined();
  });
});

describe('JSON', () => {
  it('numbers beyond a double are unknown', () => {
    const text = fixture('mpstat', 'mpstat--12.6.1--json').replace(/"idle": [0-9.]+/, '"idle": 1e999');
    expect(valuesOf(parseText('mpstat', text, contextOf()), 'cpu.idle', 'all')?.[0]).toBeNull();
  });
});

describe('archives', () => {
  it('sadf -d: as sar, with its own clock', () => {
    const result = parse('sadf', 'sadf--12.6.1--utc');
    expect(result.issues).toEqual([]);
    expect(valuesOf(result, 'cpu.utilization', 'all')).toEqual([1, 1]);
    expect(valuesOf(result, 'memory.available')).toEqual([23807760 * 1024, 23807760 * 1024]);
    expect(result.rows[0]).toMatchObject({ time: '2026-11-21T23:16:56.000Z', CPU: 'all', '%idle': 99 });
    expect(parse('sadf', 'sadf--12.6.1--epoch').rows[0]).toMatchObject({ time: '2026-11-21T23:16:56.000Z' });
  });
});

describe('devices', () => {
  it('ethtool: speeds, rings, and keys that come twice', () => {
    const text =
      'Settings for eth0:\n\tSupported link modes:   1000baseT/Full\n\t                        10000baseT/Full\n\tSpeed: 10000Mb/s\n\tDuplex: Half\n\tLink detected: yes\n';
    const result = parseText('ethtool', text, contextOf());
    expect(result.issues).toEqual([]);
    expect(valuesOf(result, 'network.link_speed', 'eth0')).toEqual([1e10]);
    expect(facts(result, 'links')).toEqual({ 'eth0.duplex': 'half', 'eth0.detected': true });
    const statistics = parseText(
      'ethtool',
      'NIC statistics:\n     rx_packets: 10\n     drops: 1\n     drops: 2\n',
      contextOf(),
    );
    expect(statistics.rows).toMatchObject([{ list: 'statistics', rx_packets: 10, drops: [1, 2] }]);
  });

  it('nstat: rates of two dumps over the window only', () => {
    const dump = (value: number) => `#kernel\nTcpRetransSegs   ${value}   0.0\nTcpExtListenDrops ${value} 0.0\n`;
    expect(parseText('nstat', dump(5), contextOf()).observations).toEqual([]);
    const twice = parseText('nstat', dump(5) + dump(25), { ...contextOf(), windowSeconds: 10 });
    expect(valuesOf(twice, 'tcp.retransmits')).toEqual([2]);
    expect(
      valuesOf(parseText('nstat', dump(25) + dump(5), { ...contextOf(), windowSeconds: 10 }), 'tcp.listen_drops'),
    ).toEqual([null]);
    expect(
      valuesOf(
        parseText('nstat', dump(5), { ...contextOf(), windowSeconds: 5, command: 'nstat -sz' }),
        'tcp.retransmits',
      ),
    ).toEqual([1]);
  });
});
