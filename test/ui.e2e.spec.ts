import { type Browser, type Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { ControlPlane } from './support/control-plane';
import { TestFleet } from './support/fleet';

describe('the web UI, in a real browser', () => {
  const plane = new ControlPlane('ui');
  const fleet = new TestFleet(53);
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await plane.up();
    await fleet.enrolAndTrust(plane, 'web-01', 1, await fleet.healthy(1));
    await fleet.enrol(plane, 'web-02', 2, await fleet.healthy(2));
    browser = await launchBrowser();
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A 401 before the login is what the page waits for.
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
  });

  afterAll(async () => {
    await browser?.close();
    await plane.down();
    fleet.close();
  });

  it('leads a stranger to the login, and lets nobody in with a used link', async () => {
    await page.goto(`${plane.state.url}/investigations`);
    await page.waitForURL(/\/login/);
    const { url } = await plane.json<{ url: string }>(['login-link']);
    const other = await browser.newContext();
    const first = await other.newPage();
    await first.goto(url);
    await first.getByRole('heading', { name: 'Investigations' }).waitFor();
    await other.close();
    await page.goto('about:blank');
    await page.goto(url);
    await page.getByText(/was used or has expired/).waitFor();
  });

  it('opens with a one-time link, whose code is gone from the address', async () => {
    const { url } = await plane.json<{ url: string }>(['login-link']);
    await page.goto('about:blank');
    await page.goto(url);
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    expect(page.url()).not.toContain('code=');
  });

  it('lists the hosts of the fleet', async () => {
    await page.getByRole('link', { name: 'Fleet', exact: true }).click();
    await page.getByText('web-01', { exact: true }).first().waitFor();
    await page.getByText('web-02', { exact: true }).first().waitFor();
  });

  it('starts a triage by one key, fills in live, and ends', async () => {
    await page.keyboard.press('Control+k');
    const dialog = page.getByRole('dialog', { name: 'Start an investigation' });
    await dialog.waitFor();
    await dialog.getByLabel('Window').fill('3s');
    await dialog.getByLabel('Reason').fill('seen in a browser');
    await page.keyboard.press('Enter');
    await page.waitForURL(/investigations\/[0-9a-f-]{36}/);
    await page.locator('[data-live="live"]').waitFor();
    await page.locator('[data-live="ended"]').waitFor({ timeout: 30_000 });
    await page.getByText(/of 3 hosts answered/).waitFor();
    // The host whose key nobody trusts says so in its row.
    await page
      .locator('[data-host="web-02"]')
      .getByText(/refused/)
      .waitFor();
  });

  it('leads from a host to the raw output of a step', async () => {
    await page.getByRole('rowheader', { name: /^web-01,/ }).click();
    await page.getByRole('complementary', { name: 'Host web-01' }).waitFor();
    await page.getByRole('button', { name: 'Raw output of vmstat' }).click();
    const raw = page.getByRole('region', { name: 'stdout of vmstat on web-01' });
    await raw
      .getByText(/procs.*memory/)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
  });

  it('shows the same thing to whoever opens its address', async () => {
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('complementary', { name: 'Host web-01' }).waitFor();
    await other.close();
  });

  it('complained about nothing: no script error, nothing that the content security policy stopped', () => {
    expect(complaints).toEqual([]);
  });
});
