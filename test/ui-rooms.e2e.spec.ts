import { type HostView, type InvestigationSnapshot, type StorageView } from '@fleetscope/contracts';
import { readFileSync } from 'node:fs';
import { type Browser, type Page } from 'playwright-core';
import { Webhook as SignedMessages } from 'standardwebhooks';
import { launchBrowser } from './support/browser';
import { ControlPlane } from './support/control-plane';
import { Receiver } from './support/receiver';
import { importSealed, simulate } from './support/simulated-fleet';

describe('the rooms beside the investigations, in a real browser', () => {
  const plane = new ControlPlane('ui-rooms', {
    FLEETSCOPE_APPROVAL_COST: 'heavy',
    FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1',
  });
  const receiver = new Receiver();
  const complaints: string[] = [];
  let sick = '';
  let local = '';
  let browser: Browser;
  let page: Page;

  /** What the API refused is an error of the network in the browser's console. */
  const forgetRefusals = (): void => {
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !/status of 4\d\d/.test(text)));
  };
  const open = async (path: string): Promise<void> => {
    await page.goto(`${plane.state.url}${path}`);
  };

  beforeAll(async () => {
    await plane.up();
    await receiver.start();
    local = ((await plane.api('GET', '/api/v1/hosts')).body as HostView[])[0]?.name ?? '';
    const { file } = await simulate(plane, 24);
    for (const reason of ['quiet monday', 'quiet tuesday']) {
      const { id } = await importSealed(plane, file, reason);
      const marked = await plane.api('PUT', `/api/v1/investigations/${id}/mark`, { kind: 'baseline', reason });
      expect(marked.status).toBe(200);
    }
    const { file: zoned } = await simulate(plane, 24, [], 'zone=z1');
    ({ id: sick } = await importSealed(plane, zoned, 'a sick zone'));
    browser = await launchBrowser();
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
    await page.goto((await plane.json<{ url: string }>(['login-link'])).url);
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    receiver.stop();
    await plane.down();
  });

  it('shows what is usual in a class, drawn, with what fed it', async () => {
    await page.getByRole('link', { name: 'Baselines', exact: true }).click();
    await page.getByRole('button', { name: /web.*triage-60s.*2 investigations/ }).waitFor();
    const row = page.getByRole('region', { name: 'Metrics' }).getByRole('button').first();
    await row.click();
    await page
      .getByRole('img', { name: /over 2 investigations/ })
      .first()
      .waitFor();
    await page
      .getByRole('img', { name: /^usually .* in the middle .* of [0-9]+ values/ })
      .first()
      .waitFor();
    expect(page.url()).toMatch(/metric=/);
    await page.getByRole('region', { name: 'Marks' }).getByText('quiet tuesday').waitFor();
  });

  it('takes a mark back', async () => {
    const marks = page.getByRole('region', { name: 'Marks' });
    await marks
      .getByRole('row', { name: /quiet tuesday/ })
      .getByRole('button', { name: 'Take back' })
      .click();
    await marks.getByText('quiet tuesday').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /web.*1 investigation,/ }).waitFor();
  });

  it('sets bounds of a rule for a class, with its version and who did it', async () => {
    await open('/settings/rules?q=fs-space');
    await page.getByRole('button', { name: 'fs-space', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Rule fs-space' });
    await panel.getByLabel('Which').fill('web');
    await panel.getByLabel(/^warn/).fill('50');
    await panel.getByLabel('Why').fill('small disks');
    await panel.getByRole('button', { name: 'Set these bounds' }).click();
    await panel
      .getByText(/class web/)
      .first()
      .waitFor();
    await panel
      .getByText(/small disks/)
      .first()
      .waitFor();
    const { body } = await plane.api('GET', '/api/v1/rules/fs-space');
    expect(body).toMatchObject({ overridden: [{ scope: 'class', name: 'web', values: { warn: 50 }, version: 1 }] });
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
  });

  it('says of bounds that can not be what is wrong', async () => {
    await page.getByRole('button', { name: 'fs-space', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Rule fs-space' });
    await panel.getByLabel('Which').fill('web');
    await panel.getByLabel(/^warn/).fill('999999');
    await panel.getByRole('button', { name: 'Set these bounds' }).click();
    await panel.getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    forgetRefusals();
  });

  it('asks the hosts which runbooks can run there', async () => {
    await page.getByRole('link', { name: 'Readiness' }).click();
    await page.getByRole('button', { name: 'Check 1 host' }).click();
    const table = page.getByRole('region', { name: 'Readiness by runbook' });
    await table.getByRole('row', { name: /triage-60s/ }).waitFor();
    await table
      .getByRole('img', { name: /1 in full/ })
      .first()
      .waitFor();
  });

  it('gives the line that enrols an agent, once', async () => {
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await page.getByRole('button', { name: 'Enrol an agent' }).click();
    const dialog = page.getByRole('dialog', { name: 'Enrol an agent' });
    await dialog.getByLabel('Labels').fill('nonsense');
    await dialog.getByRole('button', { name: 'Make the line to run' }).click();
    await dialog.getByText(/expected name=value/).waitFor();
    await dialog.getByLabel('Labels').fill('env=prod');
    await dialog.getByRole('button', { name: 'Make the line to run' }).click();
    await dialog.getByText(/FLEETSCOPE_ENROL_TOKEN=/).waitFor();
    await page.keyboard.press('Escape');
  });

  it('makes a token that works, shows it once, and takes it back', async () => {
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make a token' });
    await dialog.getByLabel('Name').fill('from-the-browser');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    const token = (await dialog.locator('pre').innerText()).trim();
    const asIt = (): Promise<Response> =>
      fetch(`${plane.state.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect((await asIt()).status).toBe(200);
    await page.keyboard.press('Escape');
    const row = page.getByRole('row', { name: /from-the-browser/ });
    await row.getByRole('button', { name: 'Revoke …' }).click();
    await row.getByRole('button', { name: 'Revoke from-the-browser now' }).click();
    await row.getByText(/^revoked/).waitFor();
    expect((await asIt()).status).toBe(401);
    expect(await page.content()).not.toContain(token);
  });

  it('adds a schedule, runs it out of turn, pauses it and removes it', async () => {
    await page.getByRole('link', { name: 'Schedules', exact: true }).click();
    await page.getByText('Nothing runs by the clock yet.').waitFor();
    await page.getByRole('button', { name: 'Add a schedule' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a schedule' });
    await dialog.getByLabel('Name').fill('nightly');
    const next = dialog.getByRole('status', { name: 'Next times' });
    await dialog.getByLabel('When, as in crontab').fill('99 3 * * *');
    await next.getByText(/minute, hour/).waitFor();
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('When, as in crontab').fill('30 3 * * *');
    await dialog.getByLabel('Time zone').fill('UTC');
    await next
      .getByText(/03:30 UTC/)
      .first()
      .waitFor();
    expect(await next.getByRole('listitem').count()).toBe(5);
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await plane.api('GET', '/api/v1/schedules/nightly')).body).toMatchObject({
      request: { runbook: 'triage-60s', targets: { all: true } },
    });
    await page.getByRole('button', { name: 'nightly', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Schedule nightly' });
    await panel.getByText('It was not due yet.').waitFor();
    await panel.getByRole('button', { name: 'Run now' }).click();
    await panel.getByRole('table', { name: 'History of nightly' }).getByRole('link', { name: 'started' }).waitFor();
    await panel.getByRole('button', { name: 'Pause' }).click();
    await panel.getByText(/^Paused:/).waitFor();
    expect((await plane.api('GET', '/api/v1/schedules/nightly')).body).toMatchObject({ paused: true, next: [] });
    await panel.getByRole('button', { name: 'Remove …' }).click();
    await panel.getByRole('button', { name: 'Remove nightly for good' }).click();
    await panel.waitFor({ state: 'detached' });
    expect((await plane.api('GET', '/api/v1/schedules')).body).toEqual([]);
    forgetRefusals();
  });

  it('sets a window of maintenance, and removes it', async () => {
    await page.getByRole('link', { name: 'Maintenance', exact: true }).click();
    await page.getByText(/No maintenance is planned/).waitFor();
    await page.getByRole('button', { name: 'Set a window' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set a window of maintenance' });
    await dialog.getByLabel('Why').fill('new kernels');
    await dialog.getByLabel('For how long').fill('long');
    await dialog.getByRole('button', { name: 'Set the window' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/30m, 2h/)
      .waitFor();
    await dialog.getByLabel('For how long').fill('2h');
    await dialog.getByRole('button', { name: 'Set the window' }).click();
    await dialog.waitFor({ state: 'detached' });
    const row = page.getByRole('row', { name: /in force.*new kernels/ });
    await row.getByRole('button', { name: 'Remove …' }).click();
    await row.getByRole('button', { name: 'Remove the window now' }).click();
    await page.getByText(/No maintenance is planned/).waitFor();
    expect((await plane.api('GET', '/api/v1/maintenance')).body).toEqual([]);
    await open('/schedules');
  });

  it('adds a user who can sign in, changes what they may, and disables them', async () => {
    await open('/settings/people');
    await page.getByText(/Nobody has an account yet/).waitFor();
    await page.getByRole('button', { name: 'Add a user' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a user' });
    await dialog.getByLabel('Name').fill('ada');
    await dialog.getByLabel(/^Password/).fill('correct horse battery');
    await dialog.getByLabel('Only these classes').fill('web, cache');
    await dialog.getByRole('button', { name: 'Add the user' }).click();
    await dialog.waitFor({ state: 'detached' });
    const signIn = async (): Promise<number> =>
      (
        await fetch(`${plane.state.url}/api/v1/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'ada', password: 'correct horse battery' }),
        })
      ).status;
    expect(await signIn()).toBeLessThan(300);
    await page.getByRole('row', { name: /ada operator class web, cache by password/ }).waitFor();
    await page.getByRole('button', { name: 'ada', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'User ada' });
    await panel.getByLabel('May act as').selectOption('commander');
    await panel.getByLabel('Only these classes').fill('');
    await panel.getByRole('button', { name: 'Set these rights' }).click();
    await panel.getByText('In force from the next request on.').waitFor();
    await page.getByRole('row', { name: /ada commander the whole fleet/ }).waitFor();
    await panel.getByRole('button', { name: 'Disable …' }).click();
    await panel.getByRole('button', { name: 'Disable ada now' }).click();
    await panel.getByRole('button', { name: 'Let them sign in again' }).waitFor();
    expect(await signIn()).toBe(401);
  });

  it('adds a webhook whose secret is shown once, sends a test, and removes it', async () => {
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.getByRole('link', { name: 'Integrations', exact: true }).click();
    await page.getByText(/Nobody is told yet/).waitFor();
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a webhook' });
    await dialog.getByLabel('Name').fill('ops');
    await dialog.getByLabel('URL').fill('http://10.0.0.1/xyzzy');
    await dialog.getByRole('button', { name: 'Add the webhook' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/FLEETSCOPE_OUTBOUND_ALLOW/)
      .waitFor();
    forgetRefusals();
    await dialog.getByLabel('URL').fill(`${receiver.url}/xyzzy`);
    await dialog.getByRole('button', { name: 'Add the webhook' }).click();
    await dialog.getByText(/only time it is shown/).waitFor();
    await dialog.getByRole('button', { name: 'Copy' }).waitFor();
    const secret = (await dialog.locator('pre').innerText()).trim();
    expect(secret).toMatch(/^whsec_/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const panel = page.getByRole('complementary', { name: 'Webhook ops' });
    await panel.getByText('Nothing has ended since it was added.').waitFor();
    await panel.getByRole('button', { name: 'Send a test' }).click();
    await panel.getByText('Taken: it answered 200.').waitFor();
    const [message] = receiver.received;
    expect(message?.url).toBe('/xyzzy');
    new SignedMessages(secret).verify(message?.body ?? '', message?.headers as Record<string, string>);
    await page.reload();
    await panel.getByRole('button', { name: 'Remove …' }).waitFor();
    expect(await page.content()).not.toMatch(/whsec_|xyzzy/);
    await panel.getByRole('button', { name: 'Remove …' }).click();
    await panel.getByText(/Nothing more is told there/).waitFor();
    await panel.getByRole('button', { name: 'Keep it' }).click();
    await panel.getByRole('button', { name: 'Remove …' }).click();
    await panel.getByRole('button', { name: 'Remove ops' }).click();
    await page.getByText(/Nobody is told yet/).waitFor();
    expect((await plane.api('GET', '/api/v1/webhooks')).body).toEqual([]);
  });

  it('adds a hook and an alert rule, tries an alert on them, and removes both', async () => {
    await page.getByRole('link', { name: 'Incoming hooks' }).click();
    await page.getByRole('button', { name: 'Add a hook' }).click();
    const hook = page.getByRole('dialog', { name: 'Add a hook' });
    await hook.getByLabel('Name').fill('am');
    await hook.getByRole('button', { name: 'Add the hook' }).click();
    const secret = (await hook.locator('pre').innerText()).trim();
    await page.keyboard.press('Escape');
    await hook.waitFor({ state: 'detached' });
    const panel = page.getByRole('complementary', { name: 'Hook am' });
    await panel.getByRole('link', { name: 'Add an alert rule' }).click();
    await page.getByText(/No alert starts anything yet/).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Add a rule' }).click();
    const rule = page.getByRole('dialog', { name: 'Add an alert rule' });
    await rule.getByLabel('Name').fill('slow');
    await rule.getByLabel('Alerts of the hook').fill('am');
    await rule.getByLabel('Alerts that have').fill('alertname=Slow checkout*\nseverity=critical');
    await rule.getByRole('button', { name: 'Add the rule' }).click();
    await rule
      .getByRole('alert')
      .getByText(/On which hosts\?/)
      .waitFor();
    await rule.getByLabel('The host in the alert’s label').fill('instance');
    await rule.getByRole('button', { name: 'Add the rule' }).click();
    await rule.waitFor({ state: 'detached' });
    expect((await plane.api('GET', '/api/v1/alert-rules')).body).toMatchObject([
      { name: 'slow', hook: 'am', match: { alertname: 'Slow checkout*' }, targets: { hostFrom: 'instance' } },
    ]);
    await page.getByRole('button', { name: 'Try an alert' }).click();
    const attempt = page.getByRole('dialog', { name: 'Try an alert' });
    await attempt.getByLabel('Hook').fill('am');
    await attempt.getByLabel('Message').fill('no JSON');
    await attempt.getByRole('button', { name: 'What would it start?' }).click();
    await attempt.getByText(/no JSON: paste it/).waitFor();
    const alert = (alertname: string, fingerprint: string) => ({
      ...{ status: 'firing', startsAt: '2026-11-22T10:00:00Z', annotations: {}, fingerprint },
      labels: { alertname, severity: 'critical', instance: `${local}:9100` },
    });
    const alerts = [alert('Slow checkout in eu', 'a1'), alert('Another', 'a2')];
    await attempt.getByLabel('Message').fill(JSON.stringify({ version: '4', status: 'firing', alerts }));
    await attempt.getByRole('button', { name: 'What would it start?' }).click();
    await attempt.getByText('would start, by the rule slow').waitFor();
    await attempt.getByText('nothing: no rule takes it').waitFor();
    await page.keyboard.press('Escape');
    await attempt.waitFor({ state: 'detached' });
    const opened = page.getByRole('complementary', { name: 'Alert rule slow' });
    await opened.getByRole('button', { name: 'Remove …' }).click();
    await opened.getByRole('button', { name: 'Remove slow' }).click();
    await page.getByText(/No alert starts anything yet/).waitFor();
    await open('/settings/integrations/hooks?name=am');
    await panel.getByRole('button', { name: 'Remove …' }).click();
    await panel.getByRole('button', { name: 'Remove am' }).click();
    await page.getByText(/Nobody may tell us of alerts yet/).waitFor();
    for (const kind of ['hooks', 'alert-rules']) expect((await plane.api('GET', `/api/v1/${kind}`)).body).toEqual([]);
  });

  it('says who somebody in the chat is, changes it, and takes it back', async () => {
    await page.getByRole('link', { name: 'Chat users' }).click();
    await page.getByText(/Nobody in Slack is known here yet/).waitFor();
    await page.getByRole('button', { name: 'Add a chat user' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a chat user' });
    await dialog.getByLabel('Member ID in Slack').fill('U0123ABCD');
    await dialog.getByLabel('Who that is').selectOption('role');
    await dialog.getByLabel('Only these classes').fill('web');
    await dialog.getByRole('button', { name: 'Add the chat user' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /slack:U0123ABCD an operator class web/ }).waitFor();
    const panel = page.getByRole('complementary', { name: 'Chat user slack:U0123ABCD' });
    await panel.getByLabel('May act as').selectOption('viewer');
    await panel.getByRole('button', { name: 'Set it' }).click();
    await panel.getByText('In force from the next command on.').waitFor();
    await page.getByRole('row', { name: /slack:U0123ABCD a viewer class web/ }).waitFor();
    await panel.getByRole('button', { name: 'Remove …' }).click();
    await panel.getByRole('button', { name: 'Remove slack:U0123ABCD' }).click();
    await page.getByText(/Nobody in Slack is known here yet/).waitFor();
    expect((await plane.api('GET', '/api/v1/chat/users')).body).toEqual([]);
  });

  it('stores a private key that nobody sees again, replaces it, and removes it', async () => {
    const answers: Promise<string>[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/')) answers.push(response.text().catch(() => ''));
    });
    const pem = (heart: string): string =>
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${heart}\n-----END OPENSSH PRIVATE KEY-----\n`;
    await page.getByRole('link', { name: 'Secrets', exact: true }).click();
    await page.getByText(/No secret is kept yet/).waitFor();
    await page.getByRole('button', { name: 'Add a secret' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a secret' });
    const key = dialog.getByLabel('Private key');
    await dialog.getByLabel('Name').fill('deploy-key');
    await key.fill('plughplughplughplughplughplughplugh');
    await dialog.getByRole('button', { name: 'Store it' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/a private key in PEM or OpenSSH form/)
      .waitFor();
    forgetRefusals();
    expect(await key.evaluate((field) => getComputedStyle(field).getPropertyValue('-webkit-text-security'))).toBe(
      'disc',
    );
    expect(await key.getAttribute('autocomplete')).toBe('off');
    await dialog.getByLabel('Or its file').setInputFiles({
      ...{ name: 'id_ed25519', mimeType: 'text/plain' },
      buffer: Buffer.from(pem('plughfirst')),
    });
    await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('first'));
    await dialog.getByRole('button', { name: 'Store it' }).click();
    await dialog.waitFor({ state: 'detached' });
    const panel = page.getByRole('complementary', { name: 'Secret deploy-key' });
    await panel.getByText(/No host yet/).waitFor();
    await panel.getByLabel('A new private key in its place').fill(pem('plughsecond'));
    await panel.getByRole('button', { name: 'Replace the key' }).click();
    await panel.getByText(/^Replaced\./).waitFor();
    expect(await panel.getByLabel('A new private key in its place').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Rotate …' }).click();
    const rotation = page.getByRole('dialog', { name: 'A new key for the secrets at rest' });
    await rotation.getByRole('button', { name: 'Make a new key' }).click();
    await rotation.getByText(/1 secret under the new key/).waitFor();
    await page.keyboard.press('Escape');
    await rotation.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain('plugh');
    await panel.getByRole('button', { name: 'Remove …' }).click();
    await panel.getByText(/gone for good/).waitFor();
    await panel.getByRole('button', { name: 'Remove deploy-key' }).click();
    await page.getByText(/No secret is kept yet/).waitFor();
    await open('/audit?q=secret');
    await page.getByRole('cell', { name: 'secret.remove' }).waitFor();
    expect(await page.content()).not.toContain('plugh');
    const told = await Promise.all(answers);
    expect(told.length).toBeGreaterThan(5);
    expect(told.join('\n')).not.toContain('plugh');
  });

  it('tells who may not see them what it takes', async () => {
    const password = 'correct horse battery';
    await plane.api('POST', '/api/v1/users', { name: 'cleo', role: 'commander', password });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const hers = await context.newPage();
    await context.request.post(`${plane.state.url}/api/v1/session`, { data: { name: 'cleo', password } });
    // A commander says what alerts start, and nothing else of this.
    await hers.goto(`${plane.state.url}/settings/integrations`);
    await hers.getByText(/No alert starts anything yet/).waitFor();
    expect(await hers.getByRole('navigation', { name: 'Integrations' }).getByRole('link').allInnerTexts()).toEqual([
      'Alert rules',
    ]);
    expect(await hers.getByRole('link', { name: 'Secrets' }).count()).toBe(0);
    for (const path of ['secrets', 'integrations/webhooks', 'integrations/hooks', 'integrations/chat-users']) {
      await hers.goto(`${plane.state.url}/settings/${path}`);
      await hers.getByText('this needs the role admin; cleo has commander').waitFor();
    }
    await context.close();
  });

  it('says what each kind of data takes up, and for how long it is kept', async () => {
    await open('/settings/storage');
    const row = page.getByRole('row', { name: /^Evidence/ });
    await row
      .getByText(/[KM]iB/)
      .first()
      .waitFor();
    await row.getByLabel('Evidence: days kept').fill('14');
    await row.getByRole('button', { name: 'Set the days of Evidence' }).click();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('input[aria-label="Evidence: days kept"]')?.defaultValue === '14',
    );
    const { body } = await plane.api('GET', '/api/v1/storage');
    expect((body as StorageView).kinds.find(({ kind }) => kind === 'evidence')).toMatchObject({ keptDays: 14 });
    await page.getByRole('button', { name: 'Sweep now …' }).click();
    await page.getByRole('button', { name: 'Take away what is past its time' }).click();
    await page.getByText('Nothing was past its time.').waitFor();
  });

  it('leads from a verdict that a label explains to the hosts by that label, in the address', async () => {
    await open(`/investigations/${sick}`);
    await page.getByRole('button', { name: 'By zone' }).first().click();
    const groups = page.getByRole('region', { name: 'Hosts by zone' });
    const zone = groups.getByRole('button', { name: /^z1 8 hosts/ });
    await zone.waitFor();
    expect(await groups.getByRole('button').first().textContent()).toMatch(/^z1/);
    await zone.click();
    await page.getByText('8 of 24 hosts').waitFor();
    expect(new URL(page.url()).searchParams.get('only')).toBe('z1');
    await page.reload();
    await page.getByText('8 of 24 hosts').waitFor();
    await groups.getByRole('button', { name: 'Don’t group' }).click();
    await groups.waitFor({ state: 'detached' });
  });

  it('says what a request would do, and starts it little by little', async () => {
    await open('/investigations');
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    await page.keyboard.press('Control+k');
    const dialog = page.getByRole('dialog', { name: 'Start an investigation' });
    const preview = dialog.getByRole('region', { name: 'What it would do' });
    await preview.locator('[data-ready="1"]').waitFor();
    await dialog.getByRole('button', { name: /By class, label, name or words/ }).click();
    await dialog.getByLabel('Hosts that hold these words').fill('nothing-of-that-name');
    await dialog.getByText('no host holds these words').waitFor();
    expect(await dialog.getByRole('button', { name: /^Start on/ }).isDisabled()).toBe(true);
    await dialog.getByLabel('Hosts that hold these words').fill('local');
    await dialog.locator('[data-targets="1"]').waitFor();
    await dialog.locator('summary', { hasText: 'Rollout' }).click();
    await dialog.getByLabel('Canary hosts').fill('0');
    await dialog.getByText('expected a whole number, 1 or more').waitFor();
    expect(await dialog.getByRole('button', { name: /^Start on/ }).isDisabled()).toBe(true);
    await dialog.getByLabel('Canary hosts').fill('1');
    await dialog.getByLabel('Silent share exceeds').fill('5');
    await dialog.getByLabel('Window').fill('1s');
    await dialog.getByLabel('Reason').fill('little by little');
    await page.keyboard.press('Enter');
    await page.waitForURL(/investigations\/[0-9a-f-]{36}/);
    const { body } = await plane.api('GET', `/api/v1/investigations/${page.url().split('/').at(-1)}`);
    expect(body).toMatchObject({
      investigation: {
        rollout: { canary: { hosts: 1 }, stopWhen: { failureShare: 0.05 } },
        reason: 'little by little',
      },
    });
    await page
      .getByRole('region', { name: 'Rollout' })
      .getByText(/1 first, of which 100 % must answer/)
      .waitFor();
    await page.locator('[data-live="ended"]').waitFor({ timeout: 60_000 });
  });

  it('tells of an approval before a heavy request starts', async () => {
    await page.keyboard.press('Control+k');
    const dialog = page.getByRole('dialog', { name: 'Start an investigation' });
    await dialog.getByLabel('Runbook').selectOption('offcpu-profile');
    await dialog.getByText(/Somebody else must approve it first/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('says on every page that the fleet is frozen, until it is not', async () => {
    await open('/schedules');
    await page.getByRole('button', { name: 'Freeze the fleet' }).click();
    const dialog = page.getByRole('dialog', { name: 'Freeze the fleet' });
    await dialog.getByLabel('Why').fill('until monday');
    await dialog.getByRole('button', { name: 'Freeze it' }).click();
    const banner = page.getByRole('status', { name: 'The fleet is frozen' });
    await banner.getByText(/until monday/).waitFor();
    for (const path of ['/hosts', '/investigations', '/settings/rules']) {
      await open(path);
      await banner.getByText(/until monday/).waitFor();
    }
    await banner.getByRole('button', { name: 'Let work start again' }).click();
    await banner.waitFor({ state: 'detached' });
    expect((await plane.api('GET', '/api/v1/freeze')).body).toMatchObject({ frozen: false });
  });

  it('shows a request that awaits approval, and rejects it with a reason', async () => {
    const made = await plane.api('POST', '/api/v1/tokens', { name: 'ann', role: 'commander' });
    const asked = await fetch(`${plane.state.url}/api/v1/investigations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${(made.body as { token: string }).token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ runbook: 'offcpu-profile', targets: { all: true }, reason: 'locks' }),
    });
    const { id } = (await asked.json()) as { id: string };
    await open(`/investigations/${id}`);
    const approval = page.getByRole('region', { name: 'Approval' });
    await approval.getByText(/a commander other than ann/).waitFor();
    await approval.getByLabel('Why').fill('not before noon');
    await approval.getByRole('button', { name: 'Reject' }).click();
    await approval.waitFor({ state: 'detached' });
    const { body } = await plane.api('GET', `/api/v1/investigations/${id}`);
    expect(body).toMatchObject({ investigation: { approval: { state: 'rejected', reason: 'not before noon' } } });
  });

  it('lists what waits for approval, and decides there', async () => {
    const made = await plane.api('POST', '/api/v1/tokens', { name: 'ben', role: 'commander' });
    const asked = await fetch(`${plane.state.url}/api/v1/investigations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${(made.body as { token: string }).token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ runbook: 'offcpu-profile', targets: { all: true }, parameters: { duration: '1s' } }),
    });
    const { id } = (await asked.json()) as { id: string };
    await open('/investigations');
    await page.getByRole('link', { name: '1 request waits for approval' }).click();
    const request = page.getByRole('article', { name: /asked for by ben/ });
    await request.getByLabel('Why').fill('agreed in the call');
    await request.getByRole('button', { name: 'Approve' }).click();
    await page.getByText(/Nothing waits/).waitFor();
    expect((await plane.api('GET', `/api/v1/investigations/${id}`)).body).toMatchObject({
      investigation: { approval: { state: 'approved', reason: 'agreed in the call' } },
    });
  });

  it('has the audit log filtered, checked and exported', async () => {
    await page.getByRole('link', { name: 'Audit', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Filter entries' }).fill('token');
    await page
      .getByRole('cell', { name: 'from-the-browser' })
      .first()
      .waitFor()
      .catch(() => undefined);
    expect(page.url()).toContain('q=token');
    await page.getByRole('button', { name: 'Check the chain' }).click();
    await page.getByText(/entries unbroken/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export all' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeGreaterThan(5);
    const entries = lines.map((line) => JSON.parse(line) as { id: number; action: string });
    expect(entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id).sort((a, b) => a - b));
    expect(JSON.stringify(entries)).not.toMatch(/FLEETSCOPE_ENROL_TOKEN/);
  });

  it('offers nobody what hosts printed who may not read it', async () => {
    const password = 'correct horse battery';
    await plane.api('POST', '/api/v1/users', { name: 'eve', role: 'viewer', password });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const hers = await context.newPage();
    await context.request.post(`${plane.state.url}/api/v1/session`, { data: { name: 'eve', password } });
    const { runs } = (await plane.api('GET', `/api/v1/investigations/${sick}`)).body as InvestigationSnapshot;
    const found = runs.find(({ findings }) => findings.some(({ evidence }) => evidence.length > 0));
    await hers.goto(`${plane.state.url}/investigations/${sick}/hosts/${found?.id}`);
    await hers.getByText('What hosts printed is for operators to read').first().waitFor();
    expect(await hers.getByRole('button', { name: 'Raw output' }).count()).toBe(0);
    expect(await hers.getByRole('link', { name: /^Download the output/ }).count()).toBe(0);
    await context.close();
  });

  it('complained about nothing', () => {
    expect(complaints).toEqual([]);
  });
});
