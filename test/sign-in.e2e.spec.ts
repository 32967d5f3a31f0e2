import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { until } from './support/processes';
import { freePort, ROOT, temporaryDir, TestPostgres, TestServer } from './support/server';

const SECRET = 'a-client-secret-of-the-test';

describe('signing in, in a real browser', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let provider: ChildProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  const startProvider = async (port: number, redirectUri: string): Promise<void> => {
    let said = '';
    provider = spawn(process.execPath, [join(ROOT, 'test/support/oidc-provider.mjs'), String(port), redirectUri], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [provider.stdout, provider.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
    await until(`the identity provider: ${said}`, () => said.includes('ready'), 20_000);
  };
  /** Who the page's session is of; null for nobody. */
  const me = (): Promise<{ name: string; role: string; scope: unknown } | null> =>
    page.evaluate(async () => {
      const answer = await fetch('/api/v1/me');
      return answer.ok ? ((await answer.json()) as { name: string; role: string; scope: unknown }) : null;
    });
  const atProvider = async (login: string): Promise<void> => {
    await page.goto(`${server.url}/login`);
    await page.getByRole('link', { name: 'Sign in with Example' }).click();
    await page.getByPlaceholder('Enter any login').fill(login);
    await page.getByPlaceholder('and password').fill('whatever');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('sign-in');
    const [port, providerPort] = [await freePort(), await freePort()];
    // Two names of one machine are two sites to a browser, as in the world outside.
    const publicUrl = `http://127.0.0.1:${port}`;
    await startProvider(providerPort, `${publicUrl}/api/v1/session/provider/callback`);
    const settings = join(temporaryDir('oidc'), 'oidc.yaml');
    writeFileSync(
      settings,
      JSON.stringify({
        ...{ issuer: `http://localhost:${providerPort}`, clientId: 'fleetscope', name: 'Example', scopes: ['groups'] },
        roles: [
          { value: 'sre', role: 'commander' },
          { value: 'web-team', role: 'operator', scope: { classes: ['web'] } },
        ],
      }),
    );
    server = await TestServer.start(await postgres.createDatabase('sign_in'), {
      FLEETSCOPE_PORT: String(port),
      FLEETSCOPE_PUBLIC_URL: publicUrl,
      FLEETSCOPE_OIDC: settings,
      FLEETSCOPE_OIDC_SECRET: SECRET,
      FLEETSCOPE_LOG_LEVEL: 'debug',
    });
    await server.ok('POST', '/api/v1/users', { name: 'local', role: 'viewer', password: 'correct horse battery' });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    provider?.kill();
    await server?.stop();
    await postgres?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());

  it('with a name and a password: not with a wrong one, and then out again', async () => {
    await page.goto(`${server.url}/login`);
    const give = async (password: string): Promise<void> => {
      await page.getByLabel('Name', { exact: true }).fill('local');
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    };
    await give('wrong horse battery');
    await page.getByRole('alert').getByText('the name or the password is wrong').waitFor();
    expect(await me()).toBeNull();
    await give('correct horse battery');
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    expect(await me()).toMatchObject({ name: 'local', role: 'viewer', scope: null });
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL(/\/login/);
    expect(await me()).toBeNull();
  });

  it('at the identity provider, with the role that the group gives', async () => {
    await atProvider('ada+sre');
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    expect(await me()).toMatchObject({ name: 'ada', role: 'commander', scope: null, via: 'session' });
    const users = (await server.ok('GET', '/api/v1/users')) as { name: string; from: string }[];
    expect(users.find(({ name }) => name === 'ada')?.from).toMatch(/^http:\/\/localhost:/);
    await server.ok('PATCH', '/api/v1/users/ada', { disabled: true });
    expect(await me()).toBeNull();
  });

  it('and with its scope', async () => {
    await atProvider('wes+web-team');
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    expect(await me()).toMatchObject({ name: 'wes', role: 'operator', scope: { classes: ['web'], labels: {} } });
  });

  it('who has none of the groups is told so, and so is who was disabled here', async () => {
    for (const login of ['sid+sales', 'ada+sre']) {
      await context.clearCookies();
      await atProvider(login);
      await page.getByRole('alert').getByText('have no role here').waitFor();
      expect(await me()).toBeNull();
    }
  });

  it('somebody of the provider with the name of a local account is somebody else', async () => {
    await atProvider('local+sre');
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    expect(await me()).toMatchObject({ name: 'local (local+sre)', role: 'commander' });
  });

  it('an answer that was not asked for, with another state, or shown twice opens nothing', async () => {
    const callback = `${server.url}/api/v1/session/provider/callback`;
    const refused = async (url: string): Promise<void> => {
      await page.goto('about:blank');
      await page.goto(url);
      await page.getByRole('alert').getByText('did not work').waitFor();
      expect(await me()).toBeNull();
    };
    await refused(`${callback}?code=made-up&state=made-up`);
    // Asked for, but the answer carries another state.
    await page.goto(`${server.url}/api/v1/session/provider`);
    await refused(`${callback}?code=made-up&state=made-up`);
    const answers: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(callback)) answers.push(request.url());
    });
    await context.clearCookies();
    await atProvider('eve+sre');
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    await context.clearCookies();
    await refused(answers[0] ?? '');
  });

  it('neither the client secret, a code nor a password is in the log', () => {
    expect(server.log).toContain('/api/v1/session/provider');
    for (const secret of [SECRET, 'correct horse battery', 'wrong horse battery'])
      expect(server.log.includes(secret)).toBe(false);
    expect(/[?&]code=/.test(server.log)).toBe(false);
  });
});
