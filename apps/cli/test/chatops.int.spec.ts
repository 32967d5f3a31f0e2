import { EXIT } from '@fleetscope/contracts';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../test/support/processes';
import { Receiver } from '../../../test/support/receiver';
import { ROOT, TestPostgres, TestServer } from '../../../test/support/server';

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who is told and who may start something from outside: the verbs against a real control plane. */
describe('verbs of chat and alerts', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fleetscope-chatops-'));
  const receiver = new Receiver();
  let postgres: TestPostgres;
  let server: TestServer;

  const fleetscope = (args: readonly string[], input = ''): Promise<Ended> =>
    new Promise((done) => {
      const child = spawn(join(ROOT, 'fleetscope'), [...args, '--server', server.url], {
        env: { ...process.env, NO_COLOR: '1', FLEETSCOPE_TOKEN: server.token },
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (text: Buffer) => (stdout += text.toString('utf8')));
      child.stderr.on('data', (text: Buffer) => (stderr += text.toString('utf8')));
      child.once('close', (status) => done({ status: status ?? 99, stdout, stderr }));
      child.stdin.end(input);
    });
  // Answers of every shape are looked into.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const json = async (args: readonly string[], input?: string): Promise<any> => {
    const { status, stdout, stderr } = await fleetscope([...args, '--json'], input);
    if (status > 1) throw new Error(stderr);
    return JSON.parse(stdout) as unknown;
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('cli_chatops');
    await receiver.start();
    server = await TestServer.start(await postgres.createDatabase('cli_chatops'), {
      FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1/32',
    });
    await server.addLocalHosts(['web-1'], 'web');
  });
  afterAll(async () => {
    await server.stop();
    receiver.stop();
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('webhooks: added, tested, told of what ended, looked back at, removed', async () => {
    const added = await fleetscope(['webhooks', 'add', 'ops', `${receiver.url}/ops?key=very-secret`]);
    expect([added.status, added.stdout]).toEqual([EXIT.done, expect.stringMatching(/^whsec_\S+\n$/)]);
    // A URL that is as good as a password comes by standard input, and is never shown.
    const team = await fleetscope(['webhooks', 'add', 'team', '-', '--format', 'mattermost'], `${receiver.url}/team\n`);
    expect([team.status, team.stdout]).toEqual([EXIT.done, '']);
    const listed = await fleetscope(['webhooks', 'list']);
    expect(listed.stdout).toMatch(/ops[\s\S]*team.*mattermost/);
    expect(added.stderr + team.stderr + listed.stdout).not.toMatch(/very-secret|\/team/);
    expect(await json(['webhooks', 'test', 'ops'])).toEqual({ delivered: true, status: 200, error: null });
    await server.ended(await server.triage(['web-1']));
    await until(
      'it to be told',
      async () => (await json(['webhooks', 'deliveries', 'ops']))[0]?.state === 'delivered',
      30_000,
    );
    expect((await fleetscope(['webhooks', 'deliveries', 'ops'])).status).toBe(EXIT.done);
    receiver.answer = () => ({ status: 500 });
    const failed = await fleetscope(['webhooks', 'test', 'ops']);
    expect([failed.status, failed.stdout]).toEqual([EXIT.foundWanting, 'it answered 500\n']);
    await server.sql("UPDATE webhook_delivery SET state = 'given-up', last_error = 'it answered 500'");
    const given = await fleetscope(['webhooks', 'deliveries', 'ops', '-n', '1']);
    expect([given.status, given.stdout]).toEqual([EXIT.foundWanting, expect.stringMatching(/given-up.*answered 500/)]);
    for (const name of ['ops', 'team']) expect((await fleetscope(['webhooks', 'remove', name])).status).toBe(EXIT.done);
    expect(await json(['webhooks', 'list'])).toEqual([]);
    const inner = await fleetscope(['webhooks', 'add', 'inner', 'http://169.254.169.254/']);
    expect([inner.status, inner.stderr]).toEqual([EXIT.usage, expect.stringContaining('FLEETSCOPE_OUTBOUND_ALLOW')]);
    expect((await fleetscope(['webhooks', 'deliveries', 'ops'])).stderr).toMatch(/there is no webhook ops/);
  });

  it('hooks and alert rules: added, tried, carried out, removed', async () => {
    const { secret, path } = await json(['hooks', 'add', 'am', '--kind', 'alertmanager', '--scope-class', 'web']);
    expect(await json(['hooks', 'list'])).toMatchObject([
      { name: 'am', role: 'operator', scope: { classes: ['web'], labels: {} } },
    ]);
    const own = await fleetscope(['hooks', 'add', 'pd', '--kind', 'pagerduty', '--secret-file', '-'], 'x'.repeat(32));
    expect([own.status, own.stdout]).toEqual([EXIT.done, '']);
    const rule = ['--hook', 'am', '--match', 'alertname=Slow*', '--host-from', 'instance', '-p', 'window=1s'];
    const added = await fleetscope(['alert-rules', 'add', 'slow', ...rule, '--cooldown', '30m']);
    expect([added.status, added.stdout]).toEqual([
      EXIT.done,
      'slow: alerts with alertname=Slow* start triage-60s on the host in instance, at most once in 30m\n',
    ]);
    const file = join(dir, 'rule.json');
    const queries = { rate: 'sum(rate(http_requests_total{service="$service"}[5m]))' };
    writeFileSync(file, JSON.stringify({ match: { alertname: 'Down' }, targets: { classes: ['web'] }, red: queries }));
    expect(await json(['alert-rules', 'add', 'down', '--file', file, '--hook', 'am'])).toMatchObject({
      ...{ name: 'down', hook: 'am', match: { alertname: 'Down' }, targets: { classes: ['web'] }, red: queries },
    });
    expect((await fleetscope(['alert-rules', 'list'])).stdout).toMatch(/down.*class web[\s\S]*slow.*am.*instance/);

    const alert = (alertname: string) => ({
      ...{ status: 'firing', fingerprint: alertname, startsAt: new Date().toISOString() },
      ...{ labels: { alertname, instance: 'web-1:9100' }, annotations: { summary: alertname } },
    });
    const notification = (alertname: string): string =>
      JSON.stringify({ version: '4', groupKey: 'g', status: 'firing', alerts: [alert(alertname)] });
    writeFileSync(join(dir, 'slow.json'), notification('SlowCheckout'));
    const tried = await fleetscope(['alert-rules', 'test', 'am', join(dir, 'slow.json')]);
    expect([tried.status, tried.stdout]).toEqual([EXIT.done, expect.stringMatching(/slow.*would-start/)]);
    const nothing = await fleetscope(['alert-rules', 'test', 'am', '-'], notification('Fine'));
    expect([nothing.status, nothing.stdout]).toEqual([EXIT.foundWanting, expect.stringContaining('no-rule')]);
    const sent = await server.call('POST', path as string, notification('SlowCheckout'), {
      token: null,
      headers: { authorization: `Bearer ${secret as string}` },
    });
    expect(sent.body.results).toMatchObject([{ rule: 'slow', outcome: 'started' }]);
    await server.ended(sent.body.results[0].investigation as string);

    for (const name of ['slow', 'down']) expect((await fleetscope(['alert-rules', 'remove', name])).status).toBe(0);
    for (const name of ['am', 'pd']) expect((await fleetscope(['hooks', 'remove', name])).status).toBe(EXIT.done);
    expect([await json(['hooks', 'list']), await json(['alert-rules', 'list'])]).toEqual([[], []]);
  });

  it('chat users: a person of ours, or a role with a scope', async () => {
    await server.ok('POST', '/api/v1/users', { name: 'ada', role: 'operator', password: 'a long enough password' });
    expect((await fleetscope(['chat-users', 'set', 'slack:U0123ABCD', '--person', 'ada'])).stdout).toMatch(/is ada/);
    const role = ['--role', 'operator', '--scope-class', 'web'];
    expect((await fleetscope(['chat-users', 'set', 'slack:U0456EFGH', ...role])).stdout).toBe(
      'slack:U0456EFGH is operator of web\n',
    );
    expect((await fleetscope(['chat-users', 'list'])).stdout).toMatch(/U0123ABCD.*ada[\s\S]*U0456EFGH.*operator.*web/);
    const both = await fleetscope(['chat-users', 'set', 'slack:U0123ABCD', '--person', 'ada', '--role', 'viewer']);
    expect([both.status, both.stderr]).toEqual([EXIT.usage, expect.stringContaining('either a person, or a role')]);
    for (const id of ['slack:U0123ABCD', 'slack:U0456EFGH'])
      expect((await fleetscope(['chat-users', 'remove', id])).status).toBe(EXIT.done);
    expect(await json(['chat-users', 'list'])).toEqual([]);
  });

  it('say what was wrong, and end with 2; each verb that takes something has an example', async () => {
    const wrong: [string[], RegExp][] = [
      [['hooks', 'add', 'x', '--kind', 'smoke'], /Allowed choices are/],
      [['hooks', 'add', 'x'], /--kind/],
      [['alert-rules', 'add', 'x', '--match', 'a=b'], /targets: expected at least one of hosts/],
      [['alert-rules', 'add', 'x', '--file', join(dir, 'none.json')], /can't be read/],
      [['chat-users', 'set', 'ada', '--role', 'viewer'], /slack:U0123ABCD/],
      [['webhooks', 'remove', 'nobody'], /there is no webhook nobody/],
    ];
    const told = await Promise.all(wrong.map(([args]) => fleetscope(args)));
    wrong.forEach(([args, said], n) =>
      expect([args, told[n]?.status, told[n]?.stderr]).toEqual([args, EXIT.usage, expect.stringMatching(said)]),
    );
    const verbs = [
      'webhooks add',
      'webhooks test',
      'webhooks deliveries',
      'hooks add',
      'alert-rules add',
      'chat-users set',
    ];
    const helps = await Promise.all(verbs.map((verb) => fleetscope([...verb.split(' '), '--help'])));
    for (const { stdout } of helps) expect(stdout).toMatch(/Examples?:\n {2}(fleetscope|pass)/);
  });
});
