import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type HostView,
  type InvestigationSnapshot,
  type InvestigationView,
  type Observation,
  type ProfileSummary,
  type Report,
  type RuleView,
  type StoredProfile,
} from '@fleetscope/contracts';
import { callTree, functionsOf, loadProfile, offCpuSplit, type Profile, totalWeight } from '@fleetscope/profiles';
import { ControlPlane } from './support/control-plane';
import { sleep, until } from './support/processes';
import { LossyPair, Workloads } from './support/workload';

type Table = Extract<Observation, { kind: 'table' }>;

const POOL = `
import os, threading, time
ends = [os.pipe() for _ in range(8)]
def work(end):
    while True: os.read(end, 1)
for end, _ in ends: threading.Thread(target=work, args=(end,), daemon=True).start()
while True:
    time.sleep(0.05)
    for _, end in ends: os.write(end, b"x")
`;

describe('captures', () => {
  const plane = new ControlPlane('captures');
  const workloads = new Workloads();
  const scratch = mkdtempSync('/var/tmp/captures-');

  beforeAll(async () => {
    mountTracing();
    await plane.up();
  });

  afterAll(async () => {
    await plane.down();
    workloads.stop();
    removeCgroup('fleetscope-test.slice/fleetscope-test.service');
    rmSync(scratch, { recursive: true, force: true });
  });

  const run = async (runbook: string, ...parameters: string[]): Promise<Report> => {
    const report = await plane.json<Report>(['run', runbook, '--all', ...parameters.flatMap((one) => ['-p', one])]);
    expect(report.hosts.map(({ state, reason }) => [state, reason])).toEqual([['succeeded', null]]);
    return report;
  };

  const runIdOf = async ({ investigation }: Report): Promise<string> => {
    const { body } = await plane.api('GET', `/api/v1/investigations/${investigation.id}`);
    return (body as { runs: { id: string }[] }).runs[0]?.id ?? '';
  };

  const profileOf = async (report: Report): Promise<Profile> => {
    const { body } = await plane.api('GET', `/api/v1/runs/${await runIdOf(report)}/profiles/stacks`);
    return loadProfile(body as StoredProfile);
  };

  const tablesOf = async (report: Report): Promise<Map<string, Table>> => {
    const { body } = await plane.api('GET', `/api/v1/runs/${await runIdOf(report)}/observations`);
    const observations = (body as { observations: Observation[] }[]).flatMap((step) => step.observations);
    return new Map(observations.flatMap((one) => (one.kind === 'table' ? [[one.name, one] as const] : [])));
  };

  const records = ({ columns, rows }: Table): Record<string, string | number | boolean | null>[] =>
    rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])));

  it('profiles a program with a known split to its shares', async () => {
    const pid = workloads.start('split');
    const profile = await profileOf(await run('cpu-profile', 'duration=10s', `pid=${pid}`, 'frequency=199'));
    const tree = callTree(profile);
    const functions = functionsOf(tree);
    const share = (name: string): number =>
      (functions.find(({ label }) => tree.labels[label]?.name === name)?.self ?? 0) / tree.weight;
    expect(tree.weight).toBeGreaterThan(300);
    for (const [name, expected] of [
      ['burn60', 0.6],
      ['burn30', 0.3],
      ['burn10', 0.1],
    ] as const) {
      // Within sampling error; at 99.9 % rather than 95 %, or this test would fail in one of seven runs.
      const error = 3.29 * Math.sqrt((expected * (1 - expected)) / tree.effectiveSamples);
      expect(Math.abs(share(name) - expected)).toBeLessThan(error + 0.01);
    }
    expect([Math.min(...profile.samples.time) >= 0, Math.max(...profile.samples.time) < 12_000]).toEqual([true, true]);
    process.kill(pid, 'SIGKILL');
  });

  it('profiles the processes of one unit of systemd, and says so when there is none', async () => {
    const cgroup = cgroupOf('fleetscope-test.slice/fleetscope-test.service');
    const pids = [workloads.start('split'), workloads.start('split')];
    writeFileSync(join(cgroup, 'cgroup.procs'), String(pids[0]));
    const profile = await profileOf(await run('cpu-profile', 'duration=3s', 'unit=fleetscope-test.service'));
    expect(new Set(profile.threads.pid)).toEqual(new Set([pids[0]]));
    expect(totalWeight(profile)).toBeGreaterThan(50);
    // Taken of the whole host, and narrowed to the group afterwards; the other process is in no group below it.
    const whole = await run('cpu-profile', 'duration=3s');
    const { threads } = await profileOf(whole);
    const [inside, outside] = pids.map((pid) => threads.cgroup[threads.pid.indexOf(pid)]);
    expect([inside !== -1, inside === outside]).toEqual([true, false]);
    const groupOption = ['--cgroup', '/fleetscope-test.slice'];
    const top = ['profile', 'top', whole.investigation.id];
    const ofGroup = await plane.json<{ weight: number }>([...top, ...groupOption]);
    const ofProcess = await plane.json<{ weight: number }>([...top, '--pid', String(pids[0])]);
    expect([ofGroup.weight > 10, ofGroup.weight === ofProcess.weight]).toEqual([true, true]);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const { stdout } = await plane.cli([
      'run',
      'cpu-profile',
      '--all',
      '-p',
      'unit=none-such.service',
      '-p',
      'duration=1s',
      '--json',
    ]);
    expect((JSON.parse(stdout) as Report).hosts[0]?.reason).toMatch(/no unit none-such.service runs here/);
  });

  it('tells a lock, a pipe and a sleep apart, with their seconds', async () => {
    const pid = workloads.start('waits');
    await calm();
    const report = await run('offcpu-profile', 'duration=10s', `pid=${pid}`);
    const profile = await profileOf(report);
    const waits = (command: string): Record<string, number> => {
      const keep = (sample: number): boolean =>
        profile.strings[profile.threads.command[profile.samples.thread[sample] as number] as number] === command;
      return Object.fromEntries(offCpuSplit(profile, keep).map(({ wait, weight }) => [wait, weight / 1e9]));
    };
    for (const [command, wait] of [
      ['w-lock', 'lock'],
      ['w-pipe', 'pipe'],
      ['w-sleep', 'sleep'],
    ] as const) {
      // Ten seconds of which it waits nearly all: what it ran, and the wait that the window cut off, are below 5 %.
      expect(waits(command)[wait]).toBeGreaterThan(9.5);
      expect(waits(command)[wait]).toBeLessThan(10.5);
    }
    const onCpu = await run('cpu-profile', 'duration=2s');
    const whole = await plane.json<{ command: string; onCpu: number; offCpu: number }[]>([
      ...['profile', onCpu.investigation.id, '--with', report.investigation.id],
    ]);
    expect(whole.find(({ command }) => command === 'w-sleep')?.offCpu).toBeGreaterThan(9.5);
    // One thread waits for the lock, one for the pipe; sleeping is no waiting for anybody.
    const [locks] = report.findings.filter(({ rule }) => rule === 'lock-contention');
    expect(locks).toMatchObject({
      metric: 'lock.wait_share',
      severity: 'warn',
      instance: expect.stringContaining(`(${pid})`),
    });
    expect(Math.abs((locks?.value ?? 0) - 50)).toBeLessThan(3);
    process.kill(pid, 'SIGKILL');
  });

  it('tells how many threads of a pool work', async () => {
    // Eight that wait for their pipes, which are written to all the time; the main thread sleeps in between.
    const pool = spawn('python3', ['-c', POOL], { stdio: 'ignore' });
    try {
      await calm();
      const report = await run('offcpu-profile', 'duration=3s', `pid=${pool.pid}`);
      const { body } = await plane.api('GET', `/api/v1/runs/${await runIdOf(report)}/observations`);
      const told = (body as { observations: Observation[] }[]).flatMap(({ observations }) => observations);
      const valueOf = (metric: string): number | null | undefined =>
        told.flatMap((one) =>
          one.kind === 'measurement' && one.metric === metric && one.instance?.endsWith(`(${pool.pid})`)
            ? [one.value]
            : [],
        )[0];
      expect(valueOf('service.threads_total')).toBe(9);
      expect(Math.abs((valueOf('service.threads_busy') ?? 0) - 8)).toBeLessThan(0.6);
    } finally {
      pool.kill('SIGKILL');
    }
  });

  describe('retransmits', () => {
    let pair: LossyPair;

    beforeAll(() => {
      pair = new LossyPair('fscap', '10.79.0');
      pair.drop(0.05);
      workloads.inNamespace(
        pair.receiver,
        "require('net').createServer((s)=>{s.on('error',()=>{});s.resume()}).listen(5001)",
      );
    });
    afterAll(() => pair.close());

    const send = (seconds: number): void => {
      workloads.inNamespace(
        pair.sender,
        `const s=require('net').connect(5001,'${pair.address}.2');const b=Buffer.alloc(16384);s.on('error',()=>{});
         const go=()=>{while(s.write(b));};s.on('drain',go);s.on('connect',go);setTimeout(()=>process.exit(),${seconds * 1000})`,
      );
    };

    const refused = (): void => {
      workloads.inNamespace(pair.sender, `require('net').connect(9,'${pair.address}.2').on('error',()=>{})`);
    };

    it.each(['off', 'on'] as const)('finds the edge and its count, segmentation offload %s', async (offload) => {
      pair.offload(offload);
      await sleep(500);
      const before = pair.retransmitted;
      const running = run('tcp-retransmits', 'duration=20s', 'max-events=50000');
      // Once it traces, traffic that ends before it stops tracing.
      await attached(2);
      send(4);
      refused();
      const tables = await tablesOf(await running);
      const counted = pair.retransmitted - before;
      const resets = records(tables.get('tcp-resets') as Table);
      const [sick, peer] = [`${pair.address}.1`, `${pair.address}.2`];
      expect(resets).toContainEqual(
        expect.objectContaining({
          event: 'reset-sent',
          source: peer,
          source_port: 9,
          destination: sick,
          reason: 'no socket',
        }),
      );
      expect(resets).toContainEqual(
        expect.objectContaining({
          event: 'reset-received',
          source: sick,
          destination: peer,
          port: 9,
          netns: pair.number,
        }),
      );
      const table = tables.get('tcp-retransmits');
      // The connection that is refused may lose its first packet as well.
      const edges = table ? records(table).filter(({ netns, port }) => netns === pair.number && port !== 9) : [];
      expect(edges.length).toBeGreaterThan(0);
      for (const edge of edges)
        expect(edge).toMatchObject({ source: `${pair.address}.1`, destination: `${pair.address}.2`, port: 5001 });
      const sum = (column: string): number => edges.reduce((total, edge) => total + Number(edge[column]), 0);
      expect(counted).toBeGreaterThan(50);
      // One event may cover several segments, with offload nearly all of them do, and says how many it means to send: what
      // the card or the peer's window cuts off shows in the kernel's count alone.
      expect(Math.abs(sum('segments') - counted) / counted).toBeLessThan(offload === 'off' ? 0.02 : 0.06);
      expect(sum('segments')).toBeGreaterThanOrEqual(sum('events'));
    });
  });

  it.each(['disk', 'loop device'])(
    'agrees with the kernel on the latency of a %s, queue and device apart',
    async (kind) => {
      const device = kind === 'disk' ? null : loopDevice(scratch);
      const target = device ?? join(scratch, 'direct');
      const running = run('block-io-latency', 'duration=10s');
      await attached();
      const name = device === null ? deviceOf(scratch) : device.slice('/dev/'.length);
      const before = diskTimes(name);
      execFileSync(
        'dd',
        ['if=/dev/zero', `of=${target}`, 'bs=16k', 'count=3000', 'oflag=direct', ...(device ? ['conv=notrunc'] : [])],
        { stdio: 'pipe' },
      );
      const after = diskTimes(name);
      const tables = await tablesOf(await running);
      const mean = (table: string): number => {
        const rows = records(tables.get(table) as Table).filter(
          (row) => row['device'] === name && String(row['rwbs']).includes('W') && !String(row['rwbs']).includes('F'),
        );
        const sum = (column: string): number => rows.reduce((total, row) => total + Number(row[column]), 0);
        return sum('total_us') / sum('count') / 1000;
      };
      const kernel = (after.ms - before.ms) / (after.writes - before.writes);
      const ours = mean('block-queue') + mean('block-device');
      // diskstats counts whole milliseconds of all writes; 3,000 of them make its mean good to microseconds.
      expect(Math.abs(ours - kernel)).toBeLessThan(0.1 * kernel + 0.02);
      if (device !== null) execFileSync('losetup', ['-d', device]);
    },
  );

  it('says why a runbook can not run here, and keeps what can', async () => {
    const { stdout } = await plane.cli(['run', 'jvm-profile', '--all', '-p', 'pid=1', '--json']);
    const [host] = (JSON.parse(stdout) as Report).hosts;
    expect(host?.reason).toContain('asprof is not installed');
  });

  it('refuses a runbook without the parameter that it needs', async () => {
    const { status, stderr } = await plane.cli(['run', 'network-path', '--all']);
    expect(status).toBe(2);
    expect(stderr).toContain('parameters.destination: expected a host name or an address');
  });

  it('leaves nothing on the host, cancelled in the middle or not', async () => {
    const files = (): string[] =>
      // What such tools are known to leave; other processes of this machine write there, too.
      [...readdirSync('/tmp'), ...readdirSync('/dev/shm'), ...readdirSync('/var/tmp')].filter((name) =>
        /perf|bpf|tcpdump|gzip|probe/.test(name),
      );
    const before = files();
    const started = await plane.json<{ id: string }>([
      'run',
      'cpu-profile',
      '--all',
      '-p',
      'duration=60s',
      '--no-wait',
    ]);
    const traced = await plane.json<{ id: string }>([
      'run',
      'tcp-retransmits',
      '--all',
      '-p',
      'duration=60s',
      '--no-wait',
    ]);
    await until('both tools run', () => isTracing() && isRunning('perf'), 30_000);
    for (const { id } of [started, traced]) await plane.cli(['cancel', id]);
    await until(
      'nothing of it runs any more',
      () => !isTracing() && !isRunning('perf') && !isRunning('bpftrace'),
      6_000,
    );
    expect(files()).toEqual(before);
  });

  describe('escalation', () => {
    const spinners: ChildProcess[] = [];
    beforeAll(async () => {
      for (let i = 0; i < 12; i++) spinners.push(spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }));
      // The same machine under a second name, for which the CPU may do all that it can: a healthy peer.
      const [own] = (await plane.api('GET', '/api/v1/hosts')).body as HostView[];
      await plane.api('POST', '/api/v1/hosts', {
        name: 'peer',
        address: '127.0.0.1',
        transport: 'local',
        class: own?.class,
      });
      for (const { id, resource, thresholds } of (await plane.api('GET', '/api/v1/rules')).body as RuleView[])
        if (resource === 'cpu' && thresholds.length > 0)
          await plane.api('PUT', `/api/v1/rules/${id}/thresholds`, {
            scope: 'host',
            name: 'peer',
            values: Object.fromEntries(thresholds.map(({ name, max }) => [name, max])),
          });
    });
    afterAll(async () => {
      for (const spinner of spinners) spinner.kill('SIGKILL');
      await plane.api('DELETE', '/api/v1/hosts/peer');
    });

    it('goes from a triage to captures on the sick host and a healthy peer, and says what differs', async () => {
      const report = await plane.json<Report>(['triage', '--all', '--window', '4s', '--escalate', '1']);
      const { id } = report.investigation;
      const view = async (): Promise<InvestigationView> =>
        ((await plane.api('GET', `/api/v1/investigations/${id}`)).body as InvestigationSnapshot).investigation;
      await until('the captures are compared', async () => (await view()).escalation?.differences !== null, 120_000);
      const { escalation } = await view();
      const sick = report.hosts.find(({ name }) => name !== 'peer')?.name;
      // What no bound can switch off would make it no healthy peer: seen here rather than as `control: null`.
      const { runs } = (await plane.api('GET', `/api/v1/investigations/${id}`)).body as InvestigationSnapshot;
      const peer = runs.find(({ host }) => host === 'peer');
      expect(peer?.findings.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule)).toEqual([]);
      expect(escalation).toMatchObject({ state: 'done', reason: null, sick: [sick], control: 'peer' });
      const child = escalation?.children.find(({ runbook }) => ['runq-latency', 'cpu-profile'].includes(runbook));
      expect(child?.hosts).toEqual([sick, 'peer']);
      const { body } = await plane.api('GET', `/api/v1/investigations/${child?.id}`);
      expect((body as InvestigationSnapshot).investigation.parent).toBe(id);
      const difference = escalation?.differences?.find(({ investigation }) => investigation === child?.id);
      expect(difference).toMatchObject({ runbook: child?.runbook, sick, healthy: 'peer' });
      expect(difference?.sentences.join('\n')).toMatch(/CPU/);
    });
  });

  it('merges hosts and lists what there is', async () => {
    // An idle machine has no samples in the second that is cut out below.
    const pid = workloads.start('split');
    const report = await run('cpu-profile', 'duration=2s');
    process.kill(pid, 'SIGKILL');
    const { body } = await plane.api('GET', `/api/v1/investigations/${report.investigation.id}/profiles`);
    expect(body as ProfileSummary[]).toMatchObject([{ step: 'stacks', type: 'cpu', unit: 'samples' }]);
    const svg = join(scratch, 'graph.svg');
    const { status } = await plane.cli(['profile', report.investigation.id, '--format', 'svg', '-o', svg]);
    expect(status).toBe(0);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<\?xml[\s\S]*<\/svg>\s*$/);
    const page = join(scratch, 'report.html');
    await plane.cli([
      'profile',
      report.investigation.id,
      '--from',
      '0.5',
      '--to',
      '1.5',
      '--format',
      'html',
      '-o',
      page,
    ]);
    expect(readFileSync(page, 'utf8')).toMatch(
      /^<!doctype html>[\s\S]*<svg[\s\S]*Samples over time[\s\S]*<\/html>\s*$/,
    );
    const { stdout } = await plane.cli(['flame', '--to', 'folded'], { input: 'main;a 3\nmain;b 4\n' });
    expect(stdout).toBe('main;a 3\nmain;b 4\n');
  });

  it('takes profiles from files, and tells how two of them differ', async () => {
    const [host] = (await plane.api('GET', '/api/v1/hosts')).body as HostView[];
    const imported = async (text: string, name: string): Promise<string> => {
      const file = join(scratch, name);
      writeFileSync(file, text);
      const made = await plane.json<InvestigationView>(['profile', 'import', file, '--host', host?.name ?? '']);
      expect(made).toMatchObject({ runbook: 'profile-file@1', state: 'succeeded' });
      return made.id;
    };
    const before = await imported('main;serve 900\nmain;log 100\n', 'before.folded');
    const after = await imported('main;serve 500\nmain;spin 400\nmain;log 100\n', 'after.folded');
    const top = await plane.json<{ functions: { name: string; self: number }[] }>(['profile', 'top', after]);
    expect(top.functions.slice(0, 2)).toMatchObject([
      { name: 'serve', self: 500 },
      { name: 'spin', self: 400 },
    ]);
    const change = await plane.json<{ functions: { name: string; delta: number; significant: boolean }[] }>([
      ...['profile', after, '--diff', before],
    ]);
    expect(change.functions.slice(0, 2).map(({ name, significant }) => [name, significant])).toEqual(
      expect.arrayContaining([
        ['serve', true],
        ['spin', true],
      ]),
    );
    const nothing = join(scratch, 'nothing.txt');
    writeFileSync(nothing, 'no profile at all\n');
    const refused = await plane.cli(['profile', 'import', nothing, '--host', host?.name ?? '']);
    expect([refused.status, refused.stderr]).toEqual([5, expect.stringContaining('nothing.txt')]);
  });
});

