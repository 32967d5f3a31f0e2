import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { TestPostgres, TestServer } from '../../../test/support/server';

const LONG_AGO_DAYS = 40;

describe('retention', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const ids: Record<'old' | 'marked' | 'held' | 'scheduled' | 'young', string> = {
    ...{ old: '', marked: '', held: '', scheduled: '', young: '' },
  };

  const days = (kind: string, count: number): Promise<unknown> =>
    server.ok('PUT', `/api/v1/storage/retention/${kind}`, { days: count });
  const sweep = async (): Promise<{ removed: Record<string, number>; partitions: string[]; files: number }> =>
    (await server.ok('POST', '/api/v1/storage/sweep')) as never;
  const rows = async (table: string, id: string): Promise<number> => {
    const [row] = await server.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table} t JOIN run r ON r.id = t.run_id WHERE r.investigation_id = $1`,
      [id],
    );
    return row?.count ?? 0;
  };
  const hashes = async (id: string): Promise<string[]> =>
    (
      await server.sql<{ sha256: string }>(
        'SELECT DISTINCT e.sha256 FROM evidence e JOIN run r ON r.id = e.run_id WHERE r.investigation_id = $1',
        [id],
      )
    ).map(({ sha256 }) => sha256);
  const file = (sha256: string): string => join(server.dataDir, 'evidence', sha256.slice(0, 2), `${sha256}.gz`);
  const found = async (
    kind: string,
  ): Promise<{ bytes: number; keptDays: number | null; bytesPerDay: number | null; forecastBytes: number | null }> => {
    const { kinds } = await server.ok('GET', '/api/v1/storage');
    return kinds.find((one: { kind: string }) => one.kind === kind);
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('storage');
    server = await TestServer.start(await postgres.createDatabase('storage'));
    await server.addLocalHosts(['a']);
    for (const name of Object.keys(ids) as (keyof typeof ids)[]) {
      ids[name] = await server.triage(['a']);
      await server.ended(ids[name]);
    }
    const { young: _, ...aged } = ids;
    await server.sql(
      `UPDATE investigation SET created_at = created_at - interval '${LONG_AGO_DAYS} days' WHERE id = ANY($1)`,
      [Object.values(aged)],
    );
    await server.ok('PUT', `/api/v1/investigations/${ids.marked}/mark`, { kind: 'incident' });
    await server.ok('PUT', `/api/v1/investigations/${ids.held}/hold`, { why: 'for the lawyers' });
    // As a schedule marks what it has started.
    await server.sql(
      "INSERT INTO baseline_mark (investigation_id, kind, marked_by, marked_at) VALUES ($1, 'baseline', 'schedule:nightly', now())",
      [ids.scheduled],
    );
    await server.sql(
      `INSERT INTO baseline_sample (investigation_id, host_class, metric, runbook, at, host, value)
       VALUES ($1, 'test', 'cpu.utilization', 'triage-60s', now() - interval '${LONG_AGO_DAYS} days', '{a}', '{1}')`,
      [ids.scheduled],
    );
  });
  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('takes the evidence that is past its time, and of its files those that nothing else refers to', async () => {
    const [gone, kept] = [
      await hashes(ids.old),
      new Set((await Promise.all([ids.marked, ids.held, ids.young].map(hashes))).flat()),
    ];
    const only = gone.filter((sha256) => !kept.has(sha256));
    const scheduled = new Set(await hashes(ids.scheduled));
    const shared = gone.filter((sha256) => kept.has(sha256));
    expect(only.length).toBeGreaterThan(0);
    expect(shared.length).toBeGreaterThan(0);
    // One of them is being stored again at this moment; the others nobody has wanted for hours.
    const [wanted = '', ...rest] = only;
    for (const sha256 of new Set([...rest, ...shared, ...[...scheduled].filter((one) => one !== wanted)]))
      utimesSync(file(sha256), new Date(0), new Date(0));
    await days('evidence', 30);
    const swept = await sweep();
    expect(swept.removed['evidence']).toBe(2);
    expect(swept.files).toBeGreaterThanOrEqual(rest.length);
    expect(rest.filter((sha256) => existsSync(file(sha256)))).toEqual([]);
    expect(shared.filter((sha256) => !existsSync(file(sha256)))).toEqual([]);
    expect(existsSync(file(wanted))).toBe(true);
    expect(await rows('evidence', ids.old)).toBe(0);
    for (const name of ['marked', 'held', 'young'] as const)
      expect(await rows('evidence', ids[name])).toBeGreaterThan(0);
    // It still is an investigation with a verdict; and a second pass finds nothing.
    expect((await server.snapshot(ids.old)).investigation.verdict).not.toBeNull();
    expect((await sweep()).removed['evidence']).toBe(0);
    utimesSync(file(wanted), new Date(0), new Date(0));
    expect((await sweep()).files).toBe(1);
    expect(existsSync(file(wanted))).toBe(false);
  });

  it('takes each kind at its own time, events without their numbers', async () => {
    await days('observations', 30);
    await days('events', 30);
    await sweep();
    expect([await rows('step_observation', ids.old), await rows('step_observation', ids.young)]).toEqual([
      0,
      expect.any(Number),
    ]);
    expect(await rows('step_observation', ids.held)).toBeGreaterThan(0);
    expect((await server.ok('GET', `/api/v1/investigations/${ids.old}/events`)).events).toEqual([]);
    expect((await server.snapshot(ids.old)).seq).toBeGreaterThan(0);
  });

  it('drops months of measurements, but keeps what is marked or held', async () => {
    const month = async (year: number): Promise<string> => {
      await server.sql(
        `CREATE TABLE measurement_${year}_03 PARTITION OF measurement FOR VALUES FROM ('${year}-03-01') TO ('${year}-04-01')`,
      );
      return `measurement_${year}_03`;
    };
    const measure = (year: number, id: string): Promise<unknown> =>
      server.sql(
        `INSERT INTO measurement (at, run_id, resource, metric, instance, value)
         SELECT '${year}-03-05', id, 'cpu', '{}', '{}', '{}' FROM run WHERE investigation_id = $1`,
        [id],
      );
    const [empty, mixed] = [await month(2020), await month(2021)];
    await measure(2020, ids.old);
    for (const id of [ids.old, ids.held, ids.marked]) await measure(2021, id);
    const swept = await sweep();
    expect(swept.partitions).toEqual([empty]);
    expect(swept.removed['measurements']).toBe(1);
    const left = await server.sql<{ id: string }>(
      `SELECT r.investigation_id AS id FROM ${mixed} m JOIN run r ON r.id = m.run_id`,
    );
    expect(left.map(({ id }) => id).sort()).toEqual([ids.held, ids.marked].sort());
    // This month's is never dropped, however short the time.
    await days('measurements', 1);
    expect((await sweep()).partitions).not.toContain(
      `measurement_${new Date().toISOString().slice(0, 7).replace('-', '_')}`,
    );
  });

  it('takes whole investigations, with all that belongs to them; baselines outlive them', async () => {
    await days('investigations', 35);
    await sweep();
    expect((await server.call('GET', `/api/v1/investigations/${ids.old}`)).status).toBe(404);
    expect(await server.sql('SELECT 1 FROM event_counter WHERE investigation_id = $1', [ids.old])).toEqual([]);
    for (const name of ['marked', 'held', 'young'] as const)
      expect((await server.call('GET', `/api/v1/investigations/${ids[name]}`)).status).toBe(200);
    expect((await server.call('GET', `/api/v1/investigations/${ids.scheduled}`)).status).toBe(404);
    expect(await server.sql('SELECT 1 FROM baseline_sample WHERE investigation_id = $1', [ids.scheduled])).toHaveLength(
      1,
    );
    await days('baselines', 39);
    await sweep();
    expect(await server.sql('SELECT 1 FROM baseline_sample WHERE investigation_id = $1', [ids.scheduled])).toEqual([]);
    expect(await server.sql('SELECT 1 FROM baseline_mark WHERE investigation_id = $1', [ids.scheduled])).toEqual([]);
    // Released, it goes like any other.
    await server.ok('DELETE', `/api/v1/investigations/${ids.held}/hold`);
    await sweep();
    expect((await server.call('GET', `/api/v1/investigations/${ids.held}`)).status).toBe(404);
    const check = await server.ok('GET', '/api/v1/audit/check');
    expect(check.broken).toBeNull();
  });

  it('says what is in use, how it grows, and what it will come to', async () => {
    const audit = await found('audit');
    expect(audit).toMatchObject({ keptDays: null, bytesPerDay: null, forecastBytes: null });
    expect(audit.bytes).toBeGreaterThan(0);
    expect((await found('evidence')).keptDays).toBe(30);
    const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    for (const [ago, bytes] of [
      [4, 1_000_000],
      [2, 1_400_000],
      [0, 1_800_000],
    ] as const)
      await server.sql("INSERT INTO storage_sample (day, kind, bytes) VALUES ($1, 'events', $2)", [day(ago), bytes]);
    expect(await found('events')).toMatchObject({ bytesPerDay: 200_000, forecastBytes: 6_000_000 });
    const { bytes, kinds, daysLeft, freeBytes } = await server.ok('GET', '/api/v1/storage');
    expect(bytes).toBe(kinds.reduce((sum: number, kind: { bytes: number }) => sum + kind.bytes, 0));
    expect(daysLeft).toBeCloseTo(freeBytes / 200_000, 0);
  });

  it('measures the disk of the evidence where it has one of its own', async () => {
    // Not the disk of temporary files, wherever those are.
    const elsewhere = mkdtempSync('/dev/shm/fleetscope-evidence-');
    const free = (dir: string): number => {
      const { bavail, bsize } = statfsSync(dir);
      return bavail * bsize;
    };
    const apart = await TestServer.start(server.databaseUrl, { FLEETSCOPE_EVIDENCE: join(elsewhere, 'evidence') });
    try {
      expect(statSync(elsewhere).dev).not.toBe(statSync(apart.dataDir).dev);
      // Nothing grows there, and events do (the test before): the data directory's disk is full first.
      const before = await apart.ok('GET', '/api/v1/storage');
      expect(before.daysLeft).toBeCloseTo(before.freeBytes / 200_000, 0);
      const growth = free(elsewhere) / 10;
      for (const [ago, bytes] of [
        [2, 0],
        [0, Math.round(growth * 2)],
      ] as const)
        await server.sql(
          `INSERT INTO storage_sample (day, kind, bytes) VALUES (current_date - $1::int, 'evidence', $2)
           ON CONFLICT (day, kind) DO UPDATE SET bytes = EXCLUDED.bytes`,
          [ago, bytes],
        );
      const { freeBytes, daysLeft } = await apart.ok('GET', '/api/v1/storage');
      expect(daysLeft).toBeCloseTo(10, 0);
      expect(Math.abs(freeBytes - free(elsewhere)) / freeBytes).toBeLessThan(0.05);
      const together = await server.ok('GET', '/api/v1/storage');
      expect(together.daysLeft).toBeCloseTo(together.freeBytes / (growth + 200_000), 0);
    } finally {
      await apart.stop();
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it('is changed by administrators, who are written down', async () => {
    const entries = (await server.ok('GET', '/api/v1/audit')) as { action: string; subject: string; detail: object }[];
    expect(entries.find(({ action }) => action === 'retention.set')).toMatchObject({
      subject: 'baselines',
      detail: { days: 39 },
    });
    expect(entries.find(({ action }) => action === 'storage.sweep')).toMatchObject({
      detail: { files: expect.any(Number) },
    });
    const { status, body } = await server.call('PUT', '/api/v1/storage/retention/audit', { days: 1 });
    expect([status, body.errors[0].path]).toEqual([400, 'kind']);
  });
});
