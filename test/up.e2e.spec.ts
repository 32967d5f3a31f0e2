import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParseResult, type Report, type Series } from '@fleetscope/contracts';
import { WAITING_MS, whileLittleIsStolen } from './support/calm';
import { ControlPlane } from './support/control-plane';
import { sleep, until } from './support/processes';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** Servers of Postgres that run on a data directory. */
const postgresOf = (dir: string): string[] =>
  execFileSync('sh', ['-c', `pgrep -f -- "-D ${dir}/postgres" || true`], { encoding: 'utf8' })
    .split('\n')
    .filter((pid) => pid !== '' && existsSync(`/proc/${pid}/exe`) && isAlive(Number(pid)));

describe('up, status, down', () => {
  const plane = new ControlPlane('up');
  afterAll(() => plane.down());

  it('starts, triages this machine, and prints the links', async () => {
    const { status, stdout, stderr } = await plane.cli(['up', '--detach', '--port', '0', '--window', '1s']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('steps') });
    expect(stdout).toMatch(/1 of 1 answered/);
    expect(stdout).toMatch(/cpu .*(ok|warn|crit|unknown)/);
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/login#code=once_/);
  });

  it('keeps the admin token, the key of the secrets and the password to their owner', () => {
    for (const name of ['admin.token', 'secret.key', 'postgres.password', 'state.json']) {
      expect({ name, mode: statSync(join(plane.dataDir, name)).mode & 0o777 }).toEqual({ name, mode: 0o600 });
    }
  });

  it('does no harm when it runs again, and is quick', async () => {
    const { pid } = plane.state;
    const { status } = await plane.cli(['up', '--detach', '--no-triage', '--port', '0']);
    expect(status).toBe(0);
    expect(plane.state.pid).toBe(pid);
  });

  it('prints the whole report of a triage as one JSON document', async () => {
    const report = await plane.json<Report>(['triage', '--all', '--window', '1s']);
    expect(report.coverage).toMatchObject({ targeted: 1, answered: 1 });
    expect(report.hosts[0]?.use.length).toBeGreaterThan(10);
  });

  it('spends at most 5 % of one CPU on the host, by its own account', async () => {
    const report = await plane.json<Report>(['triage', '--all', '--window', '10s']);
    const cost = report.hosts[0]?.cost;
    expect(cost?.cpuSeconds).toBeLessThanOrEqual(0.05 * 10);
  });

  it(
    'finds a host whose CPUs are busy, and cites the lines that show it',
    async () => {
      const report = await whileLittleIsStolen([...cpus().keys()], 0.03, async () => {
        // Ends by itself should this process be killed; the triage takes seconds to begin on a machine that is so busy.
        const load = spawn(
          'sh',
          ['-c', `for i in $(seq ${cpus().length * 3}); do while :; do :; done & done; sleep 40; kill $(jobs -p)`],
          { detached: true },
        );
        try {
          return await plane.json<Report>(['triage', '--all', '--window', '4s']);
        } finally {
          process.kill(-(load.pid ?? 0), 'SIGKILL');
        }
      });
      const busy = report.findings.find(({ rule }) => rule === 'cpu-utilization');
      expect(busy).toMatchObject({ severity: 'crit', metric: 'cpu.utilization', threshold: 95 });
      expect(busy?.value).toBeGreaterThan(95);
      expect(report.verdict.statements[0]?.severity).not.toBe('info');
      const [cited] = busy?.evidence ?? [];
      expect(cited?.lines.length).toBeGreaterThan(0);
      // The evidence, read again by hand: the cited lines hold the values that made the finding.
      const step = cited?.step ?? '';
      const raw = await plane.cli(['evidence', report.investigation.id, report.hosts[0]?.name ?? '', step]);
      const parsed = await plane.cli(['parse', step, '--json'], { input: raw.stdout });
      const { observations } = JSON.parse(parsed.stdout) as ParseResult;
      const series = observations.find(
        (one) => one.kind === 'series' && one.metric === 'cpu.utilization' && one.instance === 'all',
      ) as Series;
      for (const line of cited?.lines ?? []) expect(series.values[series.lines.indexOf(line)]).toBeGreaterThan(95);
    },
    WAITING_MS,
  );

  it('says by status that it runs, and that it does not', async () => {
    expect(await plane.cli(['status'])).toMatchObject({ status: 0, stdout: expect.stringContaining(plane.state.url) });
    const elsewhere = mkdtempSync(join(tmpdir(), 'fleetscope-none-'));
    const { status, stdout } = await plane.cli(['status', '--data', elsewhere]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('nothing runs') });
    rmSync(elsewhere, { recursive: true });
  });

  it('stops everything on down, Postgres too, also when the control plane was killed', async () => {
    const { pid } = plane.state;
    expect(postgresOf(plane.dataDir)).toHaveLength(1);
    process.kill(pid, 'SIGKILL');
    await until('the control plane to be gone', () => !isAlive(pid), 3_000);
    expect(postgresOf(plane.dataDir)).toHaveLength(1);
    expect(await plane.cli(['down'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Postgres') });
    await until('Postgres to be gone', () => postgresOf(plane.dataDir).length === 0, 5_000);
  });

  it('takes over the Postgres of a killed control plane, with what it holds', async () => {
    await plane.up();
    process.kill(plane.state.pid, 'SIGKILL');
    await sleep(200);
    await plane.up();
    expect((await plane.json<unknown[]>(['investigations'])).length).toBeGreaterThanOrEqual(3);
    expect(postgresOf(plane.dataDir)).toHaveLength(1);
  });

  it('ends with the terminal that started it in the foreground', async () => {
    await plane.cli(['down']);
    const foreground = plane.start(['up', '--no-triage', '--port', '0']);
    await until('it to run', () => existsSync(join(plane.dataDir, 'state.json')), 20_000);
    const { pid } = plane.state;
    foreground.stop(); // kill -9 of the CLI
    await until('the control plane to follow', () => !isAlive(pid), 10_000);
    await until('Postgres to follow', () => postgresOf(plane.dataDir).length === 0, 10_000);
  });
});

describe('a start that can not be', () => {
  const plane = new ControlPlane('fails');
  afterAll(() => plane.down());
  const nothingRuns = (): void => {
    expect(existsSync(join(plane.dataDir, 'state.json'))).toBe(false);
    expect(postgresOf(plane.dataDir)).toEqual([]);
  };

  it('says in one line that a port is in use, and leaves nothing', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const { status, stderr } = await plane.cli(['up', '--detach', '--port', String(port)]);
    server.close();
    expect(status).toBe(2);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use (give another one with --port N)`);
    nothingRuns();
    expect(readdirSync(plane.dataDir)).toEqual(['logs']);
  });

  it('says in one line that the data is of another version', async () => {
    mkdirSync(join(plane.dataDir, 'postgres'));
    writeFileSync(join(plane.dataDir, 'postgres', 'PG_VERSION'), '15\n');
    const { status, stderr } = await plane.cli(['up', '--detach', '--port', '0']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/was made by Postgres 15, this version brings Postgres 18/);
    nothingRuns();
    rmSync(join(plane.dataDir, 'postgres'), { recursive: true });
  });

  it.each([
    [['up', '--detach', '--window', '99s'], /--window: expected a duration from 1s to 60s/],
    [['up', '--detach', '--port', 'many'], /expected a whole number from 0 to 65535/],
    [['up', '--detach', '--data', '/proc/nowhere'], /\/proc\/nowhere can't be written/],
  ])('refuses %j', async (args, message) => {
    const { status, stderr } = await plane.cli(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\bat .*\.(m?js|ts):\d+/);
    nothingRuns();
  });
});
