import { type ArmedView } from '@fleetscope/contracts';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../test/support/processes';
import { type Answer, ROOT, TestPostgres, TestServer } from '../../../test/support/server';

const EVERY_S = 10;

/** Hosts are this machine, several times: their run queue is what this test makes it. */
describe('armed captures', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const load: ChildProcess[] = [];

  const input = (name: string, more: object = {}): object => ({
    ...{ name, targets: { classes: ['web'] }, every: `${EVERY_S}s` },
    when: { watch: 'runqueue', above: 4, readings: 1 },
    capture: { runbook: 'triage-60s', parameters: { window: '1s' } },
    ...more,
  });
  const get = (name: string): Promise<ArmedView> => server.ok('GET', `/api/v1/armed-captures/${name}`) as never;
  const refused = async (body: object, options = {}): Promise<[number, string]> => {
    const { status, body: problem } = await server.call('POST', '/api/v1/armed-captures', body, options);
    return [status, problem.errors?.[0] ? `${problem.errors[0].path}: ${problem.errors[0].expected}` : problem.detail];
  };
  const pressTheCpus = (): void => {
    for (let i = 0; i < 8 * cpus().length; i++)
      load.push(spawn('timeout', ['120', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore', detached: true }));
  };
  const relax = (): void => {
    for (const { pid } of load.splice(0)) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('armed');
    server = await TestServer.start(await postgres.createDatabase('armed'));
    await server.addLocalHosts(['web-1', 'web-2', 'web-3'], 'web');
    await server.ok('PUT', '/api/v1/hosts/web-3/hold', { until: null, why: 'its disk is being copied' });
  });

  afterEach(relax);
  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('are refused where the capture would be, and with bounds that make no sense', async () => {
    const { token } = (await server.ok('POST', '/api/v1/tokens', { name: 'op', role: 'operator' })) as {
      token: string;
    };
    const heavy = { capture: { runbook: 'offcpu-profile', parameters: {} } };
    expect(await refused(input('x', heavy), { token })).toEqual([
      403,
      'offcpu-profile is of the cost class heavy, which needs the role commander',
    ]);
    expect(await refused(input('x', { every: '1s' }))).toEqual([400, 'every: 10s to 1h']);
    expect(await refused(input('x', { for: '100h' }))).toEqual([400, 'for: 1m to 72h']);
    expect((await refused(input('x', { targets: { hosts: ['nobody'] } })))[0]).toBe(404);
    expect((await refused(input('x', { when: { watch: 'mood', above: 1 } })))[0]).toBe(400);
    expect(await server.ok('GET', '/api/v1/armed-captures')).toEqual([]);
  });

  it('read their hosts cheaply, say what that costs, and start nothing while all is well', async () => {
    await server.ok('POST', '/api/v1/armed-captures', input('calm', { when: { watch: 'runqueue', above: 1000 } }));
    await until('two rounds', async () => ((await get('calm')).latest?.read ?? 0) === 2, 40_000);
    const view = await get('calm');
    expect(view).toMatchObject({ state: 'armed', cost: { connectionsPerHour: 360 }, caught: [] });
    expect(view.cost.cpuSecondsPerHour).toBeGreaterThan(0);
    expect(view.latest).toMatchObject({ hosts: 3, paused: null });
    expect(view.latest?.highest.map(({ host }) => host).sort()).toEqual(['web-1', 'web-2']);
    expect(view.latest?.unread).toEqual([
      { host: 'web-3', reason: expect.stringContaining('its disk is being copied') },
    ]);
    expect(await server.sql('SELECT id FROM investigation')).toEqual([]);
    expect(await server.sql('SELECT run_id FROM evidence')).toEqual([]);
    await server.ok('DELETE', '/api/v1/armed-captures/calm');
    expect((await get('calm')).state).toBe('disarmed');
  });

  it('start the capture once where the condition holds, on no more hosts than were allowed, and say why', async () => {
    await server.ok('POST', '/api/v1/armed-captures', input('spike', { maxHosts: 1, reason: 'the shop is slow' }));
    pressTheCpus();
    // What is caught is written down before it starts.
    await until('it to catch one', async () => (await server.sql('SELECT id FROM investigation')).length > 0, 60_000);
    relax();
    const view = await get('spike');
    expect(view).toMatchObject({ state: 'caught', caught: [{ problem: null, hosts: [{ class: 'web' }] }] });
    const [{ investigation = '', hosts = [] } = {}] = view.caught;
    const ended = (await server.ended(investigation)) as Answer['body'];
    expect(ended.runs.map(({ host }: { host: string }) => host)).toEqual(hosts.map(({ host }) => host));
    expect(ended.investigation).toMatchObject({ requestedBy: 'armed:spike' });
    expect(ended.investigation.reason).toMatch(
      /^the shop is slow; armed capture spike: runqueue [\d.]+ on web-[12], above 4 in 1 reading\(s\) in a row$/,
    );
    const audited = (await server.ok('GET', '/api/v1/audit?limit=50')) as { actor: string; action: string }[];
    expect(audited).toContainEqual(
      expect.objectContaining({ actor: 'armed:spike', action: 'investigation.create', subject: investigation }),
    );
    expect(audited).toContainEqual(expect.objectContaining({ action: 'armed.add', subject: 'spike' }));
  });

  it('go on after a kill, wait while the fleet is frozen, and end by themselves', async () => {
    await server.ok('POST', '/api/v1/armed-captures', input('long', { when: { watch: 'runqueue', above: 1000 } }));
    await until('a round', async () => (await get('long')).latest !== null, 20_000);
    await server.kill();
    await server.up();
    const before = (await get('long')).latest?.at;
    await server.ok('PUT', '/api/v1/freeze', { why: 'the sale' });
    await until(
      'a round that reads nothing',
      async () => (await get('long')).latest?.paused?.includes('the sale') === true,
      30_000,
    );
    expect((await get('long')).latest?.at).not.toBe(before);
    await server.ok('DELETE', '/api/v1/freeze');
    await server.sql("UPDATE armed_capture SET until = now() WHERE name = 'long'");
    await until('its end', async () => (await get('long')).state === 'ended', 10_000);
    await server.ok('DELETE', '/api/v1/armed-captures/long');
    expect((await server.call('GET', '/api/v1/armed-captures/long')).status).toBe(404);
  });

  it('are armed, shown and disarmed by the CLI', async () => {
    const cli = (...args: string[]): Promise<{ code: number; out: string }> =>
      new Promise((done) => {
        const env = { PATH: process.env['PATH'], HOME: '/nonexistent', FLEETSCOPE_TOKEN: server.token };
        const main = join(ROOT, 'apps', 'cli', 'dist', 'main.mjs');
        execFile(process.execPath, [main, 'armed', ...args, '--server', server.url], { env }, (error, stdout, stderr) =>
          done({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr }),
        );
      });
    const made = await cli('add', 'cli', 'triage-60s', '--class', 'web', '--watch', 'await', '--above', '50');
    expect([made.code, made.out]).toEqual([0, expect.stringContaining('await above 50 ms in 2 reading(s) in a row')]);
    expect(made.out).toContain('120 connections to each host an hour');
    expect((await cli('list')).out).toMatch(/cli.*armed.*await above 50 ms.*class web/);
    expect((await cli('show', 'cli')).out).toContain('captures triage-60s on at most 3 hosts, 10m apart');
    expect((await cli('add', 'bad', 'triage-60s', '--all', '--watch', 'await', '--above', 'much')).code).toBe(2);
    expect((await cli('add', 'bad', 'triage-60s', '--watch', 'await', '--above', '5')).code).toBe(2);
    expect((await cli('disarm', 'cli')).code).toBe(0);
    expect((await get('cli')).state).toBe('disarmed');
  });
});
