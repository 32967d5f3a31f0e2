import { createHmac } from 'node:crypto';
import { until } from '../../../test/support/processes';
import { Receiver } from '../../../test/support/receiver';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const now = (): number => Math.floor(Date.now() / 1000);

describe('Slack', () => {
  const slack = new Receiver();
  let postgres: TestPostgres;
  let server: TestServer;
  let shift = 0;

  const send = (path: string, body: string, { secret = SECRET, at = now(), sign = body } = {}): Promise<Answer> =>
    server.call('POST', `/api/v1/chat/slack/${path}`, body, {
      token: null,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${at}:${sign}`).digest('hex')}`,
      },
    });
  /** As Slack sends a slash command. */
  const form = (text: string, user = 'U2147483697'): string =>
    new URLSearchParams({
      ...{ token: 'gIkuvaNzQIHg97ATvDxqgjtO', team_id: 'T0001', team_domain: 'example', channel_id: 'C2147483705' },
      ...{ channel_name: 'test', user_id: user, user_name: 'Steve', command: '/fleetscope', text },
      ...{
        response_url: `${slack.url}/commands/1234/5678`,
        trigger_id: `13345224609.${++shift}`,
        api_app_id: 'A123456',
      },
    }).toString();
  const command = async (text: string, user?: string): Promise<string> => {
    const { status, body } = await send('command', form(text, user));
    expect(status).toBe(200);
    return body.text as string;
  };
  /** As Slack sends a click on a button. */
  const click = (value: string, user: string): Promise<Answer> => {
    const payload = {
      ...{ type: 'block_actions', api_app_id: 'A02', trigger_id: `12321423423.${++shift}`, token: 'x' },
      user: { id: user, username: 'bobby', team_id: 'T9TK3CUKW' },
      container: { type: 'message', message_ts: '1503435956.000247', channel_id: 'C2147483705', is_ephemeral: false },
      channel: { id: 'C2147483705', name: 'test' },
      response_url: `${slack.url}/actions/T9TK3CUKW/1/x`,
      actions: [{ action_id: 'run-0', block_id: '=qXel', type: 'button', value, action_ts: '1548426417.840180' }],
    };
    return send('actions', new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
  };
  const said = (method: string): { channel: string; ts?: string; text: string; blocks?: object[] }[] =>
    slack.received.filter(({ url }) => url === method).map(({ body }) => JSON.parse(body) as never);
  const latest = async (): Promise<{ id: string; requestedBy: string; targets: object; runbook: string }> =>
    ((await server.ok('GET', '/api/v1/investigations')) as never[])[0]!;

  beforeAll(async () => {
    postgres = await TestPostgres.start('slack');
    await slack.start();
    slack.answer = ({ url }) =>
      url.startsWith('/api/') ? { body: { ok: true, channel: 'C2147483705', ts: '1503435956.000247' } } : {};
    server = await TestServer.start(await postgres.createDatabase('slack'), {
      FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1',
      FLEETSCOPE_SLACK_SIGNING_SECRET: SECRET,
      FLEETSCOPE_SLACK_BOT_TOKEN: 'xoxb-not-a-real-token',
      FLEETSCOPE_SLACK_API: `${slack.url}/api`,
      FLEETSCOPE_PUBLIC_URL: 'https://fleetscope.example',
    });
    await server.addLocalHosts(['web-1'], 'web');
    await server.addLocalHosts(['db-1'], 'db');
    await server.ok('POST', '/api/v1/users', { name: 'ada', role: 'operator', password: 'a long enough password' });
    await server.ok('PUT', '/api/v1/chat/users/slack:UADA', { person: 'ada' });
    await server.ok('PUT', '/api/v1/chat/users/slack:UWEB', { role: 'operator', scope: { classes: ['web'] } });
    await server.ok('PUT', '/api/v1/chat/users/slack:UVIEW', { role: 'viewer' });
  });
  afterAll(async () => {
    await server.stop();
    slack.stop();
    await postgres.stop();
  });

  it('wrong signature, stale time and replay are refused', async () => {
    const body = form('help', 'UADA');
    expect((await send('command', body, { secret: 'another secret' })).status).toBe(401);
    expect((await send('command', body, { sign: `${body}&x=1` })).status).toBe(401);
    expect(
      (
        await server.call('POST', '/api/v1/chat/slack/command', body, {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        })
      ).status,
    ).toBe(401);
    for (const at of [now() - 301, now() + 360]) expect((await send('command', body, { at })).status).toBe(401);
    const at = now();
    expect((await send('command', body, { at })).status).toBe(200);
    const replayed = await send('command', body, { at });
    expect([replayed.status, replayed.body.detail]).toEqual([401, expect.stringContaining('received before')]);
    const audit = (await server.ok('GET', '/api/v1/audit?limit=100')) as { actor: string; result: string }[];
    expect(audit.filter(({ actor, result }) => actor === 'slack' && result === 'denied')).toHaveLength(6);
  });

  it('whom we do not know is told so, and starts nothing', async () => {
    const stranger = await command('triage class:web', 'USTRANGER');
    // What an administrator types, as the CLI takes it.
    expect(stranger).toContain('`fleetscope chat-users set slack:USTRANGER --role operator`');
    expect(stranger).not.toContain('/api/');
    expect(await command('triage class:web', 'UVIEW')).toContain('needs the role operator');
    expect(await command('triage class:db', 'UWEB')).toMatch(/Not started: .*outside the scope/);
    expect(await command('triage', 'UADA')).toContain('class:NAME');
    expect(await command('frobnicate <!here>', 'UADA')).toContain('no `frobnicate`');
    expect(await server.ok('GET', '/api/v1/investigations')).toEqual([]);
  });

  it('a command starts a triage as the person; one message shows how it goes, and then the verdict', async () => {
    expect(await command('triage class:web window:2s', 'UADA')).toBe('Started triage-60s as ada.');
    const { id, requestedBy } = await latest();
    expect(requestedBy).toBe('ada');
    await server.ended(id);
    await until(
      'the verdict to be told',
      () => said('/api/chat.update').some(({ text }) => text.includes('ended:')),
      20_000,
    );
    expect(said('/api/chat.postMessage')).toHaveLength(1);
    expect(said('/api/chat.postMessage')[0]).toMatchObject({
      channel: 'C2147483705',
      text: expect.stringContaining('0 of 1 hosts done'),
    });
    const verdict = said('/api/chat.update').at(-1)!;
    expect(verdict).toMatchObject({ channel: 'C2147483705', ts: '1503435956.000247' });
    expect(JSON.stringify(verdict.blocks)).toContain(`<https://fleetscope.example/investigations/${id}|Investigation>`);
    expect(slack.received.every(({ headers }) => headers.authorization === 'Bearer xoxb-not-a-real-token')).toBe(true);
    expect(await command('status', 'UADA')).toContain('succeeded, 1 of 1 answered (ada)');
    expect(await command('status', 'UWEB')).toContain('succeeded');
  });

  it('a button runs what the verdict says to run next, as whoever clicks it', async () => {
    const { id } = await latest();
    const statement = {
      severity: 'warn',
      text: 'w <!here>',
      hosts: ['web-1'],
      rules: ['x'],
      next: { runbook: 'triage-60s', hosts: ['web-1'] },
    };
    await server.sql(`UPDATE investigation SET verdict = jsonb_set(verdict, '{statements}', $1::jsonb) WHERE id = $2`, [
      ...[JSON.stringify([statement]), id],
    ]);
    expect((await click(`${id}:0`, 'USTRANGER')).body.text).toContain('nobody here');
    expect((await click(`${id}:7`, 'UADA')).body.text).toContain('not there');
    expect((await click(`${id}:0`, 'UWEB')).body.text).toBe('Started triage-60s as slack:UWEB.');
    const started = await latest();
    expect(started).toMatchObject({ requestedBy: 'slack:UWEB', targets: { hosts: ['web-1'] } });
    const audit = (await server.ok('GET', '/api/v1/audit?limit=20')) as {
      actor: string;
      action: string;
      subject: string;
    }[];
    expect(audit).toContainEqual(
      expect.objectContaining({ actor: 'slack:UWEB', action: 'investigation.create', subject: started.id }),
    );
  });

  it('who was disabled here may nothing there, either', async () => {
    await server.ok('PATCH', '/api/v1/users/ada', { disabled: true });
    expect(await command('triage class:web', 'UADA')).toContain('nobody here');
  });
});
