import { until } from '../../../test/support/processes';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';

describe('requests that need a second person', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const tokens: Record<string, string> = {};

  const ask = async (who: string, hosts: string[], reason = 'the shop is slow'): Promise<Answer> =>
    server.call(
      'POST',
      '/api/v1/investigations',
      { runbook: 'triage-60s', targets: { hosts }, parameters: { window: '1s' }, reason },
      { token: tokens[who] ?? null },
    );
  const waits = async (): Promise<string> => {
    const asked = await ask('ann', ['a-1', 'a-2', 'a-3']);
    expect(asked.status).toBe(201);
    return asked.body.id as string;
  };
  const decide = (who: string, id: string, what: string, reason = 'agreed on the phone'): Promise<Answer> =>
    server.call('POST', `/api/v1/approvals/${id}/${what}`, { reason }, { token: tokens[who] ?? null });
  const states = async (id: string): Promise<string[]> => {
    const { investigation, runs } = await server.snapshot(id);
    return [investigation.state, investigation.approval.state, ...runs.map(({ state }: { state: string }) => state)];
  };
  const queued = async (id: string): Promise<number> =>
    (await server.sql('SELECT 1 FROM outbox o JOIN run r ON r.id = o.run_id WHERE r.investigation_id = $1', [id]))
      .length;
  const audit = async (): Promise<object[]> => (await server.ok('GET', '/api/v1/audit?limit=500')) as object[];

  beforeAll(async () => {
    postgres = await TestPostgres.start('approvals');
    server = await TestServer.start(await postgres.createDatabase('approvals'), {
      FLEETSCOPE_APPROVAL_HOSTS: '2',
      FLEETSCOPE_APPROVAL_COST: 'heavy',
      FLEETSCOPE_APPROVAL_MINUTES: '5',
      FLEETSCOPE_OPERATOR_MAX_HOSTS: '3',
    });
    await server.addLocalHosts(['a-1', 'a-2', 'a-3', 'a-4']);
    for (const [name, role] of [
      ['ann', 'commander'],
      ['bob', 'commander'],
      ['oli', 'operator'],
    ] as const)
      tokens[name] = ((await server.ok('POST', '/api/v1/tokens', { name, role })) as { token: string }).token;
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('what is within the bounds starts at once, as ever', async () => {
    const asked = await ask('ann', ['a-1', 'a-2']);
    expect([asked.body.state, asked.body.approval]).toEqual(['running', undefined]);
    await server.ended(asked.body.id as string);
  });

  it('a wider one waits, with nothing queued and no host touched, and says why', async () => {
    const id = await waits();
    const { approval } = (await server.snapshot(id)).investigation;
    expect(approval).toMatchObject({
      state: 'awaiting',
      needs: ['3 hosts are more than the 2 that one person may ask for'],
      decidedBy: null,
    });
    // Longer than a forgotten run is left alone.
    await new Promise((done) => setTimeout(done, 7_000));
    expect(await states(id)).toEqual(['queued', 'awaiting', 'queued', 'queued', 'queued']);
    expect(await queued(id)).toBe(0);
    const [run] = await server.sql<{ attempt: number; fence: number }>(
      'SELECT max(attempt) AS attempt, max(fence) AS fence FROM run WHERE investigation_id = $1',
      [id],
    );
    expect(run).toEqual({ attempt: 0, fence: 0 });
    const listed = (await server.ok('GET', '/api/v1/approvals')) as { id: string }[];
    expect(listed.map((one) => one.id)).toContain(id);
    await decide('bob', id, 'reject');
  });

  it('so does a costly one, however few the hosts', async () => {
    const heavy = ((await server.ok('GET', '/api/v1/runbooks')) as { id: string; cost: string }[]).find(
      ({ cost }) => cost === 'heavy',
    );
    const asked = await server.call(
      'POST',
      '/api/v1/investigations',
      { runbook: heavy?.id, targets: { hosts: ['a-1'] } },
      { token: tokens['ann'] ?? null },
    );
    expect([asked.status, asked.body.approval?.needs]).toEqual([201, [`${heavy?.id} is of the cost class heavy`]]);
    await decide('bob', asked.body.id as string, 'reject');
  });

  it('who asked can not approve, by another session of theirs, either; an operator can not; another commander can, once', async () => {
    const id = await waits();
    expect((await decide('oli', id, 'approve')).status).toBe(403);
    const own = await decide('ann', id, 'approve');
    expect([own.status, own.body.detail]).toEqual([403, 'ann asked for this: another commander must decide']);
    const opened = await server.call('POST', '/api/v1/session', { token: tokens['ann'] }, { token: null });
    const cookie = (opened.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    const bySession = await server.call(
      'POST',
      `/api/v1/approvals/${id}/approve`,
      { reason: 'it is me' },
      {
        token: null,
        headers: { cookie },
      },
    );
    expect(bySession.status).toBe(403);
    expect((await decide('bob', id, 'approve', '')).status).toBe(400);
    const both = await Promise.all([decide('bob', id, 'approve'), decide('bob', id, 'approve')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { investigation, runs } = await server.ended(id);
    expect(runs.map(({ state }: { state: string }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(investigation).toMatchObject({
      state: 'succeeded',
      requestedBy: 'ann',
      approval: { state: 'approved', decidedBy: 'bob', reason: 'agreed on the phone' },
    });
    expect(await audit()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ actor: 'ann', action: 'approval.approve', subject: id, result: 'denied' }),
        expect.objectContaining({ actor: 'bob', action: 'approval.approve', subject: id, result: 'done' }),
      ]),
    );
  });

  it('one that is rejected never runs, and says by whom and why', async () => {
    const id = await waits();
    expect((await decide('bob', id, 'reject', 'not during the sale')).status).toBe(200);
    expect(await states(id)).toEqual(['cancelled', 'rejected', 'cancelled', 'cancelled', 'cancelled']);
    const { runs } = await server.snapshot(id);
    expect(runs[0].reason).toBe('rejected by bob: not during the sale');
    expect((await decide('bob', id, 'approve')).status).toBe(409);
  });

  it('one that nobody decides on expires', async () => {
    const id = await waits();
    await server.sql("UPDATE approval SET expires_at = now() - interval '1 second' WHERE investigation_id = $1", [id]);
    expect((await decide('bob', id, 'approve')).status).toBe(409);
    await until('it to expire', async () => (await states(id))[1] === 'expired', 10_000);
    expect((await server.snapshot(id)).runs[0].reason).toMatch(/^nobody approved it until /);
  });

  it('who asked may take it back', async () => {
    const id = await waits();
    expect(
      (await server.call('POST', `/api/v1/investigations/${id}/cancel`, undefined, { token: tokens['ann'] ?? null }))
        .status,
    ).toBe(202);
    expect((await states(id)).slice(0, 2)).toEqual(['cancelled', 'withdrawn']);
    expect((await decide('bob', id, 'approve')).status).toBe(409);
  });

  it('an operator asks for so many hosts at most, a commander for any', async () => {
    const all = ['a-1', 'a-2', 'a-3', 'a-4'];
    const refused = await ask('oli', all);
    expect([refused.status, refused.body.detail]).toEqual([
      403,
      '4 hosts need the role commander; operators take at most 3',
    ]);
    const asked = await ask('ann', all);
    expect(asked.status).toBe(201);
    await decide('bob', asked.body.id as string, 'reject');
  });
});