const mountTracing = (): void => {
  if (readdirSync('/sys/kernel/tracing').length === 0)
    execFileSync('mount', ['-t', 'tracefs', 'tracefs', '/sys/kernel/tracing']);
};

/** From the leaf up; its last process may take a moment to go. */
const removeCgroup = (path: string): void => {
  for (const one of [path, dirname(path)])
    try {
      rmdirSync(cgroupOf(one));
    } catch {
      // Still in use: it is empty and harms nobody.
    }
};

/** A cgroup made in the hierarchy of version 2, wherever it is mounted; a leftover of an aborted run is taken as it is. */
const cgroupOf = (path: string): string => {
  const root = existsSync('/sys/fs/cgroup/unified') ? '/sys/fs/cgroup/unified' : '/sys/fs/cgroup';
  mkdirSync(join(root, path), { recursive: true });
  return join(root, path);
};

const commands = (): string[] =>
  readdirSync('/proc').flatMap((pid) => {
    if (!/^[0-9]+$/.test(pid)) return [];
    try {
      return [readFileSync(`/proc/${pid}/comm`, 'utf8').trim()];
    } catch {
      return []; // gone meanwhile
    }
  });

const isRunning = (name: string): boolean => commands().includes(name);
const isTracing = (): boolean => isRunning('bpftrace');

