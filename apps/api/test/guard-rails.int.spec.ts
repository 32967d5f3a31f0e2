import { until } from '../../../test/support/processes';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, ROOT, temporaryDir, TestPostgres, TestServer } from '../../../test/support/server';

const ALL_PROCESSES = `id: all-processes
title: Every process with its arguments
version: 1
cost: light
steps:
  - id: ps
    title: Processes
    prefer:
      - { id: procps, needs: [ps], run: [ps, -ww, -eo, 'pid,args'], parser: ps }
`;

describe('guard rails', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let runbooks: string;

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
        (error, stdout) => done({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout }),
      );
    });

  beforeAll(async () => {
    postgres = await TestPostgres.start('guards');
    runbooks = temporaryDir('runbooks');
    writeFileSync(join(runbooks, 'all-processes.yaml'), ALL_PROCESSES);
    server = await TestServer.start(await postgres.createDatabase('guards'), {
      FLEETSCOPE_APPROVAL_HOSTS: '8',
      FLEETSCOPE_CUSTOM_RUNBOOKS: runbooks,
    });
    await server.addLocalHosts(['a-1', 'a-2', 'a-3', 'a-4'], 'a');
    await server.addLocalHosts(['b-1', 'b-2'], 'b');
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
    rmSync(runbooks, { recursive: true, force: true });
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
      const slow = await preview(request(['a-1', 'a-2', 'a-3'], { rollout: { concurrency: { total: 1 } } }));
      expect(slow.estimate.total.seconds).toBeCloseTo(3 * after.total.seconds);
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

    it('leaves more than the head of each packet to commanders', async () => {
      const { token } = (await server.ok('POST', '/api/v1/tokens', { name: 'op', role: 'operator' })) as {
        token: string;
      };
      const asked = (bytes: number): Promise<Answer> =>
        server.call(
          'POST',
          '/api/v1/investigations/preview',
          { runbook: 'packet-capture', targets: { hosts: ['b-2'] }, parameters: { bytes } },
          { token },
        );
      expect((await asked(128)).status).toBe(200);
      const refused = await asked(129);
      expect([refused.status, refused.body.detail]).toEqual([
        403,
        'bytes: more than 128 needs the role commander, got 129',
      ]);
      const whole = { runbook: 'packet-capture', targets: { hosts: ['b-2'] }, parameters: { bytes: 1500 } };
      expect((await preview(whole)).hosts).toBe(1);
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

  describe('during', () => {
    const start = async (hosts: string[], rollout: object, more: object = {}): Promise<string> =>
      ((await server.ok('POST', '/api/v1/investigations', request(hosts, { rollout, ...more }))) as { id: string }).id;
    const events = async (id: string): Promise<{ type: string; host: string; state: string }[]> =>
      (
        (await server.ok('GET', `/api/v1/investigations/${id}/events`)) as {
          events: { type: string; host: string; state: string }[];
        }
      ).events;
    /** The most runs that the event log shows under way at a time, among the hosts that count. */
    const mostAtATime = async (id: string, counts: (host: string) => boolean = () => true): Promise<number> => {
      const open = new Set<string>();
      let most = 0;
      for (const { type, host, state } of await events(id)) {
        if (type !== 'run' || !counts(host)) continue;
        if (state === 'running') open.add(host);
        else if (state !== 'leased') open.delete(host);
        most = Math.max(most, open.size);
      }
      return most;
    };
    const statesOf = (runs: { host: string; state: string }[]): Record<string, string> =>
      Object.fromEntries(runs.map(({ host, state }) => [host, state]));
    const addDead = async (name: string): Promise<void> => {
      // Nobody answers there, and nobody has trusted its key.
      await server.ok('POST', '/api/v1/hosts', {
        ...{ name, address: '127.0.0.1', port: 9, transport: 'ssh', class: 'dead' },
      });
    };

    beforeAll(async () => {
      await addDead('0-dead');
      await addDead('z-dead');
    });

    it('a canary that fails keeps the rest from ever starting, and the investigation says so', async () => {
      const id = await start(['0-dead', 'a-1', 'a-2', 'a-3'], { canary: { hosts: 2, share: 1 } });
      const { investigation, runs } = await server.ended(id);
      const why = 'the canary failed: 1 of its 2 hosts did not answer, and 100 % must';
      expect(investigation).toMatchObject({
        state: 'cancelled',
        halted: { reason: why },
        coverage: { targeted: 4, cancelled: 3 },
      });
      expect(investigation.verdict.summary.startsWith(`stopped: ${why}; `)).toBe(true);
      expect(statesOf(runs)).toMatchObject({ '0-dead': 'refused', 'a-2': 'cancelled', 'a-3': 'cancelled' });
      expect(runs.filter(({ reason }: { reason: string }) => reason === `not started: ${why}`)).toHaveLength(2);
      expect(
        (await events(id)).filter(({ host, state }) => ['a-2', 'a-3'].includes(host) && state === 'running'),
      ).toEqual([]);
      const audited = (await server.ok('GET', '/api/v1/audit?limit=50')) as { action: string; subject: string }[];
      expect(audited).toContainEqual(expect.objectContaining({ action: 'investigation.halt', subject: id }));
    });

    it('one that answers well enough lets the others begin, after it', async () => {
      const id = await start(['0-dead', 'a-1', 'a-2', 'a-3'], { canary: { hosts: 2, share: 0.5 } });
      const { investigation, runs } = await server.ended(id);
      expect([investigation.state, investigation.halted]).toEqual(['succeeded', undefined]);
      expect(statesOf(runs)).toMatchObject({
        '0-dead': 'refused',
        'a-1': 'succeeded',
        'a-2': 'succeeded',
        'a-3': 'succeeded',
      });
      const log = (await events(id)).filter(({ type }) => type === 'run');
      const canaryEnded = Math.max(
        log.findIndex(({ host, state }) => host === 'a-1' && state === 'succeeded'),
        log.findIndex(({ host, state }) => host === '0-dead' && state === 'refused'),
      );
      expect(log.findIndex(({ host, state }) => ['a-2', 'a-3'].includes(host) && state === 'running')).toBeGreaterThan(
        canaryEnded,
      );
    });

    it('no more run at a time than were asked for: in all, in a class, with one value of a label, in a batch', async () => {
      for (const [name, rack] of [
        ['a-1', 'r1'],
        ['a-2', 'r1'],
        ['b-1', 'r1'],
        ['b-2', 'r2'],
      ] as const)
        await server.ok('PATCH', `/api/v1/hosts/${name}`, { labels: { rack } });
      const hosts = ['a-1', 'a-2', 'a-3', 'b-1', 'b-2'];
      const ids = [
        await start(hosts, { concurrency: { total: 2 } }),
        await start(hosts, { concurrency: { perClass: 1 } }),
        await start(hosts, { concurrency: { perLabel: { label: 'rack', runs: 1 } } }),
        await start(hosts, { batch: 2 }),
      ];
      for (const id of ids) expect((await server.ended(id, 60_000)).investigation.coverage.succeeded).toBe(5);
      expect(await mostAtATime(ids[0] ?? '')).toBe(2);
      expect(await mostAtATime(ids[1] ?? '', (host) => host.startsWith('a-'))).toBe(1);
      expect(await mostAtATime(ids[1] ?? '')).toBe(2);
      expect(await mostAtATime(ids[2] ?? '', (host) => ['a-1', 'a-2', 'b-1'].includes(host))).toBe(1);
      expect(await mostAtATime(ids[3] ?? '')).toBe(2);
    });

    it('it is stopped when more hosts failed than it may, and when a probe took too much', async () => {
      const failing = await start(['0-dead', 'a-1', 'a-2', 'z-dead'], {
        ...{ concurrency: { total: 1 }, stopWhen: { failureShare: 0.2 } },
      });
      const stopped = await server.ended(failing);
      expect(stopped.investigation.halted.reason).toBe('1 of 4 hosts did not answer, more than the 20 % allowed');
      expect(statesOf(stopped.runs)).toEqual({
        '0-dead': 'refused',
        'a-1': 'cancelled',
        'a-2': 'cancelled',
        'z-dead': 'cancelled',
      });
      const costly = await start(['a-1', 'a-2'], { concurrency: { total: 1 }, stopWhen: { cpuShare: 0.0001 } });
      const { investigation, runs } = await server.ended(costly);
      expect(investigation.halted.reason).toMatch(/^a probe took [\d.]+ % of a CPU, more than the 0 % allowed$/);
      expect(statesOf(runs)).toEqual({ 'a-1': 'succeeded', 'a-2': 'cancelled' });
    });

    it('a process that is killed in the middle and started again goes on within the same limits', async () => {
      const hosts = ['a-1', 'a-2', 'a-3', 'a-4', 'b-1', 'b-2'];
      const id = await start(hosts, { concurrency: { total: 2 } });
      await until('two of them to have begun', async () => (await mostAtATime(id)) === 2, 15_000);
      await server.kill();
      await server.up();
      const { investigation, runs } = await server.ended(id, 60_000);
      expect(investigation.coverage.answered + investigation.coverage.failed).toBe(6);
      expect(runs).toHaveLength(6);
      expect(await mostAtATime(id)).toBe(2);
    });

    it('one heavy runbook at a time runs on a host, whoever asks; another waits for it, and says so', async () => {
      const other = (await server.ended(await server.triage(['a-1']))) as Answer['body'];
      const [mine, its] = [other.runs[0].id, other.investigation.id] as string[];
      // As if a worker elsewhere were at it.
      await server.sql("UPDATE investigation SET deadline = now() + interval '1 hour' WHERE id = $1", [its]);
      await server.sql(
        "UPDATE run SET heavy = true, state = 'running', leased_until = now() + interval '1 hour' WHERE id = $1",
        [mine],
      );
      const { id } = (await server.ok('POST', '/api/v1/investigations', {
        ...{ runbook: 'syscall-counts', targets: { hosts: ['a-1', 'a-2'] }, parameters: { duration: '1s' } },
      })) as { id: string };
      const runOn = async (host: string): Promise<{ state: string; reason: string; attempt: number }> =>
        (await server.snapshot(id)).runs.find((run: { host: string }) => run.host === host);
      await until(
        'the other host to be done',
        async () => /succeeded|failed|partial/.test((await runOn('a-2')).state),
        20_000,
      );
      expect(await runOn('a-1')).toMatchObject({
        ...{ state: 'queued', attempt: 0, reason: 'waits: another heavy runbook runs on this host' },
      });
      await server.sql("UPDATE run SET state = 'succeeded' WHERE id = $1", [mine]);
      await server.ended(id);
      expect((await runOn('a-1')).attempt).toBe(1);
    });

    it('what all of them took of a host within the hour is counted, and beyond its budget only commanders go on', async () => {
      await server.addLocalHosts(['e-1', 'e-2'], 'e');
      const first = await server.ended(await server.triage(['e-1']));
      // As if a capture had been dear.
      await server.sql(`UPDATE run SET cost = jsonb_set(cost, '{cpuSeconds}', '300') WHERE id = $1`, [
        first.runs[0].id,
      ]);
      const why =
        'its budget is used up: 300.0 of 300 s CPU in 1 run of the last hour; a commander may go on despite that';
      expect((await preview(request(['e-1', 'e-2']))).attention).toEqual([
        expect.objectContaining({ host: 'e-1', kind: 'budget', why, runs: false }),
      ]);
      const { runs } = await server.ended(await server.triage(['e-1', 'e-2']));
      expect(runs.map(({ host, state, reason }: Answer['body']) => [host, state, reason])).toEqual([
        ['e-1', 'refused', why],
        ['e-2', 'succeeded', null],
      ]);
      const { token } = (await server.ok('POST', '/api/v1/tokens', { name: 'op-2', role: 'operator' })) as {
        token: string;
      };
      const despite = request(['e-1'], { despiteBudget: true });
      const refused = await server.call('POST', '/api/v1/investigations', despite, { token });
      expect([refused.status, refused.body.detail]).toEqual([
        403,
        "despiteBudget: going beyond a host's budget needs the role commander",
      ]);
      const { id } = (await server.ok('POST', '/api/v1/investigations', despite)) as { id: string };
      expect((await server.ended(id)).runs[0].state).toBe('succeeded');
      // An hour later it is as if nothing had been.
      await server.sql("UPDATE run SET started_at = now() - interval '61 minutes' WHERE host_name = 'e-1'");
      expect((await server.ended(await server.triage(['e-1']))).runs[0].state).toBe('succeeded');
    });

    it('is asked for by options of triage and run', async () => {
      const said = await cli(...'triage 0-dead a-1 a-2 --window 1s --canary 1 --max-failures 50% --json'.split(' '));
      expect(said.code).toBe(4);
      expect(JSON.parse(said.out).verdict.summary).toMatch(
        /^stopped: the canary failed: 1 of its 1 hosts did not answer/,
      );
      expect((await cli('triage', 'a-1', '--canary-share', '90%')).code).toBe(2);
      expect((await cli('triage', 'a-1', '--max-cpu', 'lots')).code).toBe(2);
    });
  });

  describe('what hosts print', () => {
    // Put together here, so that no other file of the machine holds it.
    const secret = ['correct', 'horse', String(process.pid)].join('-');

    it('is stored without the secrets in the arguments of their processes, and who reads it stands in the audit log', async () => {
      const child = spawn('sh', ['-c', 'read x', 'shop-worker', `--password=${secret}`, `amqp://shop:${secret}@mq/`]);
      try {
        const { id } = (await server.ok('POST', '/api/v1/investigations', {
          ...{ runbook: 'all-processes', targets: { hosts: ['a-1'] } },
        })) as { id: string };
        const { runs } = await server.ended(id);
        const run = (runs as { id: string; state: string }[])[0];
        expect(run?.state).toBe('succeeded');
        const before = await server.sql("SELECT 1 FROM audit_entry WHERE action = 'evidence.read'");
        expect(before).toEqual([]);
        const raw = await server.call('GET', `/api/v1/runs/${run?.id}/evidence/ps`);
        expect(raw.text).toContain('shop-worker --password=*** amqp://shop:***@mq/');
        const [{ body } = { body: {} }] = await server.sql('SELECT body FROM step_observation WHERE run_id = $1', [
          run?.id,
        ]);
        expect(JSON.stringify(body)).toContain('shop-worker');
        expect(JSON.stringify(body)).not.toContain(secret);
        // grep ends with 1 when it finds nothing.
        expect(() => execFileSync('grep', ['-rlaF', secret, server.dataDir])).toThrow(/Command failed/);
        expect(await server.sql("SELECT subject, detail FROM audit_entry WHERE action = 'evidence.read'")).toEqual([
          { subject: run?.id, detail: expect.objectContaining({ step: 'ps', stream: 'stdout' }) },
        ]);
        const { token } = (await server.ok('POST', '/api/v1/tokens', { name: 'vi', role: 'viewer' })) as {
          token: string;
        };
        expect((await server.call('GET', `/api/v1/runs/${run?.id}/evidence/ps`, undefined, { token })).status).toBe(
          403,
        );
      } finally {
        child.kill();
      }
    });
  });
});
