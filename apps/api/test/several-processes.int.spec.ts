import { createHmac } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../test/support/processes';
import { Receiver } from '../../../test/support/receiver';
import { temporaryDir, TestPostgres, TestServer } from '../../../test/support/server';

const SIGNING = '8f742231b10e8888abcd99yyyzzz85a5';
const WEB = ['web-1', 'web-2', 'web-3', 'web-4'];

/** Two control planes on one database, as behind a proxy, with a key that somebody else keeps and a Slack without a bot. */
describe('several processes on one database', () => {
  const dir = temporaryDir('several');
  const keyFile = join(dir, 'current.key');
  const outside = new Receiver();
  const servers: TestServer[] = [];
  let postgres: TestPostgres;
  let databaseUrl: string;
  let one: TestServer;
  let two: TestServer;

  const start = async (env: Record<string, string>): Promise<TestServer> => {
    const server = new TestServer(databaseUrl, {
      ...{ FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1', FLEETSCOPE_SLACK_SIGNING_SECRET: SIGNING },
      ...{ FLEETSCOPE_SECRET_KEY_FILE: keyFile, FLEETSCOPE_EVIDENCE: join(dir, 'evidence') },
      ...env,
    });
    servers.push(server);
    await server.up();
    return server;
  };
  const told = (url: string): typeof outside.received => outside.received.filter((one) => one.url === url);

  beforeAll(async () => {
    postgres = await TestPostgres.start('several');
    databaseUrl = await postgres.createDatabase('several');
    await outside.start();
    writeFileSync(keyFile, `${'ab'.repeat(32)}\n`);
    one = await start({ FLEETSCOPE_TRUST_PROXY: '127.0.0.1, 192.0.2.0/24' });
    two = await start({ FLEETSCOPE_TRUST_PROXY: '10.0.0.0/8' });
    await one.addLocalHosts(WEB, 'web');
    await one.ok('POST', '/api/v1/webhooks', { name: 'ops', url: `${outside.url}/ops` });
  }, 120_000);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    outside.stop();
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each<[string, () => TestServer, string, string]>([
    ['is what the proxy says, where that is trusted', () => one, '203.0.113.9', '203.0.113.9'],
    ['is the last that no proxy of ours added', () => one, '198.51.100.1, 203.0.113.9, 192.0.2.7', '203.0.113.9'],
    ['is who connected, where that is nobody trusted', () => two, '203.0.113.9', '127.0.0.1'],
  ])('the address in the audit log %s', async (_, server, forwarded, address) => {
    const name = `from-${forwarded.length}-${address}`;
    await server().ok(
      'POST',
      '/api/v1/tokens',
      { name, role: 'viewer' },
      { headers: { 'x-forwarded-for': forwarded } },
    );
    const log = (await one.ok('GET', '/api/v1/audit?limit=20')) as { subject: string; detail: { address: string } }[];
    expect(log.find(({ subject }) => subject === name)?.detail.address).toBe(address);
  });

  it('who ended is told once, whichever process tells it', async () => {
    const ids = [];
    for (const [n, host] of WEB.entries()) ids.push(await [one, two][n % 2]!.triage([host]));
    for (const id of ids) await one.ended(id, 60_000);
    const investigations = (): string[] =>
      told('/ops').map(
        ({ body }) => (JSON.parse(body) as { data: { investigation: { id: string } } }).data.investigation.id,
      );
    await until('all of them to be told', () => new Set(investigations()).size === ids.length, 30_000);
    // Rounds of both, in which one could be told again.
    await new Promise((done) => setTimeout(done, 3_500));
    expect(investigations().sort()).toEqual([...ids].sort());
    expect(new Set(told('/ops').map(({ headers }) => headers['webhook-id'])).size).toBe(ids.length);
    const rows = (await one.ok('GET', '/api/v1/webhooks/ops/deliveries')) as { state: string; attempts: number }[];
    expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual(ids.map(() => ['delivered', 1]));
  });

  it('without a bot’s token, progress and verdict go to the URL of the command, five times at most', async () => {
    await one.ok('PUT', '/api/v1/chat/users/slack:UOPS', { role: 'operator' });
    const body = new URLSearchParams({
      ...{ command: '/fleetscope', text: 'triage class:web window:1s', user_id: 'UOPS', channel_id: 'C1' },
      ...{ response_url: `${outside.url}/commands/1234/5678`, trigger_id: '1.2', team_id: 'T1' },
    }).toString();
    const at = Math.floor(Date.now() / 1000);
    const answer = await two.call('POST', '/api/v1/chat/slack/command', body, {
      token: null,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': `v0=${createHmac('sha256', SIGNING).update(`v0:${at}:${body}`).digest('hex')}`,
      },
    });
    expect([answer.status, answer.body.text]).toEqual([200, 'Started triage-60s as slack:UOPS.']);
    const messages = (): { text: string; replace_original: boolean; response_type: string }[] =>
      told('/commands/1234/5678').map((message) => JSON.parse(message.body) as never);
    await until('the verdict to be told', () => messages().some(({ text }) => text.includes('ended:')), 60_000);
    await new Promise((done) => setTimeout(done, 2_500));
    const all = messages();
    expect(all.length).toBeLessThanOrEqual(5);
    // Each says something else than the one before it: two processes tell it as one.
    expect(new Set(all.map((message) => JSON.stringify(message))).size).toBe(all.length);
    expect(all.at(-1)?.text).toContain('ended:');
    for (const message of all) expect(message).toMatchObject({ replace_original: true, response_type: 'in_channel' });
    expect(told('/commands/1234/5678').every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(outside.received.filter(({ url }) => url.includes('/api/chat.'))).toEqual([]);
  });

  describe('the key of the secrets from a file', () => {
    const delivers = (server: TestServer): Promise<unknown> => server.ok('POST', '/api/v1/webhooks/ops/test');

    it('opens in every process what another has sealed, and none has a key of its own', async () => {
      expect(await delivers(two)).toMatchObject({ delivered: true });
      for (const { dataDir } of servers) expect(existsSync(join(dataDir, 'secret.key'))).toBe(false);
    });

    it('says what is wrong with it before anything starts', async () => {
      const wrong = async (file: string, text: string | null): Promise<void> => {
        if (text !== null) writeFileSync(file, text);
        await new TestServer(databaseUrl, { FLEETSCOPE_SECRET_KEY_FILE: file }).up();
      };
      await expect(wrong(join(dir, 'none.key'), null)).rejects.toThrow(/FLEETSCOPE_SECRET_KEY_FILE: ENOENT/);
      await expect(wrong(join(dir, 'short.key'), 'abcd')).rejects.toThrow(/expected 64 hexadecimal digits/);
    });

    it('is exchanged with the old one in a file beside it', async () => {
      await one.kill();
      await two.kill();
      const [oldFile, newFile] = [keyFile, join(dir, 'new.key')];
      writeFileSync(newFile, 'cd'.repeat(32));
      const between = await start({ FLEETSCOPE_SECRET_KEY_FILE: newFile, FLEETSCOPE_SECRET_KEY_OLD_FILE: oldFile });
      expect(await delivers(between)).toMatchObject({ delivered: true });
      expect(await between.ok('POST', '/api/v1/secrets/rotate')).toEqual({ changed: expect.any(Number) });
      await between.kill();
      const after = await start({ FLEETSCOPE_SECRET_KEY_FILE: newFile });
      expect(await delivers(after)).toMatchObject({ delivered: true });
    });
  });
});
