import { parseText } from '../src';

const values = (text: string): Record<string, (number | null)[]> =>
  Object.fromEntries(
    parseText('proc-snapshots', text, { collectedAt: Date.UTC(2026, 10, 22) }).observations.flatMap((o) =>
      o.kind === 'series'
        ? [[`${o.metric} ${o.instance ?? ''}`, o.values]]
        : o.kind === 'measurement'
          ? [[`${o.metric} ${o.instance ?? ''}`, [o.value]]]
          : [],
    ),
  );

const snapshots = (at: number, files: Record<string, string>): string =>
  Object.entries(files)
    .map(([path, text]) => `@@ ${path} ${at}\n${text}\n`)
    .join('');

describe('memory of cgroups', () => {
  it('v2: the working set leaves inactive page cache out, and limits are told apart from none', () => {
    const of = (events: string, stall: number): Record<string, string> => ({
      '/sys/fs/cgroup/app/memory.current': '1000000',
      '/sys/fs/cgroup/app/memory.max': '2000000',
      '/sys/fs/cgroup/free/memory.max': 'max',
      '/sys/fs/cgroup/app/memory.stat': `anon 5\ninactive_file 300000\npgmajfault ${stall}`,
      '/sys/fs/cgroup/app/memory.events': events,
      '/sys/fs/cgroup/app/cpu.pressure': `some avg10=0.00 avg60=0.00 avg300=0.00 total=${stall * 100_000}`,
    });
    const found = values(
      snapshots(100, of('low 0\nhigh 1\nmax 2\noom 0\noom_kill 0', 10)) +
        snapshots(110, of('low 0\nhigh 11\nmax 12\noom 1\noom_kill 1', 20)),
    );
    expect(found).toMatchObject({
      'cgroup.memory_used /app': [700_000],
      'cgroup.memory_limit /app': [2_000_000],
      'cgroup.major_faults /app': [1],
      'cgroup.memory_limit_hits /app': [2],
      'cgroup.oom_kills /app': [0.1],
      'cgroup.cpu_pressure /app': [10],
    });
    expect(found).not.toHaveProperty('cgroup.memory_limit /free');
  });

  it('v1: failcnt, and the number that means no limit', () => {
    const of = (failures: number): Record<string, string> => ({
      '/sys/fs/cgroup/memory/app/memory.usage_in_bytes': '5000',
      '/sys/fs/cgroup/memory/app/memory.limit_in_bytes': '6000',
      '/sys/fs/cgroup/memory/app/memory.failcnt': `${failures}`,
      '/sys/fs/cgroup/memory/app/memory.stat': 'inactive_file 1\ntotal_inactive_file 1000',
      '/sys/fs/cgroup/memory/none/memory.limit_in_bytes': '9223372036854771712',
    });
    const found = values(snapshots(1, of(7)) + snapshots(6, of(17)));
    const group = Object.keys(found)
      .find((key) => key.startsWith('cgroup.memory_used'))
      ?.split(' ')[1];
    expect(found).toMatchObject({
      [`cgroup.memory_used ${group}`]: [4000],
      [`cgroup.memory_limit ${group}`]: [6000],
      [`cgroup.memory_limit_hits ${group}`]: [2],
    });
    expect(Object.keys(found).filter((key) => key.includes('none'))).toEqual([]);
  });
});
