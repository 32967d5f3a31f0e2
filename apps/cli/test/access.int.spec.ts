import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliResult } from '../../../test/support/control-plane';
import { ROOT, TestPostgres, TestServer } from '../../../test/support/server';

const PASSWORD = 'correct horse battery';

describe('users, tokens, approvals and secrets, by the command line', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'fleetscope-cli-access-'));
  let postgres: TestPostgres;
  let server: TestServer;

  const fleetscope = (args: string[], { input = '', token = server.token } = {}): Promise<CliResult> =>
    new Promise((done) => {
      const file = join(scratch, 'token');
      writeFileSync(file, token, { mode: 0o600 });
      const child = execFile(
        join(ROOT, 'fleetscope'),
        [...args, '--server', server.url, '--token-file', file],
        { cwd: '/', encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
        (error, stdout, stderr) =>
          done({ status: error ? (typeof error.code === 'number' ? error.code : 99) : 0, stdout, stderr }),
      );
      child.stdin?.on('error', () => undefined).end(input);
    });
  const tokenOf = async (...args: string[]): Promise<string> =>
    (await fleetscope(['tokens', 'create', ...args])).stdout.trim();

  beforeAll(async () => {
    postgres = await TestPostgres.start('cli-access');
    server = await TestServer.start(await postgres.createDatabase('cli_access'), { FLEETSCOPE_APPROVAL_HOSTS: '1' });
    await server.addLocalHosts(['c-1', 'c-2'], 'web');
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('a user is added with a password from standard input, which is shown nowhere', async () => {
    const added = await fleetscope(['users', 'add', 'ada', '--role', 'viewer', '--scope-class', 'web'], {
      input: `${PASSWORD}\n`,
    });
    expect(added).toMatchObject({ status: 0, stdout: 'ada may sign in as viewer\n' });
    const listed = await fleetscope(['users', 'list']);
    expect(listed.stdout).toMatch(/ada .*viewer .*web .*here .*never/);
    expect([added, listed].map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(PASSWORD);
    const opened = await server.call('POST', '/api/v1/session', { name: 'ada', password: PASSWORD }, { token: null });
    expect(opened.body).toMatchObject({ role: 'viewer', scope: { classes: ['web'], labels: {} } });
  });

  it('role, scope, password and being let in are changed; a short password is refused with status 2', async () => {
    const changed = await fleetscope(['users', 'set-role', 'ada', 'commander', '--scope-label', 'env=prod', '--json']);
    expect(JSON.parse(changed.stdout)).toMatchObject({
      role: 'commander',
      scope: { classes: [], labels: { env: 'prod' } },
    });
    expect((await fleetscope(['users', 'set-password', 'ada'], { input: 'short' })).status).toBe(2);
    expect((await fleetscope(['users', 'set-password', 'ada'], { input: `${PASSWORD}!` })).status).toBe(0);
    expect((await fleetscope(['users', 'disable', 'ada'])).stdout).toBe('ada is disabled\n');
    const signIn = (): Promise<{ status: number }> =>
      server.call('POST', '/api/v1/session', { name: 'ada', password: `${PASSWORD}!` }, { token: null });
    expect((await signIn()).status).toBe(401);
    expect((await fleetscope(['users', 'enable', 'ada'])).stdout).toBe('ada is commander of env=prod\n');
    expect((await signIn()).status).toBe(201);
    expect((await fleetscope(['users', 'disable', 'nobody'])).status).toBe(2);
  });

  it('a token has a scope and an end', async () => {
    const token = await tokenOf('bot', '--role', 'operator', '--scope-class', 'db', '--expires', '30');
    const refused = await fleetscope(['triage', '--class', 'web'], { token });
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringContaining('2 of 2 hosts are outside the scope of bot: c-1, c-2'),
    ]);
    const [listed] = JSON.parse((await fleetscope(['tokens', 'list', '--json'])).stdout).filter(
      ({ name }: { name: string }) => name === 'bot',
    );
    const days = (Date.parse(listed.expiresAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    await tokenOf('for-ever', '--expires', 'never');
    expect((await fleetscope(['tokens', 'list'])).stdout).toMatch(/for-ever .*never/);
  });

  it('a wide request says that it waits; another commander approves, and it runs', async () => {
    const [ann, bob] = [await tokenOf('ann', '--role', 'commander'), await tokenOf('bob', '--role', 'commander')];
    const asked = await fleetscope(['triage', '--class', 'web', '--window', '1s', '--no-wait', '--json'], {
      token: ann,
    });
    expect(asked.stderr).toContain('it waits for another commander');
    const { id } = JSON.parse(asked.stdout) as { id: string };
    const listed = await fleetscope(['approvals', 'list'], { token: bob });
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).toContain('ann');
    const decide = (token: string): Promise<CliResult> =>
      fleetscope(['approvals', 'approve', id, '--reason', 'agreed on the phone'], { token });
    expect((await fleetscope(['approvals', 'approve', id], { token: bob })).status).toBe(2);
    expect((await decide(ann)).stderr).toContain('another commander must decide');
    expect((await decide(bob)).stdout).toContain('it runs');
    await server.ended(id);
    expect((await fleetscope(['approvals', 'reject', id, '--reason', 'too late'], { token: bob })).status).toBe(2);
    expect((await fleetscope(['approvals', 'list'], { token: bob })).stdout).toContain('nothing waits for approval');
  });

  it('the key of the secrets is exchanged', async () => {
    expect(await fleetscope(['secrets', 'rotate'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^0 secrets/),
    });
  });
});
