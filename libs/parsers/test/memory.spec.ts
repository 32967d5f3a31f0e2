import type { ParseResult } from '@fleetscope/contracts';
import { parseText } from '../src';
import { contextOf, fixture, valuesOf } from './fixtures';

const parse = (parser: string, name: string): ParseResult => parseText(parser, fixture(parser, name), contextOf(name));
const parsed = (parser: string, text: string): ParseResult => parseText(parser, text, contextOf());

describe('vmstat’s other modes: values read off the recordings by eye', () => {
  it('-d: total stands twice, once under reads and once under writes', () => {
    const row = parse('vmstat-d', 'vmstat--4.0.2--disks').rows.find((one) => one.disk === 'vda');
    expect(row).toMatchObject({ 'reads total': 203073, 'writes total': 4887928, 'IO cur': 0 });
  });

  it('-s: sizes are metrics, counters since boot are not', () => {
    const result = parse('vmstat-s', 'vmstat--4.0.2--summary');
    expect(result.rows[0]).toMatchObject({ 'total memory': 24731708, 'total swap': 0 });
    expect(valuesOf(result, 'memory.total')).toEqual([24731708 * 1024]);
    expect(result.observations.every((one) => one.kind === 'measurement' && one.metric.startsWith('memory.'))).toBe(
      true,
    );
    expect(parse('vmstat-s', 'vmstat--4.0.2--forks').rows).toEqual([{ forks: 417801 }]);
  });

  it('-m and -p', () => {
    expect(parse('vmstat-m', 'vmstat--4.0.2--slabs').rows[1]).toEqual({
      Cache: 'Acpi-State',
      Num: 102,
      Total: 102,
      Size: 80,
      Pages: 51,
    });
    expect(parse('vmstat-p', 'vmstat--4.0.2--partition').rows).toMatchObject([{ partition: 'vda', reads: 203073 }]);
  });
});

describe('numastat and vmtouch', () => {
  it('nodes are the columns, the caption names the unit', () => {
    expect(parse('numastat', 'numastat--2.0.16--plain').rows[0]).toEqual({ name: 'numa_hit', node0: 179770384 });
    expect(parse('numastat', 'numastat--2.0.16--meminfo').rows[0]).toEqual({
      table: 'Per-node system memory usage (in MBs):',
      name: 'MemTotal',
      'Node 0': 12634.21,
      Total: 12634.21,
    });
    const two =
      'Per-node numastat info (in MBs):\n        Node 0 Node 1 Total\n        ------ ------ -----\nNuma_Hit     1      2     3\nFree Huge    4      5     9\n';
    expect(parsed('numastat', two).rows[1]).toMatchObject({ name: 'Free Huge', 'Node 0': 4, 'Node 1': 5, Total: 9 });
  });

  it('files under their bars, times with an exponent', () => {
    const { rows } = parse('vmtouch', 'vmtouch--1.3.1--verbose');
    expect(rows[1]).toEqual({ file: '/bin/dash', 'resident pages': 31, pages: 31 });
    expect(rows[2]).toEqual({ Files: 2, Directories: 0, 'Resident Pages': 43, Pages: 43, '%': 100, Elapsed: 8.5e-5 });
  });
});

describe('leaks', () => {
  it('valgrind: the losses with their stacks, and the sums', () => {
    const { rows, observations } = parse('valgrind', 'valgrind--3.19.0--full');
    const losses = rows.filter((row) => row.kind !== undefined);
    expect(losses.map((row) => [row.kind, row.bytes, row.blocks])).toEqual([
      ['indirectly lost', 64, 1],
      ['definitely lost', 128, 1],
      ['definitely lost', 300, 3],
      ['still reachable', 512, 1],
    ]);
    expect(String(losses[2]?.stack).startsWith('main (leak.c:6);lose (leak.c:4);malloc')).toBe(true);
    expect(rows.find((row) => row.summary === 'definitely lost')).toMatchObject({ bytes: 364, blocks: 4 });
    expect(observations.find((one) => one.kind === 'facts')).toMatchObject({ facts: { version: '3.19.0', errors: 2 } });
  });

  it('valgrind: the same in XML; digits in groups; the program’s own output is left alone', () => {
    const { rows } = parse('valgrind', 'valgrind--3.19.0--xml');
    expect(rows.map((row) => [row.kind, row.bytes, row.blocks])).toEqual([
      ['Leak_DefinitelyLost', 128, 1],
      ['Leak_DefinitelyLost', 300, 3],
    ]);
    expect(rows[1]?.stack).toBe('main (leak.c:6);lose (leak.c:4);malloc');
    const text = 'hello\n==7== LEAK SUMMARY:\n==7==    definitely lost: 1,234,567 bytes in 1,000 blocks\n';
    expect(parsed('valgrind', text)).toMatchObject({
      rows: [{ summary: 'definitely lost', bytes: 1234567, blocks: 1000 }],
      issues: [],
    });
  });

  it('tracemalloc: sizes in bytes, differences, tracebacks root first', () => {
    const [first] = parse('tracemalloc', 'tracemalloc--python-3.11.7--compare').rows;
    // size=807 KiB (+299 KiB), count=800 (+299), average=1033 B
    expect(first).toMatchObject({
      line: 8,
      size: 807 * 1024,
      'size difference': 299 * 1024,
      count: 800,
      'count difference': 299,
      average: 1033,
    });
    const [traced] = parse('tracemalloc', 'tracemalloc--python-3.11.7--traceback').rows;
    expect(
      String(traced?.stack)
        .split(';')
        .map((frame) => frame.split('/').at(-1)),
    ).toEqual(['app.py:11', 'app.py:8', 'app.py:8']);
  });
});

