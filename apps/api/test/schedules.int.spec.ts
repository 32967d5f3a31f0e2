import { until } from '../../../test/support/processes';
import { join } from 'node:path';
import { callBuilt, ROOT, temporaryDir, TestPostgres, TestServer } from '../../../test/support/server';

interface Firing {
  due: string;
  state: string;
  why: string | null;
  detail: string | null;
  investigation: string | null;
  baseline: string;
  baselineReason: string | null;
}

const request = { runbook: 'triage-60s', targets: { classes: ['web'] }, parameters: { window: '1s' } };
const NEVER = '0 0 1 1 *';
/** Once a day; `comeDue` lets it come. */
const AT_TEN = '0 10 * * *';

/** Made once: each database of a test begins as this one. */
const migrated = 'migrated';

describe('schedules', () => {
  let postgres: TestPostgres;
  let servers: TestServer[] = [];

  /** A control plane whose schedules believe that it is `clock`. */
  const at = async (databaseUrl: string, clock: string, dataDir?: string): Promise<TestServer> => {
    const env = { FLEETSCOPE_CLOCK: clock, FLEETSCOPE_LOG_LEVEL: 'warn' };
    const server = new TestServer(databaseUrl, env, dataDir ?? temporaryDir('schedules'));
    servers.push(server);
    await server.up();
    return server;
  };
  const fleet = async (server: TestServer): Promise<TestServer> => {
    await server.addLocalHosts(['web-1', 'web-2'], 'web');
    return server;
  };
  const add = (server: TestServer, input: object): Promise<unknown> =>
    server.ok('POST', '/api/v1/schedules', { name: 'nightly', cron: NEVER, request, ...input });
  const history = async (server: TestServer, name = 'nightly'): Promise<Firing[]> =>
    (await server.ok('GET', `/api/v1/schedules/${name}/history`)) as Firing[];
  /** Decided on: started or not. */
  const decided = async (
    server: TestServer,
    count: number,
    name = 'nightly',
    timeoutMs = 15_000,
  ): Promise<Firing[]> => {
    let rows: Firing[] = [];
    await until(
      `${count} times of ${name} to be decided on`,
      async () => {
        rows = await history(server, name);
        return rows.filter(({ state }) => state !== 'waiting').length >= count;
      },
      timeoutMs,
    );
    return rows;
  };
  const investigations = async (server: TestServer): Promise<{ id: string; requestedBy: string; hosts: number }[]> =>
    (await server.ok('GET', '/api/v1/investigations')) as { id: string; requestedBy: string; hosts: number }[];
  /** Long enough for what was due to have been started a second time, if it could be. */
  const rounds = (): Promise<void> => new Promise((done) => setTimeout(done, 5_000));

  beforeAll(async () => {
    postgres = await TestPostgres.start('schedules');
    const { error } = await callBuilt('platform/migrator.js', 'applyMigrations', [
      await postgres.createDatabase(migrated),
      join(ROOT, 'prisma', 'migrations'),
    ]);
    if (error) throw new Error(error.message);
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    servers = [];
  });
  afterAll(() => postgres.stop());

  it.each([
    ['spring', '2026-03-29T00:50:00Z', '2026-03-29T01:30:00.000Z', '2026-03-29T01:45:00Z'],
    ['autumn', '2026-10-25T00:10:00Z', '2026-10-25T00:30:00.000Z', '2026-10-25T01:29:59Z'],
  ])(
    'in the night of the change in %s fires once, with two control planes, one of them killed and started anew',
    async (season, before, due, later) => {
      const url = await postgres.createDatabase(`change_${season}`, migrated);
      const first = await fleet(await at(url, before));
      await add(first, { cron: '30 2 * * *', tz: 'Europe/Berlin', window: '10m' });
      await first.kill();
      const [row] = await first.sql<{ next_due: Date }>('SELECT next_due FROM schedule');
      expect(row?.next_due.toISOString()).toBe(due);
      // Both are there when the time comes, as they are told at once; which of them starts it is nobody's business.
      await first.sql('UPDATE schedule SET next_due = NULL');
      const [one] = await Promise.all([at(url, due), at(url, due)]);
      await first.sql('UPDATE schedule SET next_due = $1', [due]);
      const [firing] = await decided(one, 1);
      expect(firing).toMatchObject({ due, state: 'started' });
      await Promise.all(servers.map((server) => server.kill()));
      // Again just before the hour that comes twice would have it a second time.
      const again = await at(url, later);
      await rounds();
      expect((await history(again)).map((row) => row.due)).toEqual([due]);
      expect(await investigations(again)).toHaveLength(1);
      const runs = await again.sql<{ count: string }>(
        'SELECT count(*) FROM run WHERE investigation_id = $1 GROUP BY host_name',
        [firing?.investigation],
      );
      expect(runs.map(({ count }) => count)).toEqual(['1', '1']);
    },
  );

  describe('on one control plane', () => {
    let server: TestServer;

    beforeAll(async () => {
      server = await fleet(await at(await postgres.createDatabase('one', migrated), '2026-06-01T10:00:05Z'));
      servers = [];
    });
    afterEach(async () => {
      for (const { name } of await server.ok('GET', '/api/v1/schedules'))
        await server.ok('DELETE', `/api/v1/schedules/${name}`);
    });
    afterAll(() => server.stop());

    /** As if nobody had looked since a minute before ten. */
    const comeDue = async (name = 'nightly'): Promise<void> => {
      await server.sql(
        "UPDATE schedule SET decided_to = '2026-06-01T09:59:00Z', next_due = '2026-06-01T10:00:00Z' WHERE name = $1",
        [name],
      );
    };
    const addAtTen = async (input: { name?: string; [field: string]: unknown }): Promise<void> => {
      await add(server, { cron: AT_TEN, window: '30m', ...input });
      await comeDue(input.name);
    };

    it('what was started is known to be, though the process was killed before it wrote that down', async () => {
      await addAtTen({});
      const [firing] = await decided(server, 1);
      await server.ended(firing?.investigation ?? '');
      const before = await investigations(server);
      await server.kill();
      await server.sql("UPDATE schedule_firing SET state = 'waiting', baseline = 'no'");
      await server.up();
      expect(await decided(server, 1)).toMatchObject([{ state: 'started', investigation: firing?.investigation }]);
      expect(await investigations(server)).toHaveLength(before.length);
    });

    it('times that nobody was there for are told, and made up for once where that is wanted', async () => {
      const before = await investigations(server);
      const cron = '20 * * * *';
      await add(server, { name: 'skips', cron });
      await add(server, { name: 'makes-up', cron, missed: 'run-once' });
      await add(server, { name: 'has-a-window', cron, window: '45m' });
      // As if the last who looked had done so at six.
      await server.sql("UPDATE schedule SET decided_to = '2026-06-01T06:00:00Z', next_due = '2026-06-01T06:20:00Z'");
      const skipped = await decided(server, 4, 'skips');
      expect(skipped.map(({ why, due }) => [why, due.slice(11, 16)])).toEqual([
        ['missed', '09:20'],
        ['missed', '08:20'],
        ['missed', '07:20'],
        ['missed', '06:20'],
      ]);
      expect((await decided(server, 4, 'makes-up')).map(({ state }) => state)).toEqual([
        'started',
        'not-started',
        'not-started',
        'not-started',
      ]);
      expect((await decided(server, 4, 'has-a-window'))[0]).toMatchObject({
        state: 'started',
        due: expect.stringMatching('09:20'),
      });
      expect(await investigations(server)).toHaveLength(before.length + 2);
    });

    describe('changed', () => {
      const change = (changes: object, options?: object): Promise<{ status: number; body: unknown }> =>
        server.call('PATCH', '/api/v1/schedules/nightly', changes, options);

      it('it has new times and asks for something else; what became of its earlier times stays', async () => {
        await addAtTen({ request: { ...request, reason: 'as ever', escalate: { hosts: 2 } } });
        const [firing] = await decided(server, 1);
        const audited = async (): Promise<unknown> => (await server.ok('GET', '/api/v1/audit?limit=1'))[0];
        const changed = await server.ok('PATCH', '/api/v1/schedules/nightly', {
          ...{ cron: '0 11 * * *', tz: 'Europe/Berlin', jitter: '5m', window: null, overlap: 'queue' },
          request: { targets: { hosts: ['web-1'] }, escalate: null },
        });
        expect(changed).toMatchObject({
          ...{
            cron: '0 11 * * *',
            tz: 'Europe/Berlin',
            jitter: '300s',
            window: null,
            overlap: 'queue',
            missed: 'skip',
          },
          next: expect.arrayContaining(['2026-06-02T09:00:00.000Z']),
          last: { investigation: firing?.investigation, state: 'started' },
        });
        expect(changed.request).toEqual({
          ...{ runbook: 'triage-60s', targets: { hosts: ['web-1'] }, parameters: { window: '1s' }, reason: 'as ever' },
        });
        expect(await history(server)).toHaveLength(1);
        expect(await audited()).toMatchObject({
          ...{ action: 'schedule.change', subject: 'nightly', actor: 'admin' },
          detail: {
            changes: { cron: '0 11 * * *', tz: 'Europe/Berlin' },
            before: { cron: AT_TEN, tz: 'UTC', window: '1800s', request: { targets: { classes: ['web'] } } },
          },
        });
        // It comes by its new times, and starts what it asks for now.
        await server.sql(
          "UPDATE schedule SET decided_to = '2026-06-01T08:59:00Z', next_due = '2026-06-01T09:00:00Z', window_ms = 7200000, jitter_ms = 0",
        );
        const [latest, earlier] = [...(await decided(server, 2))].sort((a, b) => (a.due < b.due ? -1 : 1));
        expect([latest?.due, earlier?.due]).toEqual(['2026-06-01T09:00:00.000Z', '2026-06-01T10:00:00.000Z']);
        const { runs } = await server.snapshot(latest?.investigation ?? '');
        expect(runs.map(({ host }: { host: string }) => host)).toEqual(['web-1']);
      });

      it('while times of the old expression are due and nobody has looked: those are written down, and no time twice', async () => {
        await add(server, { cron: '*/20 * * * *', missed: 'skip' });
        // 9:20 and 9:40 were due and nobody was there; with the new times 9:30 would have been.
        await server.sql("UPDATE schedule SET decided_to = '2026-06-01T09:10:00Z', next_due = NULL");
        expect((await change({ cron: '30 * * * *' })).status).toBe(200);
        const rows = (await history(server)).filter(({ due }) => due < '2026-06-01T10:00');
        expect(rows.map(({ due, why }) => [due.slice(11, 16), why])).toEqual([
          ['09:40', 'missed'],
          ['09:20', 'missed'],
        ]);
        expect((await server.ok('GET', '/api/v1/schedules/nightly')).next[0]).toBe('2026-06-01T10:30:00.000Z');
      });

      it('it runs as whoever changed it, who must have its role; what can’t start is refused', async () => {
        await add(server, {});
        const { token } = (await server.ok('POST', '/api/v1/tokens', { name: 'editor', role: 'operator' })) as {
          token: string;
        };
        expect(await change({ request: { reason: 'mine now' } }, { token })).toMatchObject({
          ...{ status: 403, body: { detail: 'it runs as admin, and editor has operator' } },
        });
        expect((await change({ role: 'commander' }, { token })).status).toBe(400);
        expect(await change({ role: 'operator' }, { token })).toMatchObject({
          status: 200,
          body: { role: 'operator' },
        });
        const [row] = await server.sql<{ id: string }>("SELECT runs_as->>'id' AS id FROM schedule");
        expect(row?.id).not.toContain('admin');
        for (const [wrong, status] of [
          [{ cron: '61 * * * *' }, 400],
          [{ tz: 'Mars/Olympus' }, 400],
          [{ name: 'other' }, 400],
          [{ request: { runbook: 'nothing' } }, 404],
          [{ request: { targets: { classes: ['none'] } } }, 422],
          [{ request: { despiteFreeze: true } }, 400],
        ] as const)
          expect([wrong, (await change(wrong)).status]).toEqual([wrong, status]);
        expect((await server.call('PATCH', '/api/v1/schedules/nobody', { baseline: false })).status).toBe(404);
        expect(await server.ok('GET', '/api/v1/schedules/nightly')).toMatchObject({ cron: NEVER, tz: 'UTC' });
      });
    });

    it('a run of the clock is an investigation that a schedule asked for, spread over its hosts', async () => {
      await addAtTen({ jitter: '8s' });
      const [firing] = await decided(server, 1);
      const offsets = await server.sql<{ after: number }>(
        `SELECT extract(epoch FROM o.not_before - i.created_at)::float8 AS after FROM outbox o
         JOIN run r ON r.id = o.run_id JOIN investigation i ON i.id = r.investigation_id ORDER BY r.host_name`,
      );
      expect(offsets.length).toBeGreaterThan(0);
      for (const { after } of offsets) expect(after).toBeLessThan(9);
      const { investigation } = await server.ended(firing?.investigation ?? '', 40_000);
      expect(investigation).toMatchObject({
        requestedBy: 'schedule:nightly',
        reason: 'schedule nightly',
        coverage: { targeted: 2, answered: 2 },
      });
      const starts = await server.sql<{ apart: number }>(
        'SELECT extract(epoch FROM max(started_at) - min(started_at))::float8 AS apart FROM run WHERE investigation_id = $1',
        [investigation.id],
      );
      // web-1 and web-2 have shares of their own of the eight seconds.
      expect(starts[0]?.apart).toBeGreaterThan(0.8);
    });

    it('what it measures feeds the baseline; what is critical, or marked by somebody, does not', async () => {
      await add(server, {});
      const run = async (): Promise<string> =>
        ((await server.ok('POST', '/api/v1/schedules/nightly/run-now')) as { investigation: string }).investigation;
      const fed = async (id: string): Promise<Firing> => {
        let row: Firing | undefined;
        await until(
          'the baseline to be fed or not',
          async () => {
            row = (await history(server)).find(({ investigation }) => investigation === id);
            return row !== undefined && row.baseline !== 'waiting';
          },
          30_000,
        );
        return row as Firing;
      };
      // This machine may be busy with anything: whether it is found critical is set here, as soon as it has ended.
      const critical = (severity: string): Promise<unknown> =>
        server.sql(`CREATE OR REPLACE FUNCTION said() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.verdict IS NOT NULL THEN
            NEW.verdict := jsonb_set(NEW.verdict, '{statements}', '[{"severity": "${severity}", "text": "planted", "hosts": [], "rules": []}]');
          END IF; RETURN NEW; END $$`);
      await critical('info');
      await server.sql('CREATE TRIGGER said BEFORE UPDATE ON investigation FOR EACH ROW EXECUTE FUNCTION said()');
      const quiet = await run();
      const quietFed = await fed(quiet);
      // Hosts with critical findings are left out all the same: on a busy machine there may be none left.
      if (quietFed.baseline === 'fed') {
        expect((await server.ok('GET', '/api/v1/marks'))[0]).toMatchObject({
          investigation: quiet,
          kind: 'baseline',
          markedBy: 'schedule:nightly',
        });
      } else expect(quietFed.baselineReason).toMatch(/can feed a baseline/);
      await critical('crit');
      const sick = await run();
      expect(await fed(sick)).toMatchObject({
        baseline: 'kept-out',
        baselineReason: expect.stringMatching(/critical.*planted/),
      });
      expect(
        ((await server.ok('GET', '/api/v1/marks')) as { investigation: string }[]).some(
          ({ investigation }) => investigation === sick,
        ),
      ).toBe(false);
    });

    it('paused, it starts nothing and says so; resumed, it goes on', async () => {
      await add(server, { cron: AT_TEN });
      expect(await server.ok('POST', '/api/v1/schedules/nightly/pause')).toMatchObject({ paused: true, next: [] });
      await comeDue();
      expect(await decided(server, 1)).toMatchObject([{ state: 'not-started', why: 'paused' }]);
      const resumed = await server.ok('POST', '/api/v1/schedules/nightly/resume');
      expect(resumed.next[0]).toBe('2026-06-02T10:00:00.000Z');
      const actions = (await server.ok('GET', '/api/v1/audit')).map(({ action }: { action: string }) => action);
      expect(actions.slice(0, 3)).toEqual(['schedule.resume', 'schedule.pause', 'schedule.add']);
    });

    it.each([
      ['skip', 'not-started', 'overlap'],
      ['queue', 'started', null],
      ['allow', 'started', null],
    ])('while the one before it runs, %s: %s', async (overlap, state, why) => {
      await add(server, {
        cron: AT_TEN,
        overlap,
        window: '30m',
        request: { ...request, parameters: { window: '6s' } },
      });
      const { investigation } = await server.ok('POST', '/api/v1/schedules/nightly/run-now');
      await comeDue();
      const atTen = async (): Promise<Firing | undefined> =>
        (await history(server)).find((firing) => firing.due === '2026-06-01T10:00:00.000Z');
      await until('the time to be noticed', async () => (await atTen()) !== undefined, 15_000);
      if (overlap !== 'queue') {
        await until('it to be decided on', async () => (await atTen())?.state !== 'waiting', 15_000);
        expect(await atTen()).toMatchObject({ state, why });
        return;
      }
      // It has its turn when the other has ended, and not before.
      await until('its turn', async () => (await atTen())?.state === 'started', 60_000);
      const [one] = await server.sql<{ after: boolean }>(
        'SELECT b.created_at > a.ended_at AS after FROM investigation a, investigation b WHERE a.id = $1 AND b.id = $2',
        [investigation, (await atTen())?.investigation],
      );
      expect(one?.after).toBe(true);
    });

    it('a freeze keeps schedules from starting, stops what they started, and refuses people unless they insist', async () => {
      await addAtTen({ name: 'running', overlap: 'allow', request: { ...request, parameters: { window: '30s' } } });
      const [started] = await decided(server, 1, 'running');
      await server.ok('PUT', '/api/v1/freeze', { why: 'Black Friday' });
      const { investigation } = await server.ended(started?.investigation ?? '', 15_000);
      expect(investigation.state).toBe('cancelled');
      const refused = await server.call('POST', '/api/v1/investigations', request);
      expect([refused.status, refused.body.detail, refused.body.hint]).toEqual([
        409,
        expect.stringMatching(/frozen.*admin.*Black Friday/),
        expect.stringMatching(/--despite-freeze/),
      ]);
      const { token } = (await server.ok('POST', '/api/v1/tokens', { name: 'op', role: 'operator' })) as {
        token: string;
      };
      const despite = { ...request, despiteFreeze: true };
      expect((await server.call('POST', '/api/v1/investigations', despite, { token })).status).toBe(403);
      expect((await server.call('DELETE', '/api/v1/freeze', undefined, { token })).status).toBe(403);
      await server.ended(((await server.ok('POST', '/api/v1/investigations', despite)) as { id: string }).id);
      await server.sql('DELETE FROM schedule_firing');
      await comeDue('running');
      expect((await decided(server, 1, 'running')).at(-1)).toMatchObject({
        state: 'not-started',
        why: 'frozen',
        detail: expect.stringMatching(/Black Friday/),
      });
      await server.ok('DELETE', '/api/v1/freeze');
      expect(await server.ok('GET', '/api/v1/freeze')).toMatchObject({ frozen: false, why: null });
      const entries = (await server.ok('GET', '/api/v1/audit')) as { action: string; result: string; actor: string }[];
      const told = entries.map(({ actor, action, result }) => `${actor} ${action} ${result}`);
      for (const line of [
        'admin fleet.freeze done',
        'admin investigation.create denied',
        'op freeze.despite denied',
        'admin freeze.despite done',
        'admin fleet.unfreeze done',
      ])
        expect(told).toContain(line);
    });

    it('hosts in maintenance are left out; when all are, nothing starts', async () => {
      await server.addLocalHosts(['db-1'], 'db');
      const window = { why: 'new kernels', targets: { hosts: ['web-2'] }, until: '2026-06-01T12:00:00Z' };
      await server.ok('POST', '/api/v1/maintenance', window);
      // From ten for an hour, each day: it is that now.
      await server.ok('POST', '/api/v1/maintenance', {
        ...{ why: 'backup', targets: { classes: ['db'] }, cron: '0 10 * * *', duration: '1h' },
      });
      const later = { why: 'later', targets: { classes: ['web'] }, cron: '0 12 * * *', duration: '1h' };
      await server.ok('POST', '/api/v1/maintenance', later);
      const list = (await server.ok('GET', '/api/v1/maintenance')) as { active: boolean }[];
      expect(list.map(({ active }) => active)).toEqual([true, true, false]);
      await addAtTen({ name: 'some' });
      await addAtTen({ name: 'none', request: { ...request, targets: { classes: ['db'] } } });
      const [some] = await decided(server, 1, 'some');
      const { runs } = await server.snapshot(some?.investigation ?? '');
      expect(runs.map(({ host }: { host: string }) => host)).toEqual(['web-1']);
      expect(await decided(server, 1, 'none')).toMatchObject([{ why: 'maintenance', detail: 'backup' }]);
    });

    it('says when an expression would be due before a schedule is made of it', async () => {
      const { times } = (await server.ok('POST', '/api/v1/schedules/times', {
        cron: '30 2 * * *',
        tz: 'Europe/Berlin',
      })) as { times: string[] };
      expect(times).toHaveLength(5);
      await add(server, { name: 'foreseen', cron: '30 2 * * *', tz: 'Europe/Berlin' });
      const { next } = (await server.ok('GET', '/api/v1/schedules/foreseen')) as { next: string[] };
      expect(times.slice(0, next.length)).toEqual(next);
      const wrong = await server.call('POST', '/api/v1/schedules/times', { cron: '61 * * * *' });
      expect([wrong.status, wrong.body.errors]).toEqual([
        400,
        [{ path: 'cron', expected: expect.stringMatching(/minute, hour/), got: '61 * * * *' }],
      ]);
      await server.ok('DELETE', '/api/v1/schedules/foreseen');
    });

    it('what can never start is refused when it is made, and what can no more says why', async () => {
      const refused = async (input: object): Promise<[number, unknown]> => {
        const { status, body } = await server.call('POST', '/api/v1/schedules', {
          name: 'x',
          cron: NEVER,
          request,
          ...input,
        });
        return [status, body.errors ?? body.detail];
      };
      expect(await refused({ cron: '61 * * * *' })).toEqual([
        400,
        [{ path: 'cron', expected: expect.stringMatching(/minute, hour.*0-59/), got: '61 * * * *' }],
      ]);
      expect(await refused({ tz: 'Mars/Olympus' })).toEqual([
        400,
        [{ path: 'tz', expected: expect.stringMatching(/Europe\/Berlin/), got: 'Mars/Olympus' }],
      ]);
      expect((await refused({ window: 'soon' }))[1]).toMatchObject([
        { path: 'window', expected: expect.stringMatching(/duration/) },
      ]);
      expect(await refused({ request: { ...request, runbook: 'nothing' } })).toEqual([404, expect.any(String)]);
      expect(await refused({ request: { ...request, targets: { classes: ['none'] } } })).toEqual([
        422,
        expect.any(String),
      ]);
      await add(server, { cron: AT_TEN, window: '30m' });
      expect((await refused({ name: 'nightly' }))[0]).toBe(409);
      for (const host of ['web-1', 'web-2']) await server.ok('DELETE', `/api/v1/hosts/${host}`);
      await comeDue();
      expect(await decided(server, 1)).toMatchObject([{ why: 'refused', detail: 'the targets select no host' }]);
      await server.ok('DELETE', '/api/v1/schedules/nightly');
      expect(await server.ok('GET', '/api/v1/schedules')).toEqual([]);
    });
  });
});
