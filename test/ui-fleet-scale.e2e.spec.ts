import { unpackMatrix, type InvestigationView, type PackedMatrix } from '@fleetscope/contracts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { ControlPlane } from './support/control-plane';
import { importSealed, simulate, simulatedInventory, type Told } from './support/simulated-fleet';

const HOSTS = 5_000;
/** One tool of each host: what is tried here is how many there are. */
const STEPS = ['df'];
/** More rows than this in the document would mean that they are not virtualised. */
const MOST_ROWS = 120;

// One real triage of this machine, multiplied; it comes in as sealed evidence does: recorded, parsed, judged, concluded.
describe('five thousand hosts in the browser', () => {
  const plane = new ControlPlane('scale');
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;
  let told: Told;
  let id: string;
  let ending: Promise<InvestigationView>;

  const grid = () => page.getByRole('grid', { name: 'Hosts by resource' });
  const rowsShown = () => page.locator('[role="row"][data-host]');

  beforeAll(async () => {
    await plane.up();
    const made = await simulate(plane, HOSTS, STEPS);
    ({ told } = made);
    browser = await launchBrowser();
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
    await page.goto((await plane.json<{ url: string }>(['login-link'])).url);
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    ending = importSealed(plane, made.file, 'simulated');
    // Its failure is told where it is awaited.
    ending.catch(() => undefined);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await plane.down();
  });

  it('fills in live while the evidence is read', async () => {
    await page
      .getByRole('link', { name: /simulated/ })
      .first()
      .click({ timeout: 120_000 });
    await page.waitForURL(/investigations\/[0-9a-f-]{36}/);
    id = /investigations\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';
    await page.locator('[data-live="live"]').waitFor();
    await page.locator('[role="row"][data-host]').first().waitFor();
    expect(await rowsShown().count()).toBeLessThan(MOST_ROWS);
  });

  it('ends with the header counting what was simulated', async () => {
    const ended = await ending;
    expect(ended.id).toBe(id);
    await page.locator('[data-live="ended"]').waitFor({ timeout: 60_000 });
    const { succeeded, partial, unreachable } = told;
    expect(ended.coverage).toMatchObject({ targeted: HOSTS, succeeded, partial, unreachable, pending: 0 });
    await page.getByText(`of 5,000 hosts answered`).waitFor();
    const header = await page.locator('header, section').allInnerTexts();
    expect(header.join(' ')).toContain((succeeded + partial).toLocaleString('en-GB'));
    expect(await grid().getAttribute('aria-rowcount')).toBe(String(HOSTS + 1));
  }, 900_000);

  it('stands worst first when it is opened anew, and the odd ones are those that were made so', async () => {
    await page.reload();
    await rowsShown().first().waitFor();
    expect(await rowsShown().count()).toBeLessThan(MOST_ROWS);
    const { runs } = unpackMatrix((await plane.api('GET', `/api/v1/investigations/${id}/matrix`)).body as PackedMatrix);
    const byHost = new Map(runs.map((run) => [run.host, run]));
    const names = await rowsShown().evaluateAll((rows) =>
      rows
        .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((row) => row.getAttribute('data-host') ?? ''),
    );
    const crits = names.map((name) => byHost.get(name)?.findings.filter(({ severity }) => severity === 'crit').length);
    expect(crits[0]).toBeGreaterThan(0);
    expect(crits).toEqual([...crits].sort((a, b) => (b ?? 0) - (a ?? 0)));
    const bySeverity = runs.filter(({ findings }) => findings.some(({ severity }) => severity === 'crit'));
    expect(bySeverity.length).toBeGreaterThanOrEqual(told.troubled / 2);
  });

  it('scrolls to its last host with a handful of rows in the document', async () => {
    await rowsShown().first().locator('[tabindex]').first().focus();
    await page.keyboard.press('End');
    const last = page.locator(`[role="row"][aria-rowindex="${HOSTS + 1}"]`);
    await last.waitFor();
    expect(await last.evaluate((row) => row.getBoundingClientRect().bottom <= window.innerHeight + 1)).toBe(true);
    expect(await rowsShown().count()).toBeLessThan(MOST_ROWS);
    await page.keyboard.press('Home');
    await page.locator('[role="row"][data-host][aria-rowindex="2"]').waitFor();
  });

  it('finds one host among them', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('db-04997');
    await page.locator('[data-host="db-04997"]').waitFor();
    expect(await rowsShown().count()).toBe(1);
  });

  it('shows a fleet of as many, sorted and virtualised', async () => {
    const file = join(plane.dataDir, 'hosts.csv');
    writeFileSync(file, simulatedInventory(HOSTS));
    const { status, stderr } = await plane.cli(['hosts', 'import', file]);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    await page.goto(`${plane.state.url}/hosts`);
    await page.getByText('5,001 hosts').waitFor();
    expect(await rowsShown().count()).toBeLessThan(MOST_ROWS);
    const table = page.getByRole('main', { name: 'Hosts' });
    await table.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await page.locator(`[role="row"][aria-rowindex="${HOSTS + 2}"]`).waitFor();
    expect(await rowsShown().count()).toBeLessThan(MOST_ROWS);
  });

  it('complained about nothing', () => {
    expect(complaints).toEqual([]);
  });
});
