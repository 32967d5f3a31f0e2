import { type InvestigationSnapshot, type LiveEvent } from '@fleetscope/contracts';
import { LiveSocket } from '../../../test/support/live-socket';
import { sleep, until } from '../../../test/support/processes';
import { TestPostgres, TestServer } from '../../../test/support/server';

const HOSTS = ['l-1', 'l-2'];
const UUID = '00000000-0000-4000-8000-000000000000';

describe('the live channel', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const clients: LiveSocket[] = [];

  const open = async (headers?: Record<string, string>): Promise<LiveSocket> => {
    const client = await LiveSocket.open(server, headers);
    clients.push(client);
    return client;
  };
  const log = async (id: string): Promise<LiveEvent[]> =>
    ((await server.ok('GET', `/api/v1/investigations/${id}/events?limit=2000`)) as { events: LiveEvent[] }).events;
  /** Evidence rows and lists come in no order that matters. */
  const comparable = ({ seq, investigation, runs }: InvestigationSnapshot): unknown => ({
    seq,
    state: investigation.state,
    coverage: investigation.coverage,
    verdict: investigation.verdict,
    runs,
  });

  beforeAll(async () => {
    postgres = await TestPostgres.start('live');
    server = await TestServer.start(await postgres.createDatabase('live'), { FLEETSCOPE_LOG_LEVEL: 'warn' });
    await server.addLocalHosts(HOSTS);
  });

  afterEach(() => clients.splice(0).forEach(({ socket }) => socket.terminate()));

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it.each([
    ['without a token', {}],
    ['with a wrong token', { authorization: `Bearer fs_${'A'.repeat(43)}` }],
  ])('%s is closed with 4401, and what was sent before is not read', async (_, headers) => {
    const client = await open(headers as Record<string, string>);
    client.send({ type: 'subscribe', investigation: UUID });
    await until('the close', () => client.closed !== null, 5_000);
    expect(client.closed).toEqual({ code: 4401 });
    expect(client.messages).toEqual([]);
  });

  it('from a page of another origin is closed with 4401, though its cookie is good', async () => {
    const opened = await server.call('POST', '/api/v1/session', { token: server.token }, { token: null });
    const cookie = (opened.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    const foreign = await open({ cookie, origin: 'https://evil.example' });
    await until('the close', () => foreign.closed !== null, 5_000);
    expect(foreign.closed).toEqual({ code: 4401 });
    const own = await open({ cookie, origin: server.url });
    own.send({ type: 'subscribe', investigation: UUID });
    await until('an answer', () => own.messages.length > 0, 5_000);
    expect(own.messages[0]).toEqual({ type: 'problem', status: 404, detail: expect.stringContaining(UUID) });
  });

  it('gives a snapshot and then every event, without a gap, to two clients alike, and both end with the stored state', async () => {
    const id = await server.triage(HOSTS);
    const both = [await open(), await open()];
    for (const client of both) client.send({ type: 'subscribe', investigation: id });
    await until('the end', () => both.every((client) => client.hasEnded), 20_000);
    const stored = (await server.snapshot(id)) as InvestigationSnapshot;
    for (const client of both) {
      expect(client.messages[0]?.type).toBe('snapshot');
      expect(client.of('snapshot')).toHaveLength(1);
      const first = client.of('snapshot')[0]?.snapshot.seq ?? 0;
      expect(client.events.map(({ seq }) => seq)).toEqual(
        Array.from({ length: stored.seq - first }, (_, i) => first + 1 + i),
      );
      expect(comparable(client.state as InvestigationSnapshot)).toEqual(comparable(stored));
    }
    expect((await log(id)).map(({ seq }) => seq)).toEqual(Array.from({ length: stored.seq }, (_, i) => i + 1));
  });

  it('gives a client that comes back with since=N everything once, however often it breaks off', async () => {
    const id = await server.triage(HOSTS, '2s');
    const got: LiveEvent[] = [];
    let since = 0;
    for (let round = 0; round < 60; round += 1) {
      const client = await open();
      client.send({ type: 'subscribe', investigation: id, since });
      await sleep(120 + (round % 5) * 60);
      client.socket.terminate();
      const { events } = client;
      got.push(...events);
      since = events.at(-1)?.seq ?? since;
      if (events.some((event) => event.type === 'investigation')) break;
    }
    await server.ended(id);
    expect(got).toEqual(await log(id));
    expect(got.length).toBeGreaterThan(20);
  });

  it('answers since=N of an investigation that has ended with what came after N, and nothing when there is nothing', async () => {
    const id = await server.triage(['l-1']);
    const { seq } = (await server.ended(id)) as InvestigationSnapshot;
    const client = await open();
    client.send({ type: 'subscribe', investigation: id, since: seq - 2 });
    await until('two events', () => client.events.length === 2, 5_000);
    expect(client.events.map((event) => event.seq)).toEqual([seq - 1, seq]);
    const current = await open();
    current.send({ type: 'subscribe', investigation: id, since: seq });
    await sleep(500);
    expect(current.messages).toEqual([]);
  });

  it('gives a snapshot instead of thousands of events to who was away too long', async () => {
    const id = await server.triage(['l-1']);
    const { seq } = (await server.ended(id)) as InvestigationSnapshot;
    await server.sql(
      `INSERT INTO event_log (investigation_id, seq, body) SELECT $1::uuid, $2::int + n, '{"type":"step"}' FROM generate_series(1, 2100) n`,
      [id, seq],
    );
    await server.sql('UPDATE event_counter SET seq = seq + 2100 WHERE investigation_id = $1', [id]);
    const client = await open();
    client.send({ type: 'subscribe', investigation: id, since: 1 });
    await until('an answer', () => client.messages.length > 0, 5_000);
    expect(client.messages).toHaveLength(1);
    expect(client.state?.seq).toBe(seq + 2_100);
  });

  it('shows who comes in mid-run every step, in order, those that are still to come among them', async () => {
    const id = await server.triage(['l-1'], '2s');
    const planned = ((await server.snapshot(id)) as InvestigationSnapshot).runs[0]?.steps.map(({ step }) => step);
    await until(
      'a step to run',
      async () =>
        ((await server.snapshot(id)) as InvestigationSnapshot).runs[0]?.steps.some(
          ({ state }) => state === 'running',
        ) ?? false,
      10_000,
    );
    const client = await open();
    client.send({ type: 'subscribe', investigation: id });
    await until('the end', () => client.hasEnded, 20_000);
    expect(planned?.length).toBeGreaterThan(10);
    expect(client.of('snapshot')[0]?.snapshot.runs[0]?.steps.map(({ step }) => step)).toEqual(planned);
    expect(comparable(client.state as InvestigationSnapshot)).toEqual(
      comparable((await server.snapshot(id)) as InvestigationSnapshot),
    );
  });

  it('goes quiet after unsubscribe, and answers nonsense with a problem', async () => {
    const id = await server.triage(['l-1']);
    const client = await open();
    client.send({ type: 'subscribe', investigation: id });
    await until('the snapshot', () => client.messages.length > 0, 5_000);
    client.send({ type: 'unsubscribe', investigation: id });
    await sleep(150);
    const before = client.messages.length;
    await server.ended(id);
    await sleep(200);
    expect(client.messages.length).toBe(before);
    client.socket.send('{');
    client.send({ type: 'subscribe', investigation: 'x' });
    await until('two problems', () => client.of('problem').length === 2, 5_000);
    expect(client.of('problem').map(({ status }) => status)).toEqual([400, 400]);
  });

  it('sends the lines of a run while it runs to who watches it, and of no other run', async () => {
    const id = await server.triage(HOSTS, '3s');
    const { runs } = (await server.snapshot(id)) as InvestigationSnapshot;
    const [watched] = runs;
    const watcher = await open();
    const other = await open();
    other.send({ type: 'subscribe', investigation: id });
    watcher.send({ type: 'tail', runId: watched?.id });
    await until('a line', () => watcher.of('tail').length > 0, 10_000);
    const arrivedWhileRunning =
      ((await server.snapshot(id)) as InvestigationSnapshot).investigation.state === 'running';
    expect(arrivedWhileRunning).toBe(true);
    await server.ended(id);
    expect(new Set(watcher.of('tail').map(({ runId }) => runId))).toEqual(new Set([watched?.id]));
    const lines = watcher.of('tail').flatMap((message) => message.lines);
    const raw = new Map<string, string>();
    for (const { step, stream, text } of lines) {
      const key = `${step}?stream=${stream}`;
      if (!raw.has(key))
        raw.set(key, (await server.call('GET', `/api/v1/runs/${watched?.id ?? ''}/evidence/${key}`)).text);
      expect(raw.get(key)).toContain(text.replace(/…$/, ''));
    }
    expect(other.of('tail')).toEqual([]);
  });

  it('stops the lines at untail', async () => {
    const id = await server.triage(['l-1'], '4s');
    const runId = ((await server.snapshot(id)) as InvestigationSnapshot).runs[0]?.id;
    const client = await open();
    client.send({ type: 'tail', runId });
    await until('a line', () => client.of('tail').length > 0, 10_000);
    client.send({ type: 'untail', runId });
    await sleep(150);
    const before = client.of('tail').length;
    await sleep(1_500);
    expect(client.of('tail').length).toBe(before);
    await server.call('POST', `/api/v1/investigations/${id}/cancel`);
    await server.ended(id);
  });

  it('ends with the right state though its notification connection is killed again and again in mid-run', async () => {
    const id = await server.triage(HOSTS, '2s');
    const client = await open();
    client.send({ type: 'subscribe', investigation: id });
    await until('the snapshot', () => client.messages.length > 0, 5_000);
    let killed = 0;
    while (!client.hasEnded && killed < 40) {
      const rows = await server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fleetscope bus' AND datname = current_database()",
      );
      killed += rows.length;
      await sleep(450);
    }
    await until('the end', () => client.hasEnded, 15_000);
    expect(killed).toBeGreaterThan(2);
    const stored = (await server.snapshot(id)) as InvestigationSnapshot;
    await until('the last event', () => client.state?.seq === stored.seq, 3_000);
    expect(comparable(client.state as InvestigationSnapshot)).toEqual(comparable(stored));
    const first = client.of('snapshot')[0]?.snapshot.seq ?? 0;
    expect(client.events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: stored.seq - first }, (_, i) => first + 1 + i),
    );
    // And it hears again: the next investigation arrives by notification.
    await sleep(500);
    const next = await server.triage(['l-1']);
    client.send({ type: 'subscribe', investigation: next });
    await until('the next end', () => client.hasEnded && client.state?.investigation.id === next, 20_000);
  });

  it('keeps at most ten batches a second for a client', async () => {
    const id = await server.triage(HOSTS);
    const client = await open();
    const at: number[] = [];
    client.socket.on('message', () => at.push(performance.now()));
    client.send({ type: 'subscribe', investigation: id });
    await until('the end', () => client.hasEnded, 20_000);
    for (let i = 10; i < at.length; i += 1) expect((at[i] ?? 0) - (at[i - 10] ?? 0)).toBeGreaterThan(850);
  });
});