/** How many events each bpftrace is attached to: its descriptors of perf events. */
const attachments = (): number[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^[0-9]+$/.test(pid) || readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'bpftrace') return [];
      const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      return [links.filter((link) => link.includes('perf_event')).length];
    } catch {
      return []; // gone meanwhile
    }
  });

/** Probes are attached one after the other: it traces when none of the programs has got more for a second. */
const attached = async (programs = 1): Promise<void> => {
  let before = '';
  await until(
    'bpftrace is attached',
    async () => {
      const each = attachments().filter((count) => count > 0);
      const now = each.join(' ');
      const done = each.length >= programs && now === before;
      before = now;
      if (!done) await sleep(1_000);
      return done;
    },
    30_000,
  );
};

/** Heavy captures are refused on a busy host, which this one may still be from the tests before. */
const calm = (): Promise<void> =>
  until('the load to fall', () => Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]) < 7, 180_000);

const loopDevice = (dir: string): string => {
  mkdirSync(dir, { recursive: true });
  const image = join(dir, 'image');
  execFileSync('dd', ['if=/dev/zero', `of=${image}`, 'bs=1M', 'count=64'], { stdio: 'pipe' });
  return execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
};

/** Writes of a disk since boot, and the milliseconds they took in all (/proc/diskstats, fields 8 and 11). */
const diskTimes = (name: string): { writes: number; ms: number } => {
  const line = readFileSync('/proc/diskstats', 'utf8')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find((words) => words[2] === name);
  return { writes: Number(line?.[7]), ms: Number(line?.[10]) };
};

/** The disk that a folder lies on, without its partition. */
const deviceOf = (dir: string): string => {
  const source = execFileSync('findmnt', ['-no', 'SOURCE', '-T', dir], { encoding: 'utf8' }).trim();
  const parent = execFileSync('lsblk', ['-no', 'PKNAME', source], { encoding: 'utf8' }).trim();
  return parent === '' ? source.slice('/dev/'.length) : parent;
};
