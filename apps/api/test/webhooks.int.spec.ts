import { Webhook } from 'standardwebhooks';
import { until } from '../../../test/support/processes';
import { Receiver } from '../../../test/support/receiver';
import { TestPostgres, TestServer } from '../../../test/support/server';

describe('webhooks', () => {
  const receiver = new Receiver();
  let postgres: TestPostgres;
  let server: TestServer;
  let secret = '';

  beforeAll(async () => {
    postgres = await TestPostgres.start('webhooks');
    await receiver.start();
    server = await TestServer.start(await postgres.createDatabase('webhooks'), {
      FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1/32',
      FLEETSCOPE_PUBLIC_URL: 'https://fleetscope.example/',
      FLEETSCOPE_LOG_LEVEL: 'debug',
    });
    await server.addLocalHosts(['here'], 'web');
  });
  afterAll(async () => {
    await server.stop();
    receiver.stop();
    await postgres.stop();
  });

  const to = (path: string): typeof receiver.received => receiver.received.filter(({ url }) => url === path);
  const webhook = async (name: string): Promise<Record<string, unknown>> =>
    ((await server.ok('GET', '/api/v1/webhooks')) as Record<string, unknown>[]).find((one) => one['name'] === name)!;

  it('leads nowhere inside unless that is allowed', async () => {
    for (const url of ['http://169.254.169.254/latest/', 'http://10.0.0.1/', 'http://[::1]/']) {
      const answer = await server.call('POST', '/api/v1/webhooks', { name: 'inner', url });
      expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining('FLEETSCOPE_OUTBOUND_ALLOW')]);
    }
  });

  it('a secret is shown once, and never what is secret of the URL', async () => {
    const url = `${receiver.url}/standard?key=very-secret-key`;
    const added = await server.ok('POST', '/api/v1/webhooks', { name: 'standard', url });
    ({ secret } = added as { secret: string });
    expect(secret).toMatch(/^whsec_/);
    for (const format of ['mattermost', 'teams'])
      await server.ok('POST', '/api/v1/webhooks', { name: format, format, url: `${receiver.url}/${format}` });
    const [listed, audit, rows] = await Promise.all([
      server.call('GET', '/api/v1/webhooks'),
      server.call('GET', '/api/v1/audit?limit=100'),
      server.sql('SELECT s::text FROM webhook_subscription s'),
    ]);
    for (const text of [listed.text, audit.text, JSON.stringify(rows), server.log]) {
      expect(text).not.toContain('very-secret-key');
      expect(text).not.toContain(secret);
    }
    expect((await server.call('POST', '/api/v1/webhooks', { name: 'standard', url })).status).toBe(409);
  });

  it('a test is sent at once, and says what went wrong', async () => {
    expect(await server.ok('POST', '/api/v1/webhooks/standard/test')).toEqual({
      ...{ delivered: true, status: 200, error: null },
    });
    receiver.answer = () => ({ status: 302 });
    expect(await server.ok('POST', '/api/v1/webhooks/standard/test')).toMatchObject({ delivered: false, status: 302 });
    receiver.answer = () => ({});
    receiver.received.length = 0;
  });

  it('tells of an investigation that ended, signed, in the shape that each wants; tried again under the same id', async () => {
    let failures = 1;
    receiver.answer = ({ url }) => (url.startsWith('/standard') && failures-- > 0 ? { status: 503 } : {});
    const id = await server.triage(['here']);
    await server.ended(id);
    const path = '/standard?key=very-secret-key';
    await until(
      'all to be told',
      () => to(path).length === 2 && to('/mattermost').length + to('/teams').length === 2,
      20_000,
    );

    const [first, second] = to(path);
    expect(first!.headers['webhook-id']).toBe(second!.headers['webhook-id']);
    const news = new Webhook(secret).verify(second!.body, second!.headers as Record<string, string>) as any; // eslint-disable-line @typescript-eslint/no-explicit-any
    expect(() => new Webhook(secret).verify(`${second!.body} `, second!.headers as Record<string, string>)).toThrow();
    expect(news).toMatchObject({
      type: 'investigation.ended',
      data: {
        investigation: { id, runbook: expect.stringMatching(/^triage-60s/), state: 'succeeded', hosts: 1 },
        coverage: { targeted: 1, answered: 1 },
        verdict: { summary: expect.any(String) },
        links: { investigation: `https://fleetscope.example/investigations/${id}` },
      },
    });
    expect(news.data.text.split('\n')).toHaveLength(3);
    expect(news.data.text).toContain(news.data.verdict.summary);

    const mattermost = JSON.parse(to('/mattermost')[0]!.body) as { text: string };
    expect(mattermost.text).toContain(`[Investigation](https://fleetscope.example/investigations/${id})`);
    const teams = JSON.parse(to('/teams')[0]!.body) as { attachments: { contentType: string; content: object }[] };
    expect(teams.attachments[0]).toMatchObject({
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: { type: 'AdaptiveCard', actions: [{ url: expect.stringContaining(id) }, { type: 'Action.OpenUrl' }] },
    });
    await until('it to be written down', async () => (await webhook('standard'))['delivered'] === 1, 20_000);
    expect(await webhook('standard')).toMatchObject({ waiting: 0, givenUp: 0, lastError: 'it answered 503' });
  });

  it('what could not be delivered survives a killed process, and is delivered once', async () => {
    receiver.received.length = 0;
    receiver.stop();
    const id = await server.triage(['here']);
    await server.ended(id);
    await until(
      'a try to fail',
      async () => String((await webhook('mattermost'))['lastError']).includes('ECONNREFUSED'),
      20_000,
    );
    await server.kill();
    await receiver.start();
    await server.up();
    await until('it to be told', () => to('/mattermost').some(({ body }) => body.includes(id)), 30_000);
    await until('it to be written down', async () => (await webhook('mattermost'))['waiting'] === 0, 20_000);
    expect(to('/mattermost').filter(({ body }) => body.includes(id))).toHaveLength(1);
  });

  it('is told nothing more once it is removed', async () => {
    await server.ok('DELETE', '/api/v1/webhooks/mattermost');
    expect((await server.call('DELETE', '/api/v1/webhooks/mattermost')).status).toBe(404);
    const audit = (await server.ok('GET', '/api/v1/audit?limit=100')) as { action: string; subject: string }[];
    expect(audit.filter(({ subject }) => subject === 'mattermost').map(({ action }) => action)).toEqual([
      'webhook.remove',
      'webhook.add',
    ]);
  });
});
