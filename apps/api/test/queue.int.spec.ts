import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../test/support/processes';
import { TestRedis } from '../../../test/support/redis';
import { TestPostgres, TestServer } from '../../../test/support/server';

type Run = { id: string; host: string; state: string; reason: string | null; attempt: number };
const HOSTS = ['q-1', 'q-2', 'q-3'];

/** The same contract, whatever dispatches: BullMQ on the embedded Postgres, BullMQ on Redis. */
describe.each(['postgres', 'redis'] as const)('the queue on %s', (backend) => {
  let postgres: TestPostgres;
  let redis: TestRedis | undefined;
  let server: TestServer;
  let silent: Server;
  const sockets = new Set<Socket>();
  const keys = mkdtempSync(join(tmpdir(), 'fleetscope-keys-'));

  beforeAll(async () => {
    postgres = await TestPostgres.start(`queue-${backend}`);
    if (backend === 'redis') redis = await TestRedis.start();
    const env: Record<string, string> = {
      FLEETSCOPE_LOG_LEVEL: 'warn',
      FLEETSCOPE_MAX_SESSIONS: '4',
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
    server = await TestServer.start(await postgres.createDatabase('queue'), env);
    await server.addLocalHosts(HOSTS);
    // Accepts connections and says nothing: a run on it waits in its handshake.
    silent = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, 'key')]);
    const { port } = silent.address() as AddressInfo;
    for (const name of ['silent-1', 'silent-2', 'silent-3', 'silent-4', 'silent-5', 'silent-6'])
      await server.ok('POST', '/api/v1/hosts', { name, address: '127.0.0.1', port, identityFile: join(keys, 'key') });
  });

  afterAll(async () => {
    await server.stop();
    for (const socket of sockets) socket.destroy();
    silent.close();
    redis?.stop();
    await postgres.stop();
    rmSync(keys, { recursive: true, force: true });
  });

  const runs = async (id: string): Promise<Run[]> => (await server.snapshot(id)).runs as Run[];
  const starts = async (id: string): Promise<number> => {
    const { events } = (await server.ok('GET', `/api/v1/investigations/${id}/events`)) as {
      events: { type: string; state?: string }[];
    };
    return events.filter(({ type, state }) => type === 'run' && state === 'running').length;
  };
  /** Everything the dispatcher holds, gone behind its back. */
  const emptyQueue = async (): Promise<void> => {
    if (redis) {
      await redis.command('FLUSHALL');
      return;
    }
    const tables = await server.sql<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE tablename ~ 'job' AND schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(0);
    for (const { name } of tables) await server.sql(`TRUNCATE ${name} CASCADE`);
  };
  const cancelAndEnd = async (id: string): Promise<void> => {
    await server.call('POST', `/api/v1/investigations/${id}/cancel`);
    await server.ended(id);
  };

  it('dispatches on the backend it was given', async () => {
    const id = await server.triage(['q-1']);
    await server.ended(id);
    if (redis) expect(await redis.command('DBSIZE')).not.toBe(':0');
    const [{ count } = { count: '' }] = await server.sql<{ count: string }>(
      "SELECT count(*) FROM pg_tables WHERE tablename ~ 'job'",
    );
    expect(Number(count) > 0).toBe(backend === 'postgres');
  });

  it('executes every run once', async () => {
    const id = await server.triage(HOSTS);
    const { investigation, runs: ended } = await server.ended(id);
    expect(investigation).toMatchObject({ state: 'succeeded', coverage: { targeted: 3, answered: 3, pending: 0 } });
    expect((ended as Run[]).map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    expect(await starts(id)).toBe(3);
    expect(await server.sql('SELECT * FROM outbox')).toEqual([]);
  });

  it('executes a run once that it was handed again and again, before, while and after it ran', async () => {
    const id = await server.triage(HOSTS);
    const again = (): Promise<unknown> =>
      server.sql(
        'INSERT INTO outbox (run_id) SELECT r.id FROM run r, generate_series(1, 3) WHERE r.investigation_id = $1',
        [id],
      );
    await again();
    await until('a run to run', async () => (await runs(id)).some(({ state }) => state === 'running'), 8_000);
    await again();
    await server.ended(id);
    await again();
    await until('the outbox to be empty', async () => (await server.sql('SELECT * FROM outbox')).length === 0, 5_000);
    expect((await runs(id)).map(({ attempt, state }) => [attempt, /succeeded|partial/.test(state)])).toEqual([
      [1, true],
      [1, true],
      [1, true],
    ]);
    expect(await starts(id)).toBe(3);
    const rows = await server.sql<{ count: string }>(
      'SELECT count(*) FROM evidence e JOIN run r ON r.id = e.run_id WHERE r.investigation_id = $1 GROUP BY e.run_id, e.step, e.stream',
      [id],
    );
    expect(rows.every(({ count }) => count === '1')).toBe(true);
  });

  it('brings back runs that an emptied queue forgot, and the investigation ends', async () => {
    // Four sessions are taken by hosts that say nothing, so that the others wait in the queue when it is emptied.
    const blocker = await server.triage(['silent-1', 'silent-2', 'silent-3', 'silent-4']);
    await until(
      'the sessions to be taken',
      async () => (await runs(blocker)).every(({ state }) => state === 'leased'),
      8_000,
    );
    const id = await server.triage(HOSTS);
    await until(
      'the outbox to be handed over',
      async () => (await server.sql('SELECT * FROM outbox')).length === 0,
      5_000,
    );
    expect((await runs(id)).map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
    await emptyQueue();
    await cancelAndEnd(blocker);
    const { investigation } = await server.ended(id);
    expect(investigation).toMatchObject({ state: 'succeeded', coverage: { targeted: 3, answered: 3 } });
    expect(await starts(id)).toBe(3);
  });

  it('ends a cancelled investigation whose runs had not begun, and none of them begins', async () => {
    const blocker = await server.triage(['silent-1', 'silent-2', 'silent-3', 'silent-4']);
    await until(
      'the sessions to be taken',
      async () => (await runs(blocker)).every(({ state }) => state === 'leased'),
      8_000,
    );
    const id = await server.triage(HOSTS);
    expect((await server.call('POST', `/api/v1/investigations/${id}/cancel`)).status).toBe(202);
    const { investigation, runs: ended } = await server.ended(id, 2_000);
    expect(investigation).toMatchObject({ state: 'cancelled', coverage: { cancelled: 3, pending: 0 } });
    for (const run of ended as Run[])
      expect(run).toMatchObject({ state: 'cancelled', attempt: 0, reason: 'cancelled by admin before it started' });
    const again = await server.call('POST', `/api/v1/investigations/${id}/cancel`);
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining('ended already')]);
    await cancelAndEnd(blocker);
    expect(await starts(id)).toBe(0);
  });

  it('ends runs that never had their turn when the time of the investigation is up, and says so', async () => {
    const blocker = await server.triage(['silent-1', 'silent-2', 'silent-3', 'silent-4']);
    await until(
      'the sessions to be taken',
      async () => (await runs(blocker)).every(({ state }) => state === 'leased'),
      8_000,
    );
    const id = await server.triage(HOSTS);
    await server.sql('UPDATE investigation SET deadline = now() WHERE id = $1', [id]);
    const { investigation, runs: ended } = await server.ended(id, 10_000);
    expect(investigation).toMatchObject({
      state: 'succeeded',
      coverage: { expired: 3, answered: 0, pending: 0 },
      verdict: { holds: false },
    });
    for (const run of ended as Run[])
      expect(run).toMatchObject({
        state: 'expired',
        attempt: 0,
        reason: expect.stringMatching(/time of the investigation was up/),
      });
    await cancelAndEnd(blocker);
  });

  it('stops a run at the end of the time, and keeps what had arrived', async () => {
    const id = await server.triage(['q-1'], '30s');
    await until('the run to run', async () => (await runs(id)).some(({ state }) => state === 'running'), 8_000);
    await until(
      'a step to print',
      async () => /"bytes":[1-9]/.test(JSON.stringify((await server.snapshot(id)).runs)),
      8_000,
    );
    await server.sql("UPDATE investigation SET deadline = now() + interval '1 second' WHERE id = $1", [id]);
    const { runs: ended } = await server.ended(id, 10_000);
    expect(ended[0]).toMatchObject({
      state: 'partial',
      reason: expect.stringMatching(/time of the investigation was up; kept/),
    });
    expect(((await server.ok('GET', `/api/v1/runs/${ended[0].id}/evidence`)) as unknown[]).length).toBeGreaterThan(0);
  });

  it('tries a run again at once whose worker was killed before the probe began', async () => {
    const id = await server.triage(['silent-5']);
    await until('the run to be leased', async () => (await runs(id))[0]?.state === 'leased', 8_000);
    expect((await runs(id))[0]?.attempt).toBe(1);
    await server.kill();
    await server.up();
    await until('the second attempt', async () => (await runs(id))[0]?.attempt === 2, 5_000);
    await cancelAndEnd(id);
  });

  it('runs what waited in the queue when the control plane was killed', async () => {
    const blocker = await server.triage(['silent-1', 'silent-2', 'silent-3', 'silent-4']);
    await until(
      'the sessions to be taken',
      async () => (await runs(blocker)).every(({ state }) => state === 'leased'),
      8_000,
    );
    const id = await server.triage(['q-2']);
    await until(
      'the outbox to be handed over',
      async () => (await server.sql('SELECT * FROM outbox')).length === 0,
      5_000,
    );
    await server.kill();
    await server.sql('UPDATE investigation SET cancel_requested = true WHERE id = $1', [blocker]);
    await server.up();
    const { runs: ended } = await server.ended(id);
    expect(ended[0]).toMatchObject({ state: expect.stringMatching(/succeeded|partial/), attempt: 1 });
    // Nobody was there to end what was cancelled meanwhile; the next process does.
    const { investigation, runs: blocked } = await server.ended(blocker, 5_000);
    expect(investigation).toMatchObject({ state: 'cancelled', coverage: { cancelled: 4, expired: 0 } });
    for (const run of blocked as Run[]) expect(run.reason).toMatch(/^cancelled before/);
  });
});
