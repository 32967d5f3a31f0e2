import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, TestPostgres, TestServer } from '../../../test/support/server';

/** What runs by the clock, what keeps it from doing so, what is kept: the verbs against a real control plane. */
describe('verbs of operation', () => {
  let postgres: TestPostgres;
  let server: TestServer;

  const fleetscope = (...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> =>
    new Promise((done) =>
      execFile(
        join(ROOT, 'fleetscope'),
        [...args, '--server', server.url],
        { env: { ...process.env, NO_COLOR: '1', FLEETSCOPE_TOKEN: server.token } },
        (error, stdout, stderr) =>
          done({ status: error ? (typeof error.code === 'number' ? error.code : 99) : 0, stdout, stderr }),
      ),
    );
  const json = async (...args: string[]): Promise<unknown> => {
    const { status, stdout, stderr } = await fleetscope(...args, '--json');
    if (status > 1) throw new Error(stderr);
    return JSON.parse(stdout) as unknown;
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('operations');
    server = await TestServer.start(await postgres.createDatabase('operations'));
    await server.addLocalHosts(['web-1'], 'web');
  });
  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('schedules: added, shown, paused, run, looked back at, removed', async () => {
    const timing = ['--cron', '30 2 * * *', '--tz', 'Europe/Berlin', '--jitter', '5m', '--window', '30m'];
    const added = await fleetscope('schedules', 'add', 'nightly', ...timing, '--class', 'web', '-p', 'window=1s');
    expect([added.status, added.stdout]).toEqual([0, expect.stringMatching(/^nightly is due next at \d{4}-/)]);
    expect(await json('schedules', 'show', 'nightly')).toMatchObject({
      ...{ cron: '30 2 * * *', tz: 'Europe/Berlin', jitter: '300s', window: '1800s', baseline: true, role: 'admin' },
      request: { runbook: 'triage-60s', targets: { classes: ['web'] }, parameters: { window: '1s' } },
    });
    expect((await fleetscope('schedules', 'show', 'nightly')).stdout).toMatch(/5m of jitter over its hosts\n.*for 30m/);
    const set = await fleetscope('schedules', 'set', 'nightly', '--cron', '0 3 * * *', '--no-window', '--reason', 'r');
    expect([set.status, set.stdout]).toEqual([0, expect.stringMatching(/^nightly is due next at .*T0[12]:00:00/)]);
    expect(await json('schedules', 'set', 'nightly', '--host', 'web-1', '--no-baseline')).toMatchObject({
      ...{ cron: '0 3 * * *', tz: 'Europe/Berlin', jitter: '300s', window: null, baseline: false },
      request: { runbook: 'triage-60s', targets: { hosts: ['web-1'] }, parameters: { window: '1s' }, reason: 'r' },
    });
    expect((await fleetscope('schedules', 'set', 'nightly')).stderr).toMatch(/nothing to change was given/);
    await fleetscope('schedules', 'set', 'nightly', '--class', 'web', '--baseline');
    expect(await json('schedules', 'pause', 'nightly')).toMatchObject({ paused: true });
    expect((await fleetscope('schedules', 'list')).stdout).toMatch(/nightly.*class web.*paused/);
    expect(await json('schedules', 'resume', 'nightly')).toMatchObject({ paused: false });
    const { investigation } = (await json('schedules', 'run', 'nightly')) as { investigation: string };
    expect(await json('schedules', 'history', 'nightly')).toMatchObject([{ state: 'started', investigation }]);
    await server.ended(investigation);
    expect((await fleetscope('investigations', 'metrics', investigation)).stdout).toMatch(
      /^# TYPE fleetscope_[\s\S]*# EOF\n$/,
    );
    expect((await fleetscope('investigations', 'hold', investigation, '--why', 'a review')).status).toBe(0);
    expect((await fleetscope('investigations', 'release', investigation)).status).toBe(0);
    expect((await fleetscope('schedules', 'remove', 'nightly')).status).toBe(0);
    expect(await json('schedules', 'list')).toEqual([]);
  });

  it('say what was wrong with a schedule, and end with 2', async () => {
    for (const [args, said] of [
      [['--cron', '61 * * * *', '--all'], /cron: expected minute, hour.*0-59/],
      [['--cron', '@daily', '--tz', 'Mars/X', '--all'], /tz: expected a time zone such as Europe\/Berlin/],
      [['--cron', '@daily'], /which hosts\?/],
      [['--cron', '@daily', '--all', '--window', 'soon'], /window: expected .*duration/],
    ] as const) {
      const { status, stderr } = await fleetscope('schedules', 'add', 'x', ...args);
      expect([status, stderr]).toEqual([2, expect.stringMatching(said)]);
    }
    expect((await fleetscope('schedules', 'show', 'nothing')).stderr).toMatch(/there is no schedule nothing/);
  });

  it('fleet: frozen, work is refused with a reason, and started all the same by those who may', async () => {
    expect((await fleetscope('fleet', 'freeze', '--why', 'Black Friday')).status).toBe(0);
    expect((await fleetscope('fleet', 'status')).status).toBe(1);
    const refused = await fleetscope('triage', 'web-1', '--window', '1s');
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/frozen.*Black Friday[\s\S]*--despite-freeze/),
    ]);
    expect((await fleetscope('triage', 'web-1', '--window', '1s', '--despite-freeze', '--no-wait')).status).toBe(0);
    expect((await fleetscope('fleet', 'unfreeze')).status).toBe(0);
    expect((await fleetscope('fleet', 'status')).stdout).toBe('not frozen\n');
  });

  it('maintenance: once, or again and again', async () => {
    await fleetscope('maintenance', 'add', '--class', 'web', '--for', '2h', '--why', 'kernels');
    const weekly = ['--cron', '0 3 * * 0', '--tz', 'Europe/Berlin', '--for', '1d', '--why', 'backup'];
    expect((await fleetscope('maintenance', 'add', '--all', ...weekly)).stdout).toMatch(
      /for 24h at 0 3 \* \* 0 in Europe\/Berlin/,
    );
    const list = (await json('maintenance', 'list')) as { id: string; active: boolean; duration: string | null }[];
    expect(list).toMatchObject([{ active: true, duration: null }, { duration: '86400s' }]);
    for (const { id } of list) expect((await fleetscope('maintenance', 'remove', id)).status).toBe(0);
    expect(await json('maintenance', 'list')).toEqual([]);
    const endless = await fleetscope('maintenance', 'add', '--all', '--why', 'x');
    expect([endless.status, endless.stderr]).toEqual([
      2,
      expect.stringMatching(/until: expected the time at which it ends/),
    ]);
  });

  it('storage: shown, swept, and kept for other times', async () => {
    expect((await fleetscope('storage', 'show')).stdout).toMatch(/evidence.*30 days[\s\S]*audit.*for good[\s\S]*free/);
    expect((await fleetscope('storage', 'retention', 'set', 'evidence', '14')).status).toBe(0);
    expect((await fleetscope('storage', 'show')).stdout).toMatch(/evidence.*14 days/);
    expect((await fleetscope('storage', 'retention', 'set', 'audit', '14')).status).toBe(2);
    expect(await json('storage', 'sweep')).toMatchObject({ partitions: [], files: 0 });
  });
});
