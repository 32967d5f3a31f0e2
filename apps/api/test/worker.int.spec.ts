import { rmSync } from 'node:fs';
import { until } from '../../../test/support/processes';
import { freePort, temporaryDir, TestPostgres, TestServer, WorkerProcess } from '../../../test/support/server';

/** The API in one process, the work in another, on one database. */
describe('an api and a worker of its own', () => {
  const evidence = temporaryDir('evidence');
  let postgres: TestPostgres;
  let api: TestServer;
  let worker: WorkerProcess;

  const states = async (id: string): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await api.snapshot(id)).runs.map(({ host, state }: { host: string; state: string }) => [host, state]),
    );

  /** A worker takes a while to start: that is not what ends an investigation here. */
  const triage = async (hosts: string[], window: string): Promise<string> => {
    const id = await api.triage(hosts, window);
    await api.sql("UPDATE investigation SET deadline = now() + interval '5 minutes' WHERE id = $1", [id]);
    return id;
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('worker');
    const databaseUrl = await postgres.createDatabase('worker');
    const env = { FLEETSCOPE_EVIDENCE: evidence, FLEETSCOPE_SECRET_KEY: 'ab'.repeat(32), FLEETSCOPE_MAX_SESSIONS: '1' };
    api = await TestServer.start(databaseUrl, { ...env, FLEETSCOPE_ROLE: 'api' });
    await api.addLocalHosts(['web-1', 'web-2'], 'web');
    worker = new WorkerProcess({ ...env, DATABASE_URL: databaseUrl }, await freePort());
  });

  afterAll(async () => {
    await worker.stop();
    await api.stop();
    await postgres.stop();
    rmSync(evidence, { recursive: true, force: true });
  });

  it('without a worker nothing runs; once there is one, what waited does, and the API shows all of it', async () => {
    const id = await triage(['web-1'], '1s');
    await new Promise((done) => setTimeout(done, 3_000));
    expect(await states(id)).toEqual({ 'web-1': 'queued' });
    await worker.up();
    const { investigation, runs } = await api.ended(id, 60_000);
    expect(investigation).toMatchObject({ state: 'succeeded', coverage: { answered: 1 } });
    const raw = await api.call('GET', `/api/v1/runs/${runs[0].id}/evidence/vmstat`);
    expect([raw.status, raw.text]).toEqual([200, expect.stringContaining('procs')]);
  });

  it('the worker says that it is well, and has metrics for who may ask; it has no API', async () => {
    expect(JSON.parse((await worker.get('/healthz')).text)).toMatchObject({ status: 'ok', role: 'worker' });
    expect(await worker.get('/metrics')).toMatchObject({ status: 401, type: 'application/problem+json' });
    const { token } = (await api.ok('POST', '/api/v1/tokens', { name: 'prometheus', role: 'viewer' })) as {
      token: string;
    };
    const metrics = await worker.get('/metrics', { authorization: `Bearer ${token}` });
    expect([metrics.status, metrics.type]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)]);
    for (const family of [
      'fleetscope_runs',
      'fleetscope_handshake_failures_total',
      'fleetscope_nodejs_eventloop_lag_seconds',
    ])
      expect(metrics.text).toContain(`# TYPE ${family} `);
    for (const path of ['/api/v1/hosts', '/', '/metrics/x'])
      expect([path, (await worker.get(path, { authorization: `Bearer ${token}` })).status]).toEqual([path, 404]);
  });

  it('killed in mid-run and started again, it keeps what had arrived and does what waited, once each', async () => {
    const id = await triage(['web-1', 'web-2'], '8s');
    const running = async (): Promise<string | undefined> =>
      Object.entries(await states(id)).find(([, state]) => state === 'running')?.[0];
    await until('a run to be under way', async () => (await running()) !== undefined, 20_000);
    // It has sampled for a while: some of its bytes are there.
    await new Promise((done) => setTimeout(done, 3_000));
    const [first, second] = (await running()) === 'web-1' ? ['web-1', 'web-2'] : ['web-2', 'web-1'];
    expect((await states(id))[second]).toBe('queued');
    await worker.end('SIGKILL');
    await worker.up();
    const { investigation, runs } = await api.ended(id, 90_000);
    expect(investigation).toMatchObject({ state: 'succeeded', coverage: { targeted: 2, answered: 2 } });
    const of = (host: string): { id: string; state: string; reason: string | null; attempt: number } =>
      runs.find((run: { host: string }) => run.host === host);
    expect(of(first)).toMatchObject({ state: 'partial', reason: expect.any(String) });
    expect(of(second)).toMatchObject({ state: 'succeeded' });
    const kept = (await api.ok('GET', `/api/v1/runs/${of(first).id}/evidence`)) as { size: number }[];
    expect(kept.reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(1_000);
    expect(runs).toHaveLength(2);
  });
});
