import { type HostView, type InvestigationView } from '@fleetscope/contracts';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, type Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { ControlPlane } from './support/control-plane';
import { until } from './support/processes';
import { TestFleet } from './support/fleet';
import { type Sshd } from './support/sshd';

describe('the fleet in the browser, from nothing', () => {
  const plane = new ControlPlane('ui-fleet');
  const fleet = new TestFleet(71);
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;
  let sshds: Sshd[];

  const hosts = async (): Promise<HostView[]> => (await plane.api('GET', '/api/v1/hosts')).body as HostView[];
  const audited = async (action: string): Promise<string[]> =>
    ((await plane.api('GET', '/api/v1/audit?limit=200')).body as { action: string; subject: string }[])
      .filter((entry) => entry.action === action)
      .map(({ subject }) => subject);
  const map = () => page.getByRole('main', { name: 'Map of the fleet' });

  beforeAll(async () => {
    await plane.up();
    sshds = [await fleet.healthy(1), await fleet.healthy(2)];
    browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
    // What a person does: clicks that the browser itself says are real ones.
    await page.addInitScript(() => {
      const counted = window as unknown as { clicks: number };
      counted.clicks = 0;
      window.addEventListener('click', (event) => event.isTrusted && (counted.clicks += 1), true);
    });
    await page.goto((await plane.json<{ url: string }>(['login-link'])).url);
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await plane.down();
    fleet.close();
  });

  it('leads a newcomer to a first result in three clicks: import, check, triage', async () => {
    await page.getByText('Nothing was investigated yet').waitFor();
    const before = await page.evaluate(() => (window as unknown as { clicks: number }).clicks);
    await page.getByRole('link', { name: 'Import hosts' }).click();
    // The field has the focus: what was copied is pasted.
    await page.getByRole('textbox', { name: 'Inventory' }).waitFor();
    const line = (n: number): string =>
      `web-0${n} ansible_host=${fleet.address(n)} ansible_port=2222 ansible_user=root ansible_ssh_private_key_file=${join(sshds[n - 1]?.dir ?? '', 'user')}`;
    await page.keyboard.insertText(`[web]\n${line(1)}\n${line(2)}\n`);
    await page.getByRole('button', { name: 'Import 2 hosts and check them' }).click();
    await page.getByText('2 of 2 hosts answered').waitFor({ timeout: 60_000 });
    for (const { dir } of sshds) {
      const [, fingerprint = ''] = execFileSync('ssh-keygen', ['-lf', join(dir, 'host_ed25519.pub')], {
        encoding: 'utf8',
      }).split(' ');
      await page.getByText(fingerprint).waitFor();
    }
    await page.getByRole('button', { name: 'Trust 2 keys and start a triage on 2 hosts' }).click();
    await page.waitForURL(/investigations\/[0-9a-f-]{36}/);
    expect(await page.evaluate(() => (window as unknown as { clicks: number }).clicks)).toBe(before + 3);
    await page.locator('[data-live="ended"]').waitFor({ timeout: 90_000 });
    await page.getByText('of 2 hosts answered').waitFor();
    const [first] = (await plane.api('GET', '/api/v1/investigations?limit=1')).body as InvestigationView[];
    expect(first?.coverage).toMatchObject({ targeted: 2, answered: 2 });
    expect(await audited('host.import')).toHaveLength(1);
  }, 180_000);

  it('says by line what an inventory would change before it changes anything', async () => {
    const before = await hosts();
    await page.goto(`${plane.state.url}/hosts?view=import`);
    await page
      .getByRole('textbox', { name: 'Inventory' })
      .fill('name,address,class\ndb-01,10.9.9.9,db\nno such name,10.9.9.8,db\nweb-01,10.9.9.7,web\n');
    const found = page.getByRole('region', { name: 'What would change' });
    await found.getByText('1 new · 1 changed').waitFor();
    const wrong = found.getByRole('row', { name: /no such name/ });
    expect(await wrong.innerText()).toMatch(/^3\s/);
    await found.getByRole('row', { name: /db-01/ }).getByText('new').waitFor();
    await found
      .getByRole('row', { name: /web-01/ })
      .getByText('10.9.9.7')
      .waitFor();
    expect(await hosts()).toEqual(before);
    await page.keyboard.press('Escape');
    await page.getByRole('table', { name: 'Hosts' }).waitFor();
  });

  it('takes a file as it is', async () => {
    await page.goto(`${plane.state.url}/hosts?view=import`);
    await page.locator('input[type=file]').setInputFiles({
      name: 'more.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('name,address,class,env\nidle-01,127.1.71.99,idle,prod\n'),
    });
    await page.getByRole('button', { name: 'Import only' }).click();
    await page.locator('[role="row"][data-host="idle-01"]').waitFor();
    expect((await hosts()).find(({ name }) => name === 'idle-01')?.labels).toEqual({ env: 'prod' });
  });

  it('shows in the table how the last triage of a host ended', async () => {
    const row = page.locator('[role="row"][data-host="web-01"]');
    await row.getByText(/^(ok|warning|critical)$/).waitFor();
    await page.locator('[role="row"][data-host="idle-01"]').getByText('no triage yet').waitFor();
  });

  it('maps the fleet by class and by any label, by state and by a metric, in the address', async () => {
    await page.getByRole('button', { name: 'Map' }).click();
    await map().waitFor();
    expect(new URL(page.url()).search).toBe('?view=map');
    await map().getByRole('region', { name: 'web: 2 hosts' }).waitFor();
    await map().getByLabel('Grouped by').selectOption('env');
    await map().getByRole('region', { name: 'prod: 1 host' }).waitFor();
    await map().getByLabel('Coloured by').selectOption('cpu.utilization');
    const legend = map().getByRole('list', { name: /^Signs/ });
    await until('the scale of the metric', async () => /\d\s%/.test(await legend.innerText()), 5_000);
    expect(await legend.innerText()).toContain('unknown');
    expect(new URL(page.url()).search).toBe('?view=map&by=env&colour=cpu.utilization');
    // The same for a colleague who gets the link; the table behind it says it in words.
    await page.reload();
    const row = (name: RegExp) => map().getByRole('row', { name });
    await row(/^no env/)
      .filter({ hasText: '%' })
      .waitFor({ state: 'attached' });
    expect(await row(/^prod/).innerText()).toMatch(/prod\s+1\s+1 no triage yet\s+unknown/);
    // The worst comes first: what that is depends on how this machine is.
    expect(await row(/^no env/).innerText()).toMatch(/^no env\s+3\s+(?=[^%]*1 no triage yet).*[\d.]+\s% to [\d.]+\s%/);
  });

  it('goes from host to host by the keyboard, and opens one', async () => {
    await page.goto(`${plane.state.url}/hosts?view=map`);
    const web = map().getByRole('application', { name: /^web: 2 hosts/ });
    await web.focus();
    const first = await map()
      .getByRole('application', { name: /^web-0/ })
      .getAttribute('aria-label');
    await page.keyboard.press('ArrowRight');
    const second = await map()
      .getByRole('application', { name: /^web-0/ })
      .getAttribute('aria-label');
    expect(new Set([first?.slice(0, 6), second?.slice(0, 6)])).toEqual(new Set(['web-01', 'web-02']));
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: `Host ${second?.slice(0, 6)}` }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('changes class and labels of a whole group in one entry of the audit log, which names each host', async () => {
    await map().getByRole('button', { name: 'web', exact: true }).click();
    await page.getByRole('button', { name: 'Change 2 chosen hosts' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change 2 hosts' });
    await dialog.getByLabel('Set labels').fill('rack=r9');
    await dialog.getByRole('button', { name: 'Change 2 hosts' }).click();
    await dialog.waitFor({ state: 'detached' });
    const changed = (await hosts()).filter(({ class: hostClass }) => hostClass === 'web');
    expect(changed.map(({ labels }) => labels)).toEqual([{ rack: 'r9' }, { rack: 'r9' }]);
    expect(await audited('host.change')).toEqual(['2 hosts']);
    const [entry] = (await plane.api('GET', '/api/v1/audit?limit=1')).body as { detail: { hosts: string[] } }[];
    expect(entry?.detail.hosts.sort()).toEqual(['web-01', 'web-02']);
    await map().getByLabel('Grouped by').selectOption('rack');
    await map().getByRole('region', { name: 'r9: 2 hosts' }).waitFor();
  });

  it('complained about nothing', () => {
    expect(complaints).toEqual([]);
  });
});
