import { existsSync } from 'node:fs';
import { type InvestigationSnapshot, type Observation, type Report, type RunDetail } from '@fleetscope/contracts';
import { hasController, joining, makeGroup, seeing } from './support/cgroup-v1';
import { ControlPlane } from './support/control-plane';
import { inBackground, NamespacedFleet } from './support/namespaced-fleet';
import { silenceTheMachine } from './support/planted-class';
import { sleep } from './support/processes';
import { ReportReader } from './support/report-reader';

const WINDOW = '4s';
const WELL = [5, 6, 7];
const MEGABYTE = 1024 ** 2;

/** Opens files until it may open no more, and keeps them. */
const hoarder = `
import os, resource, time
resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))
kept = []
try:
    while True: kept.append(os.open("/dev/null", os.O_RDONLY))
except OSError: time.sleep(3600)
`;
const spinner = (group: string): string => `${joining(group)}
while True: pass
`;
/**
 * Fills the group with memory of its own but for a little, and reads a file that does not fit into the rest. The file is
 * written before the group is joined: pages still to be written can't be reclaimed at once, and the kernel would kill.
 */
const filler = (group: string, limit: number): string => `
import mmap, os, tempfile, time
with tempfile.TemporaryFile(dir="/var/tmp") as file:
    for _ in range(48): file.write(bytes(${MEGABYTE}))
    file.flush(); os.fsync(file.fileno())
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    ${joining(group).trim().replaceAll('\n', '\n    ')}
    own = mmap.mmap(-1, ${limit - 14 * MEGABYTE})
    for at in range(0, len(own), 4096): own[at] = 1
    while True:
        file.seek(0)
        while file.read(65536): pass
        time.sleep(0.05)
`;

describe('limits that are really met', () => {
  const plane = new ControlPlane('planted-limits');
  const fleet = new NamespacedFleet(54);
  const [throttles, bounds] = [hasController('cpu'), hasController('memory')];
  let report: Report;
  let read: ReportReader;

  beforeAll(async () => {
    await plane.up();
    await silenceTheMachine(plane, 'web', ['cpu-throttled']);

    await fleet.enrol(plane, 'hoarding', 2, await fleet.host(2, 'hoarding', [inBackground(hoarder)]));

    if (throttles)
      fleet.python(spinner(makeGroup(fleet, 'cpu', 'fleetscope-throttled', { 'cpu.cfs_quota_us': 10_000 })));
    await fleet.enrol(plane, 'throttled', 3, await fleet.host(3, 'throttled', throttles ? seeing('cpu') : []));

    if (bounds) {
      const limit = 192 * MEGABYTE;
      const group = makeGroup(fleet, 'memory', 'fleetscope-full', { 'memory.limit_in_bytes': limit });
      fleet.python(filler(group, limit));
    }
    await fleet.enrol(plane, 'full', 4, await fleet.host(4, 'full', bounds ? seeing('memory') : []));

    // Set up otherwise than the others: no fault, and worth a remark.
    const tuned = ['sysctl -qw net.core.somaxconn=77', 'mount -o remount,bind,noatime /'];
    await fleet.enrol(plane, 'tuned', 8, await fleet.host(8, 'tuned', tuned));

    for (const n of WELL) await fleet.enrol(plane, `well-${n}`, n, await fleet.host(n, `well-${n}`));
    await sleep(2_000);
    report = await plane.json<Report>(['triage', '--class', 'web', '--window', WINDOW]);
    read = new ReportReader(report);
  });

  afterAll(async () => {
    await plane.down();
    fleet.close();
  });

  const CASES = [
    { host: 'hoarding', rule: 'fd-process', next: 'sockets', possible: true },
    { host: 'throttled', rule: 'cpu-throttled', next: 'cgroup-pressure', possible: throttles },
    { host: 'full', rule: 'cgroup-memory', next: 'cgroup-pressure', possible: bounds },
  ].filter(({ possible }) => possible);

  it('every host answers', () => {
    expect(report.coverage).toMatchObject({ targeted: 7, answered: 7 });
  });

  it.each(CASES)('$host is found by $rule, on that host alone, with what to run next', ({ host, rule, next }) => {
    expect(read.statementOn(host)).toMatchObject({
      rules: expect.arrayContaining([rule]),
      hosts: [host],
      severity: 'crit',
      next: { runbook: next, hosts: [host] },
    });
  });

  it.each(CASES)('among hosts that are well, $host leads by $rule', async ({ host, rule }) => {
    const wells = WELL.map((n) => `well-${n}`);
    const alone = new ReportReader(await plane.json<Report>(['triage', host, ...wells, '--window', WINDOW]));
    expect(alone.leading(rule, host).hosts).toEqual([host]);
  });

  it('names the process and its limit', () => {
    expect(read.findingsOn('hoarding', 'crit')).toEqual([
      expect.stringMatching(/^python3? \(\d+\) has 51\d of the 512 files/),
    ]);
  });

  it('a host that is set up unlike its peers gets a remark, and they get none', () => {
    const unlike = report.findings.filter(({ rule }) => rule === 'net-sysctl' || rule === 'fs-mounts');
    expect(unlike.map(({ host, rule, text }) => [host, rule, text])).toEqual([
      ['tuned', 'fs-mounts', expect.stringMatching(/mounts\.\/ \S+ \S*noatime\S* instead of \S+ rw/)],
      ['tuned', 'net-sysctl', expect.stringMatching(/somaxconn 77 instead of \d+/)],
    ]);
  });

  it('a run tells who holds most, how local memory is, and how far the clock is off', async () => {
    const { body } = await plane.api('GET', `/api/v1/investigations/${report.investigation.id}`);
    const run = (body as InvestigationSnapshot).runs.find(({ host }) => host === 'hoarding');
    const kept = (await plane.api('GET', `/api/v1/runs/${run?.id}/observations`)).body as {
      observations: Observation[];
    }[];
    const metrics = new Set(
      kept.flatMap(({ observations }) => observations.flatMap((one) => ('metric' in one ? [one.metric] : []))),
    );
    for (const metric of ['memory.rss', 'memory.oom_score', 'fd.process_open', 'fd.process_limit'] as const)
      expect([metric, metrics.has(metric)]).toEqual([metric, true]);
    if (existsSync('/sys/devices/system/node/node0/numastat')) expect([...metrics]).toContain('cpu.numa_remote_ratio');
    // One machine: what the clock is off is no more than is said, and little.
    const { clock } = (await plane.api('GET', `/api/v1/runs/${run?.id}`)).body as RunDetail;
    const { offsetMs = NaN, uncertaintyMs = NaN } = clock ?? {};
    const told = { clock, within: Math.abs(offsetMs) <= uncertaintyMs, sure: uncertaintyMs < 1_000 };
    expect(told).toEqual({ clock, within: true, sure: true });
  });

  it('hosts that are well get nothing critical', () => {
    for (const n of WELL) expect([n, read.findingsOn(`well-${n}`, 'crit')]).toEqual([n, []]);
  });
});