describe('files of a process and of a cgroup', () => {
  it('stat: the last bracket ends the name, which may hold a newline', () => {
    const { rows, issues } = parse('proc-pid-stat', 'linux--6.18.44--several');
    expect(issues).toEqual([]);
    expect(rows[1]).toMatchObject({
      pid: 2,
      comm: 'idle (1) x',
      state: 'S',
      ppid: 1,
      rss: 337,
      rsslim: '18446744073709551615',
    });
    expect(rows[2]).toMatchObject({ pid: 3, comm: 'sh', state: 'R', utime: 30, processor: 1, exit_code: 0 });
    const [line = ''] = fixture('proc-pid-stat', 'linux--6.18.44--stat').split('\n');
    const odd = parsed('proc-pid-stat', `${line.replace('(cat)', '(a) R 1\n(b 2)')}\n`);
    expect(odd.issues).toEqual([]);
    expect(odd.rows).toMatchObject([{ comm: 'a) R 1\n(b 2', state: 'R' }]);
  });

  it('smaps: a row a mapping; paths hold blanks', () => {
    const { rows } = parse('proc-pid-smaps', 'linux--6.18.44--smaps');
    expect(rows).toHaveLength(24);
    expect(rows[1]).toMatchObject({
      path: '/usr/bin/cat',
      permissions: 'r-xp',
      offset: '00002000',
      Size: 20,
      VmFlags: 'rd ex mr mw me',
    });
    const text =
      '7f00-7f01 r--p 00000000 fe:00 12                  /opt/my app/x (deleted)\nSize:                  4 kB\n';
    expect(parsed('proc-pid-smaps', text).rows).toMatchObject([{ path: '/opt/my app/x (deleted)', Size: 4 }]);
  });

  it('cgroup: no limit is a word, pressure has a row a kind', () => {
    expect(parsed('cgroup-memory-max', 'max\n').rows).toEqual([{ value: 'max' }]);
    expect(parsed('cgroup-memory-current', '1048576\n').rows).toEqual([{ value: 1048576 }]);
    expect(parse('cgroup-memory-max', 'linux--6.18.44--v1-memory.limit_in_bytes').rows).toEqual([
      { value: '9223372036854771712' },
    ]);
    expect(parse('cgroup-pressure', 'linux--6.18.44--v2-cpu.pressure').rows[0]).toEqual({
      kind: 'some',
      avg10: 84.74,
      avg60: 66.49,
      avg300: 40.42,
      total: 2521603196,
    });
    expect(parsed('cgroup-blkio', '8:0 Read 4096\n8:0 Write 0\nTotal 4096\n').rows).toHaveLength(3);
  });

  it('cgroup v2: events, statistics and devices as the kernel documents them', () => {
    expect(parsed('cgroup-memory-events', 'low 0\nhigh 12\nmax 3\noom 1\noom_kill 1\noom_group_kill 0\n').rows).toEqual(
      [{ low: 0, high: 12, max: 3, oom: 1, oom_kill: 1, oom_group_kill: 0 }],
    );
    expect(parsed('cgroup-io-stat', '8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n').rows).toMatchObject([
      { device: '8:16', rbytes: 1, wios: 4 },
    ]);
  });
});

describe('process-holders', () => {
  it('a process at its limit, by name and id', () => {
    const result = parse('process-holders', 'probe--linux-6.18.44--at-its-limit');
    expect(valuesOf(result, 'fd.process_open', 'python3 (2)')).toEqual([65]);
    expect(valuesOf(result, 'fd.process_limit', 'python3 (2)')).toEqual([64]);
    expect(valuesOf(result, 'memory.rss', 'python3 (2)')).toEqual([13660 * 1024]);
    expect(valuesOf(result, 'memory.oom_score', 'sleep (3)')).toEqual([666]);
    // The fullest comes first: the rest may be left out.
    expect(result.observations[0]).toMatchObject({ metric: 'fd.process_open', instance: 'python3 (2)' });
  });

  it('what may not be counted is null, no limit is none, and a name may hold anything', () => {
    const result = parsed('process-holders', '7 - 1024 10 666 other’s (a b) 1\n8 9 unlimited 20 - free\n');
    expect(valuesOf(result, 'fd.process_open', 'other’s (a b) 1 (7)')).toEqual([null]);
    expect(valuesOf(result, 'fd.process_open', 'free (8)')).toBeUndefined();
    expect(result.rows[1]).toMatchObject({ open: 9, limit: 'unlimited', score: null });
    expect(parsed('process-holders', '1 2 3 4 5 sh\nsh: stat: not found\n').issues).toHaveLength(1);
  });

  it('of many, those that matter', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `${i + 1} ${i} 1000 ${100 - i} ${i} p`);
    const { observations } = parsed('process-holders', lines.join('\n'));
    const named = (metric: string): unknown[] =>
      observations.flatMap((one) => (one.kind === 'measurement' && one.metric === metric ? [one.instance] : []));
    expect(named('fd.process_open')).toHaveLength(20);
    expect(named('fd.process_open')[0]).toBe('p (60)');
    expect(named('memory.rss')[0]).toBe('p (1)');
  });
});
