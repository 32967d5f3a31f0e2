import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type InvestigationSnapshot,
  type InvestigationView,
  type Observation,
  type ProfileSummary,
  type Report,
  type StoredProfile,
} from '@fleetscope/contracts';
import { callTree, functionsOf, loadProfile, offCpuSplit, type Profile } from '@fleetscope/profiles';
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

    it.each(['off', 'on'] as const)('finds the edge and its count, segmentation offload %s', async (offload) => {
      pair.offload(offload);
      await sleep(500);
      const before = pair.retransmitted;
      const running = run('tcp-retransmits', 'duration=14s', 'max-events=50000');
      // Once it traces, traffic that ends before it stops tracing.
      await attached();
      send(4);
      const report = await running;
      const counted = pair.retransmitted - before;
      const table = (await tablesOf(report)).get('tcp-retransmits');
      const edges = table ? records(table).filter(({ netns }) => netns === pair.number) : [];
      expect(edges.length).toBeGreaterThan(0);
      for (const edge of edges)
        expect(edge).toMatchObject({ source: `${pair.address}.1`, destination: `${pair.address}.2`, port: 5001 });
      const sum = (column: string): number => edges.reduce((total, edge) => total + Number(edge[column]), 0);
      expect(counted).toBeGreaterThan(50);
      // One event may cover several segments, with offload nearly all of them do; it says how many.
      expect(Math.abs(sum('segments') - counted) / counted).toBeLessThan(0.02);
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

  it('escalates a triage to the capture that its finding calls for', async () => {
    const spinners = Array.from({ length: 12 }, () => spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }));
    try {
      const report = await plane.json<Report>(['triage', '--all', '--window', '4s', '--escalate', '1']);
      const { id } = report.investigation;
      const view = async (): Promise<InvestigationView> =>
        ((await plane.api('GET', `/api/v1/investigations/${id}`)).body as InvestigationSnapshot).investigation;
      await until('the captures are chosen', async () => (await view()).escalation?.state === 'done', 15_000);
      const { escalation } = await view();
      const [host] = report.hosts;
      expect(escalation).toMatchObject({ reason: null, sick: [host?.name], control: null });
      const child = escalation?.children.find(({ runbook }) => ['runq-latency', 'cpu-profile'].includes(runbook));
      expect(child?.hosts).toEqual([host?.name]);
      const { body } = await plane.api('GET', `/api/v1/investigations/${child?.id}`);
      expect((body as InvestigationSnapshot).investigation.parent).toBe(id);
      for (const one of escalation?.children ?? []) await plane.cli(['cancel', one.id]);
    } finally {
      for (const spinner of spinners) spinner.kill('SIGKILL');
    }
  });

  it('merges hosts and lists what there is', async () => {
    const report = await run('cpu-profile', 'duration=2s');
    const { body } = await plane.api('GET', `/api/v1/investigations/${report.investigation.id}/profiles`);
    expect(body as ProfileSummary[]).toMatchObject([{ step: 'stacks', type: 'cpu', unit: 'samples' }]);
    const svg = join(scratch, 'graph.svg');
    const { status } = await plane.cli(['profile', report.investigation.id, '--format', 'svg', '-o', svg]);
    expect(status).toBe(0);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<\?xml[\s\S]*<\/svg>\s*$/);
    const { stdout } = await plane.cli(['flame', '--to', 'folded'], { input: 'main;a 3\nmain;b 4\n' });
    expect(stdout).toBe('main;a 3\nmain;b 4\n');
  });
});

const mountTracing = (): void => {
  if (readdirSync('/sys/kernel/tracing').length === 0)
    execFileSync('mount', ['-t', 'tracefs', 'tracefs', '/sys/kernel/tracing']);
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

/** How many events bpftrace is attached to: its descriptors of perf events. */
const attachments = (): number =>
  readdirSync('/proc').reduce((sum, pid) => {
    try {
      if (!/^[0-9]+$/.test(pid) || readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'bpftrace') return sum;
      const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      return sum + links.filter((link) => link.includes('perf_event')).length;
    } catch {
      return sum; // gone meanwhile
    }
  }, 0);

/** Probes are attached one after the other: it traces when no more are added for a second. */
const attached = async (): Promise<void> => {
  let before = -1;
  await until(
    'bpftrace is attached',
    async () => {
      const now = attachments();
      const done = now > 0 && now === before;
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
