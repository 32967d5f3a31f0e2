import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type Answer, ROOT, TestPostgres, TestServer } from '../../../test/support/server';

describe('guard rails', () => {
  let postgres: TestPostgres;
  let server: TestServer;

  const request = (hosts: string[], more: object = {}): object => ({
    runbook: 'triage-60s',
    targets: { hosts },
    parameters: { window: '1s' },
    ...more,
  });
  const preview = (body: object): Promise<Answer['body']> =>
    server.ok('POST', '/api/v1/investigations/preview', body) as Promise<Answer['body']>;
  const cli = (...args: string[]): Promise<{ code: number; out: string }> =>
    new Promise((done) => {
      execFile(
        process.execPath,
        [join(ROOT, 'apps', 'cli', 'dist', 'main.mjs'), ...args, '--server', server.url],
        { env: { PATH: process.env['PATH'], HOME: '/nonexistent', FLEETSCOPE_TOKEN: server.token } },
        (error, stdout, stderr) =>
          done({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr }),
      );
    });

  beforeAll(async () => {
    postgres = await TestPostgres.start('guards');
    server = await TestServer.start(await postgres.createDatabase('guards'), { FLEETSCOPE_APPROVAL_HOSTS: '8' });
    await server.addLocalHosts(['a-1', 'a-2', 'a-3', 'a-4'], 'a');
    await server.addLocalHosts(['b-1', 'b-2'], 'b');
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  describe('before', () => {
    it('says on how many hosts of which class it would run, which it would not reach and why, and starts nothing', async () => {
      await server.ok('PUT', '/api/v1/hosts/a-4/hold', { until: null, why: 'its disk is being copied' });
      await server.ok('POST', '/api/v1/hosts', { name: 'c-1', address: '127.0.0.1', transport: 'agent', class: 'c' });
      await server.ok('POST', '/api/v1/maintenance', {
        ...{ targets: { hosts: ['b-1'] }, why: 'kernel upgrade' },
        until: new Date(Date.now() + 3_600_000).toISOString(),
      });
      const found = await preview(request(['a-1', 'a-4', 'b-1', 'c-1']));
      expect(found).toMatchObject({
        ...{
          runbook: expect.stringMatching(/^triage-60s@/),
          cost: 'light',
          hosts: 4,
          ready: 2,
          frozen: null,
          approval: [],
        },
        classes: [
          { class: 'a', hosts: 2, ready: 1 },
          { class: 'b', hosts: 1, ready: 1 },
          { class: 'c', hosts: 1, ready: 0 },
        ],
      });
      expect(found.attention).toEqual([
        expect.objectContaining({
          host: 'a-4',
          kind: 'held',
          why: expect.stringContaining('its disk is being copied'),
          runs: false,
        }),
        expect.objectContaining({
          host: 'b-1',
          kind: 'maintenance',
          why: expect.stringContaining('kernel upgrade'),
          runs: true,
        }),
        expect.objectContaining({ host: 'c-1', kind: 'agent-offline', runs: false }),
      ]);
      expect(await server.sql('SELECT id FROM investigation')).toEqual([]);
      await server.ok('DELETE', '/api/v1/hosts/a-4/hold');
      await server.ok('DELETE', '/api/v1/hosts/c-1');
    });

    it('tells the cost from the limits of the runbook first, and from earlier runs once there are some', async () => {
      const { estimate: before } = await preview(request(['a-1', 'a-2', 'a-3']));
      expect(before).toMatchObject({ basis: 'bounds', runs: 0, perHost: { cpuSeconds: null } });
      expect(before.total.bytes).toBe(3 * before.perHost.bytes);
      await server.ended(await server.triage(['a-1', 'a-2', 'a-3']));
      const { estimate: after } = await preview(request(['a-1', 'a-2', 'a-3']));
      expect(after).toMatchObject({ basis: 'earlier-runs', runs: 3 });
      const [{ median } = { median: 0 }] = await server.sql<{ median: number }>(
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (cost->>'bytes')::float8) AS median FROM run",
      );
      expect(after.perHost.bytes).toBe(median);
      expect(after.total.cpuSeconds).toBeCloseTo(3 * after.perHost.cpuSeconds);
      // Other parameters cost something else.
      const other = await preview(request(['a-1'], { parameters: { window: '7s' } }));
      expect(other.estimate.basis).toBe('bounds');
    });

    it('says whose word it needs, that the fleet is frozen, and refuses what the request itself would be refused', async () => {
      await server.addLocalHosts(['d-1', 'd-2', 'd-3'], 'd');
      const wide = await preview({ runbook: 'triage-60s', targets: { all: true } });
      expect(wide.approval).toEqual([expect.stringMatching(/ hosts are more than the 8 that one person may ask for$/)]);
      await server.ok('PUT', '/api/v1/freeze', { why: 'the sale' });
      expect((await preview(request(['a-1']))).frozen).toContain('the sale');
      await server.ok('DELETE', '/api/v1/freeze');
      const { token } = (await server.ok('POST', '/api/v1/tokens', {
        ...{ name: 'ann', role: 'operator', scope: { classes: ['b'], labels: {} } },
      })) as { token: string };
      expect((await server.call('POST', '/api/v1/investigations/preview', request(['a-1']), { token })).status).toBe(
        403,
      );
    });

    it('is what --dry-run prints', async () => {
      const said = await cli('triage', 'a-1', 'b-1', '--window', '1s', '--dry-run');
      expect(said.code).toBe(0);
      expect(said.out).toMatch(/would run on 2 of 2 hosts; nothing was started/);
      expect(said.out).toMatch(/b-1: maintenance: kernel upgrade/);
      expect(said.out).toMatch(/median of the latest 3 runs/);
      const data = await cli('run', 'triage-60s', 'a-1', '--dry-run', '--json');
      expect(JSON.parse(data.out)).toMatchObject({ hosts: 1, ready: 1 });
      expect(await server.sql('SELECT id FROM investigation')).toHaveLength(1);
    });
  });
});
