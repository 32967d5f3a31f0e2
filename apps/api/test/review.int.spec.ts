import { type CellWhy, type Comparison, type InvestigationSnapshot, type RunSummary } from '@fleetscope/contracts';
import { TestPostgres, TestServer } from '../../../test/support/server';
import { until } from '../../../test/support/processes';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('looking back at investigations', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let first: string;
  let second: string;

  const snapshot = (id: string): Promise<InvestigationSnapshot> =>
    server.ok('GET', `/api/v1/investigations/${id}`) as Promise<InvestigationSnapshot>;
  const triage = async (): Promise<string> => {
    const { id } = await server.ok('POST', '/api/v1/investigations', {
      runbook: 'triage-60s',
      targets: { classes: ['web'] },
      parameters: { window: '4s' },
    });
    await until('it to end', async () => (await snapshot(id)).investigation.state === 'succeeded', 60_000);
    return id;
  };
  const compare = (a: string, b: string) => server.call('GET', `/api/v1/comparisons?a=${a}&b=${b}`);
  const runOf = async (id: string, host: string): Promise<RunSummary> => {
    const run = (await snapshot(id)).runs.find((one) => one.host === host);
    if (!run) throw new Error(`${host} has no run`);
    return run;
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('review');
    server = await TestServer.start(await postgres.createDatabase('review'));
    for (const n of [1, 2])
      await server.ok('POST', '/api/v1/hosts', {
        name: `web-${n}`,
        address: '127.0.0.1',
        transport: 'local',
        class: 'web',
      });
    // Found in both, whatever else a busy machine shows in one of them.
    for (const [rule, values] of Object.entries({
      'fs-space': { warn: 0.001 },
      'mem-available': { warn: 100, crit: 99.9 },
      'fs-inodes': { warn: 0.0001, crit: 0.0002 },
    }))
      await server.ok('PUT', `/api/v1/rules/${rule}/thresholds`, { scope: 'class', name: 'web', values });
    first = await triage();
    second = await triage();
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  describe('comparisons', () => {
    it('of investigations speak of hosts, and say when there are too few', async () => {
      const { body } = await compare(second, first);
      const told = body as Comparison;
      expect(told.candidate).toMatchObject({ kind: 'investigation', investigation: second, hosts: 2 });
      expect(told.outcome).toBe('too-little-data');
      expect(told.metrics.length).toBeGreaterThan(5);
    });

    it('of investigations find what changed, with many hosts', async () => {
      // Values of forty hosts each, as forty machines would have told them.
      const past = [first, second].map((id, i) =>
        server.sql(
          `INSERT INTO run (id, investigation_id, host_name, host_class, host_labels, state, headline, started_at, ended_at)
           SELECT gen_random_uuid(), $1::uuid, 'many-' || n, 'many', '{}', 'succeeded',
             jsonb_build_object('disk.write_await', $2::float8 + (n % 7) * 0.1, 'cpu.utilization', 40 + n % 9), now(), now()
           FROM generate_series(1, 20) AS n`,
          [id, i === 0 ? 3 : 30],
        ),
      );
      await Promise.all(past);
      const told = (await compare(second, first)).body as Comparison;
      const found = told.metrics.find(({ metric }) => metric === 'disk.write_await');
      expect(found).toMatchObject({ outcome: 'worse', delta: expect.any(Number) });
      expect(found?.adjustedP).toBeLessThan(0.001);
      expect(told.metrics.find(({ metric }) => metric === 'cpu.utilization')?.outcome).toBe('none-shown');
      expect(told.summary).toMatch(/^Worse in .*disk.write_await/);
      expect(((await compare(first, second)).body as Comparison).metrics[0]).toMatchObject({ outcome: 'better' });
      const peers = (await compare(`${second}/many-3`, 'peers')).body as Comparison;
      expect(peers.reference).toMatchObject({ kind: 'peers', hosts: 19 });
      await server.sql("DELETE FROM run WHERE host_class = 'many'");
    });

    it.each([
      ['a run with its own earlier one', () => `${second}/web-1`, () => 'earlier'],
      ['the latest runs of two hosts', () => 'web-1', () => 'web-2'],
    ])('of %s take the samples of both windows', async (_, a, b) => {
      const told = (await compare(a(), b())).body as Comparison;
      expect(told.candidate).toMatchObject({ kind: 'run', hosts: 1 });
      expect(told.reference).toMatchObject({ kind: 'run' });
      expect(told.metrics.length).toBeGreaterThan(20);
      // The same machine: nothing of it can differ.
      expect(told.facts.filter(({ fact }) => fact === 'kernel')).toEqual([]);
    });

    it.each([
      [() => first, () => 'web-1', 400, /another investigation/],
      [() => first, () => 'peers', 400, /another investigation/],
      [() => 'peers', () => first, 400, /name of a host/],
      [() => 'web-1', () => first, 400, /a host, id\/host/],
      [() => UNKNOWN, () => first, 404, /no investigation/],
      [() => 'nobody', () => 'web-1', 404, /no run of nobody/],
      [() => `${first}/nobody`, () => 'peers', 404, /nobody/],
      [() => `${first}/web-1`, () => 'earlier', 404, /earlier run/],
      [() => 'web-1', () => 'baseline', 422, /no baseline/],
      [() => 'a b', () => 'web-1', 400, /expected/],
    ])('case %#: what cannot be compared is refused in words', async (a, b, status, says) => {
      const answer = await compare(a(), b());
      expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(says)]);
    });
  });

  describe('notes and likeness', () => {
    it('notes are kept with their author, and audited', async () => {
      const made = await server.ok('POST', `/api/v1/investigations/${first}/notes`, { text: ' the backup ran late ' });
      expect(made).toMatchObject({ text: 'the backup ran late', author: 'admin' });
      expect(await server.ok('GET', `/api/v1/investigations/${first}/notes`)).toEqual([made]);
      expect((await server.ok('GET', '/api/v1/audit'))[0]).toMatchObject({
        action: 'investigation.note',
        subject: first,
      });
      expect((await server.call('POST', `/api/v1/investigations/${first}/notes`, { text: ' ' })).status).toBe(400);
      expect((await server.call('POST', `/api/v1/investigations/${UNKNOWN}/notes`, { text: 'x' })).status).toBe(404);
    });

    it('an investigation that looks alike is found, with what was written on it', async () => {
      const [nearest] = await server.ok('GET', `/api/v1/investigations/${second}/similar`);
      expect(nearest).toMatchObject({ investigation: first, notes: [{ text: 'the backup ran late' }] });
      expect(nearest.shared).toContain('rule:fs-space');
      expect(nearest.similarity).toBeGreaterThan(0.3);
    });
  });

  describe('judging again', () => {
    it('the same evidence by the same rules says the same', async () => {
      const before = await runOf(first, 'web-1');
      const version = await server.ok('POST', `/api/v1/investigations/${first}/reanalyse`);
      expect(version).toMatchObject({ version: 2, current: true, madeBy: 'admin', changes: { hosts: [], notes: [] } });
      const after = await runOf(first, 'web-1');
      const told = ({ findings }: RunSummary) =>
        findings.map(({ rule, value, evidence }) => ({ rule, value, evidence }));
      expect(told(after)).toEqual(told(before));
      expect(after.use.map(({ state, label }) => [state, label])).toEqual(
        before.use.map(({ state, label }) => [state, label]),
      );
    });

    it('other thresholds say something else, and the first word stays to be read', async () => {
      await server.ok('PUT', '/api/v1/rules/fs-space/thresholds', {
        scope: 'class',
        name: 'web',
        values: { warn: null },
      });
      const { version, changes } = await server.ok('POST', `/api/v1/investigations/${first}/reanalyse`);
      expect(version).toBe(3);
      expect(changes.hosts[0].gone).toContain('warn fs-space of /');
      const { id } = await runOf(first, 'web-1');
      const ofVersion = async (n: number): Promise<string[]> =>
        (await server.ok('GET', `/api/v1/runs/${id}/analyses/${n}`)).findings.map(({ rule }: { rule: string }) => rule);
      expect(await ofVersion(1)).toContain('fs-space');
      expect(await ofVersion(3)).not.toContain('fs-space');
      const versions = await server.ok('GET', `/api/v1/investigations/${first}/analyses`);
      expect(versions.map((one: { version: number; current: boolean }) => [one.version, one.current])).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ]);
      expect(await server.ok('GET', `/api/v1/investigations/${second}/analyses`)).toEqual([]);
    });

    it('what cannot be read again is said, and the rest is judged', async () => {
      const { id } = await runOf(second, 'web-2');
      await server.sql("DELETE FROM evidence WHERE run_id = $1 AND step = 'vmstat'", [id]);
      const { changes } = await server.ok('POST', `/api/v1/investigations/${second}/reanalyse`);
      expect(changes.notes).toEqual([{ host: 'web-2', reason: 'vmstat: its output was not kept' }]);
      expect((await runOf(second, 'web-2')).use.length).toBeGreaterThan(5);
      expect((await server.call('GET', `/api/v1/runs/${id}/analyses/99`)).status).toBe(404);
      expect((await server.call('POST', `/api/v1/investigations/${UNKNOWN}/reanalyse`)).status).toBe(404);
    });
  });

  describe('why', () => {
    it('opens a cell to its samples and the very lines, with the command that printed them', async () => {
      const { id } = await runOf(first, 'web-1');
      const why = (await server.ok('GET', `/api/v1/runs/${id}/why?resource=cpu&aspect=utilization`)) as CellWhy;
      expect(why.cell).toMatchObject({ resource: 'cpu', aspect: 'utilization' });
      const reason = why.reasons.find(({ rule }) => rule === 'cpu-utilization');
      expect(reason).toMatchObject({ metric: 'cpu.utilization', unit: '%' });
      // The bound of a warning, or of a crit where this machine is that busy.
      expect([80, 95]).toContain(reason?.threshold);
      expect(reason?.samples).toHaveLength(4);
      const [cited] = reason?.evidence ?? [];
      expect(cited).toMatchObject({ step: 'mpstat', command: expect.stringMatching(/^mpstat/) });
      const raw = (await server.call('GET', `/api/v1/runs/${id}/evidence/mpstat`)).text.split('\n');
      for (const { line, text } of cited?.lines ?? []) expect(raw[line - 1]).toBe(text);
      const now = Date.now();
      for (const { at } of reason?.samples ?? []) expect(Math.abs((at ?? now) - now)).toBeLessThan(600_000);
    });

    it('says which cells there are when asked for one that is not', async () => {
      const { id } = await runOf(first, 'web-1');
      const answer = await server.call('GET', `/api/v1/runs/${id}/why?resource=lock&aspect=utilization`);
      expect([answer.status, answer.body.hint]).toEqual([404, expect.stringContaining('cpu.utilization')]);
      expect((await server.call('GET', `/api/v1/runs/${id}/why?resource=cpu&aspect=all`)).status).toBe(400);
    });

    it('knows how far the clock of the host is off', async () => {
      const { id } = await runOf(first, 'web-1');
      const { clock } = await server.ok('GET', `/api/v1/runs/${id}`);
      // The same machine: within what whole seconds and a busy machine can tell.
      expect(Math.abs(clock.offsetMs)).toBeLessThan(3_000);
      expect(clock.uptimeSeconds).toBeGreaterThan(1);
    });
  });
});
