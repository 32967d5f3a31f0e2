import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type Role } from '@fleetscope/contracts';
import { TestPostgres, TestServer } from '../../../test/support/server';

// Answers of every shape are looked into.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = any;

/** The official SDK's client against the built api. */
describe('MCP', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const clients: Client[] = [];
  let investigation = '';

  const token = async (name: string, role: Role, scope?: object): Promise<{ id: string; token: string }> =>
    (await server.ok('POST', '/api/v1/tokens', { name, role, ...(scope && { scope }) })) as never;

  const connect = async (bearer: string): Promise<Client> => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${server.url}/api/v1/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${bearer}` } },
      }),
    );
    clients.push(client);
    return client;
  };
  const as = async (name: string, role: Role, scope?: object): Promise<Client> =>
    connect((await token(name, role, scope)).token);

  const call = async (client: Client, name: string, args: object = {}): Promise<{ text: string; isError: boolean }> => {
    const answer = (await client.callTool({ name, arguments: { ...args } })) as {
      content: { text: string }[];
      isError?: boolean;
    };
    return { text: answer.content[0]?.text ?? '', isError: answer.isError ?? false };
  };
  const ok = async (client: Client, name: string, args: object = {}): Promise<Body> => {
    const { text, isError } = await call(client, name, args);
    if (isError) throw new Error(text);
    return JSON.parse(text) as Body;
  };
  const denied = async (actor: string): Promise<Body[]> =>
    ((await server.ok('GET', '/api/v1/audit?limit=200')) as Body[]).filter(
      (entry) => entry.actor === actor && entry.result === 'denied',
    );

  beforeAll(async () => {
    postgres = await TestPostgres.start('mcp');
    server = await TestServer.start(await postgres.createDatabase('mcp'), {
      FLEETSCOPE_MCP_MAX_HOSTS: '2',
      FLEETSCOPE_APPROVAL_HOSTS: '1',
    });
    await server.addLocalHosts(['web-1', 'web-2', 'web-3'], 'web');
    await server.addLocalHosts(['db-1'], 'db');
    investigation = await server.triage(['web-1']);
    await server.ended(investigation, 60_000);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await server.stop();
    await postgres.stop();
  });

  it('says which tools there are, what they take, and that one of them starts something', async () => {
    const client = await as('lister', 'viewer');
    expect(client.getServerVersion()).toMatchObject({ name: 'fleetscope' });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      ...['explain_cell', 'get_baseline', 'get_report', 'get_rule', 'get_runbook', 'list_baselines', 'list_findings'],
      ...['list_hosts', 'list_investigations', 'list_rules', 'list_runbooks', 'read_evidence', 'triage'],
    ]);
    for (const { description, inputSchema } of tools) {
      expect(description?.length).toBeGreaterThan(40);
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    }
    expect(tools.filter(({ annotations }) => !annotations?.readOnlyHint).map(({ name }) => name)).toEqual(['triage']);
  });

  it('reads hosts, an investigation with its verdict, findings, runbooks, rules and baselines', async () => {
    const client = await as('reader', 'viewer');
    const { hosts } = await ok(client, 'list_hosts');
    // The control plane's own machine is among them.
    expect(hosts.map(({ name }: Body) => name)).toEqual(expect.arrayContaining(['db-1', 'web-1', 'web-2', 'web-3']));
    expect((await ok(client, 'list_hosts', { class: 'db' })).hosts).toHaveLength(1);
    const page = await ok(client, 'list_hosts', { class: 'web', after: 'web-1', limit: 1 });
    expect([page.hosts[0].name, page.leftOut]).toEqual(['web-2', { hosts: 1 }]);
    expect((await ok(client, 'list_investigations')).investigations[0]).toMatchObject({
      id: investigation,
      state: 'succeeded',
      says: expect.any(Array),
    });
    const report = await ok(client, 'get_report', { investigation });
    expect(report).toMatchObject({
      coverage: { targeted: 1, answered: 1 },
      verdict: { summary: expect.stringContaining('1 of 1') },
      hosts: [{ name: 'web-1' }],
    });
    expect((await ok(client, 'list_findings', { investigation })).findings).toHaveLength(report.findings);
    expect((await ok(client, 'list_runbooks')).runbooks).toContainEqual(expect.objectContaining({ id: 'triage-60s' }));
    expect(await ok(client, 'get_runbook', { runbook: 'triage-60s' })).toMatchObject({ parameters: { window: {} } });
    expect((await ok(client, 'list_rules')).rules).toContainEqual(expect.objectContaining({ id: 'disk-await' }));
    expect(await ok(client, 'get_rule', { rule: 'disk-await' })).toMatchObject({
      id: 'disk-await',
      why: expect.any(String),
    });
    expect(await ok(client, 'list_baselines')).toEqual({ baselines: [] });
  });

  it('gives lines of evidence to who may read them, with their numbers, and the audit log has it', async () => {
    const operator = await as('evidence-operator', 'operator');
    const read = { investigation, host: 'web-1', step: 'vmstat' };
    const answer = await ok(operator, 'read_evidence', { ...read, from: 2, lines: 1 });
    const runId = (await server.snapshot(investigation)).runs[0].id as string;
    const raw = (await server.call('GET', `/api/v1/runs/${runId}/evidence/vmstat`)).text.split('\n');
    expect(answer.lines).toEqual([{ line: 2, text: raw[1] }]);
    const log = (await server.ok('GET', '/api/v1/audit?limit=50')) as Body[];
    expect(log).toContainEqual(
      expect.objectContaining({ actor: 'evidence-operator', action: 'evidence.read', subject: runId }),
    );
    const cell = { investigation, host: 'web-1', resource: 'cpu', aspect: 'utilization' };
    expect(await ok(operator, 'explain_cell', cell)).toMatchObject({ host: 'web-1', reasons: expect.any(Array) });

    const viewer = await as('evidence-viewer', 'viewer');
    for (const [name, args] of [['read_evidence', read] as const, ['explain_cell', cell] as const])
      expect(await call(viewer, name, args)).toEqual({
        isError: true,
        text: 'this needs the role operator; evidence-viewer has viewer',
      });
  });

  it('lets no viewer start a triage, and the audit log says so', async () => {
    const viewer = await as('triage-viewer', 'viewer');
    const before = (await server.sql<{ n: number }>('SELECT count(*)::int AS n FROM investigation'))[0]?.n;
    const asked = { hosts: ['web-1'], reason: 'checkout is slow since ten' };
    expect(await call(viewer, 'triage', asked)).toEqual({
      isError: true,
      text: 'this needs the role operator; triage-viewer has viewer',
    });
    expect(await denied('triage-viewer')).toHaveLength(1);
    expect((await server.sql<{ n: number }>('SELECT count(*)::int AS n FROM investigation'))[0]?.n).toBe(before);
  });

  it('starts a triage for an operator, as any other, and shows how it ends', async () => {
    const operator = await as('triage-operator', 'operator');
    const asked = { hosts: ['web-2'], reason: 'checkout is slow since ten', windowSeconds: 1 };
    expect(await ok(operator, 'triage', { ...asked, dryRun: true })).toMatchObject({ started: false, hosts: 1 });
    const { id, started } = await ok(operator, 'triage', asked);
    expect(started).toBe(true);
    const { investigation: made } = await server.ended(id as string, 60_000);
    expect(made).toMatchObject({
      ...{ state: 'succeeded', requestedBy: 'triage-operator', parameters: { window: 1000 } },
      reason: 'checkout is slow since ten (through MCP)',
    });
    expect(await ok(operator, 'get_report', { investigation: id })).toMatchObject({ coverage: { answered: 1 } });
    expect((await server.ok('GET', '/api/v1/audit?limit=50')) as Body[]).toContainEqual(
      expect.objectContaining({
        actor: 'triage-operator',
        action: 'investigation.create',
        detail: expect.objectContaining({ address: '127.0.0.1' }),
      }),
    );
  });

  it('takes no more hosts than the setting says, and waits for a second person where one is needed', async () => {
    const operator = await as('wide-operator', 'operator');
    const reason = 'checkout is slow since ten';
    const wide = await call(operator, 'triage', { classes: ['web'], reason });
    expect(wide).toEqual({ isError: true, text: expect.stringMatching(/^these are 3 hosts; .* takes at most 2/) });
    const waiting = await ok(operator, 'triage', { hosts: ['web-1', 'web-2'], reason });
    expect(waiting).toMatchObject({ started: true, state: 'queued', approval: { state: 'awaiting' } });
    expect((await server.snapshot(waiting.id as string)).runs).toEqual([
      expect.objectContaining({ state: 'queued' }),
      expect.objectContaining({ state: 'queued' }),
    ]);
    await server.ok('POST', `/api/v1/investigations/${waiting.id}/cancel`);
  });

  it('starts nothing while the fleet is frozen', async () => {
    const operator = await as('frozen-operator', 'operator');
    await server.ok('PUT', '/api/v1/freeze', { why: 'the sale' });
    const asked = { hosts: ['web-1'], reason: 'checkout is slow since ten' };
    expect(await call(operator, 'triage', asked)).toEqual({ isError: true, text: expect.stringContaining('the sale') });
    await server.ok('DELETE', '/api/v1/freeze');
  });

  it('hides what is outside the scope', async () => {
    const client = await as('db-bot', 'operator', { classes: ['db'], labels: {} });
    expect((await ok(client, 'list_hosts')).hosts.map(({ name }: Body) => name)).toEqual(['db-1']);
    expect(await ok(client, 'list_investigations')).toEqual({ investigations: [] });
    for (const name of ['get_report', 'list_findings'])
      expect(await call(client, name, { investigation })).toEqual({
        isError: true,
        text: `there is no investigation ${investigation}`,
      });
    const read = { investigation, host: 'web-1', step: 'vmstat' };
    expect((await call(client, 'read_evidence', read)).text).toBe(`there is no investigation ${investigation}`);
    const outside = await call(client, 'triage', { hosts: ['web-1'], reason: 'checkout is slow since ten' });
    expect(outside).toEqual({ isError: true, text: expect.stringContaining('outside the scope of db-bot') });
  });

  it('gives a revoked token nothing: neither a new client nor one that is connected', async () => {
    const { id, token: bearer } = await token('revoked', 'admin');
    const client = await connect(bearer);
    expect((await ok(client, 'list_hosts', { class: 'web' })).hosts).toHaveLength(3);
    await server.ok('DELETE', `/api/v1/tokens/${id}`);
    await expect(call(client, 'list_hosts')).rejects.toThrow(/no valid token/);
    await expect(connect(bearer)).rejects.toThrow(/no valid token/);
    await expect(connect('fs_nobody-gave-this-one-out')).rejects.toThrow(/no valid token/);
  });

  it('opens nothing to a session: the cookie of a browser is no token', async () => {
    const signIn = await server.call('POST', '/api/v1/session', { token: server.token }, { token: null });
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const headers = { cookie, accept: 'application/json, text/event-stream' };
    const answer = await server.call('POST', '/api/v1/mcp', message, { token: null, headers });
    expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining('a session opens no MCP')]);
  });

  it('says what is wrong with an input, and what was expected', async () => {
    const client = await as('clumsy', 'operator');
    const wrong = async (name: string, args: object): Promise<string> => {
      const answer = await call(client, name, args);
      expect(answer.isError).toBe(true);
      return answer.text;
    };
    expect(await wrong('list_hosts', { limit: 5000 })).toBe('limit: expected at most 200, got 5000');
    expect(await wrong('list_hosts', { clas: 'web' })).toContain('no field clas');
    expect(await wrong('get_report', { investigation: 'latest' })).toMatch(/^investigation: expected .*got latest$/);
    expect(await wrong('triage', { hosts: ['web-1'] })).toBe('reason: expected string, got nothing');
    expect(await wrong('triage', { reason: 'checkout is slow since ten' })).toContain('at least one of all, hosts');
    expect(await wrong('triage', { hosts: ['nobody'], reason: 'checkout is slow since ten' })).toContain('nobody');
    expect(await wrong('get_runbook', { runbook: '../hosts' })).toContain('../hosts');
    expect(await wrong('read_evidence', { investigation, host: 'web-1', step: 'none' })).toContain('none');
    await expect(call(client, 'drop_tables')).rejects.toThrow(/there is no tool drop_tables; there are /);
  });

  it('answers in bounded size, and counts what it left out', async () => {
    const many = Array.from({ length: 150 }, (_, n) => `many-${String(n).padStart(3, '0')}`);
    const labels = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`label-${n}`, 'x'.repeat(100)]));
    for (const name of many)
      await server.ok('POST', '/api/v1/hosts', {
        ...{ name, address: '127.0.0.1', transport: 'local', class: 'many', labels },
      });
    const client = await as('hungry', 'viewer');
    const { text } = await call(client, 'list_hosts', { class: 'many', limit: 200 });
    expect(text.length).toBeLessThanOrEqual(40_000);
    const { hosts, leftOut } = JSON.parse(text) as { hosts: unknown[]; leftOut: { hosts: number } };
    expect(hosts.length + leftOut.hosts).toBe(150);
  });

  it('counts the calls of tools as the requests that they are', async () => {
    const limited = await TestServer.start(await postgres.createDatabase('mcp_limits'), {
      FLEETSCOPE_RATE_REQUESTS: '12',
    });
    const made = (await limited.ok('POST', '/api/v1/tokens', { name: 'eager', role: 'viewer' })) as { token: string };
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${limited.url}/api/v1/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${made.token}` } },
      }),
    );
    const refusals: string[] = [];
    for (let n = 0; n < 12; n += 1)
      await call(client, 'list_runbooks').then(
        ({ text, isError }) => isError && refusals.push(text),
        (error: Error) => refusals.push(error.message),
      );
    expect(refusals.length).toBeGreaterThan(2);
    expect(refusals[0]).toContain('too many requests: at most 12 in 60 s');
    await client.close();
    await limited.stop();
  });
});
