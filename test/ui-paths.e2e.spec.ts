import { type InvestigationSnapshot, type Report } from '@fleetscope/contracts';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from './support/browser';
import { ControlPlane } from './support/control-plane';

/** A label's value may hold anything that is printed; this one is markup, a script and a link that calls. */
const HOSTILE = `<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>`;

describe('ways through the web UI, in a real browser', () => {
  const plane = new ControlPlane('ui-paths');
  const complaints: string[] = [];
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const at: Record<'before' | 'after' | 'traces', string> = { before: '', after: '', traces: '' };

  const open = (path: string) => page.goto(`${plane.state.url}${path}`);
  const triage = async (reason: string): Promise<string> =>
    (await plane.json<Report>(['triage', '--class', 'web', '--window', '2s', '--reason', reason])).investigation.id;

  beforeAll(async () => {
    await plane.up();
    for (const name of ['web-1', 'web-2', 'web-3'])
      await plane.api('POST', '/api/v1/hosts', {
        ...{ name, address: '127.0.0.1', transport: 'local', class: 'web', labels: { rack: HOSTILE } },
      });
    // Every disk is fuller than this: each host has a finding, with its lines.
    await plane.api('PUT', '/api/v1/rules/fs-space/thresholds', {
      scope: 'class',
      name: 'web',
      values: { warn: 0.001 },
    });
    at.before = await triage('before');
    at.after = await triage(HOSTILE);
    at.traces = (
      await plane.json<Report>(['run', 'process-starts', '--class', 'web', '-p', 'duration=2s'])
    ).investigation.id;
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
    await page.goto((await plane.json<{ url: string }>(['login-link'])).url);
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await plane.down();
  });

  it('opens the evidence of a finding, with its lines marked, and the whole output behind it', async () => {
    await open(`/investigations/${at.after}?host=web-1&at=filesystem.utilization`);
    const panel = page.getByRole('complementary', { name: 'Host web-1' });
    await panel.getByText(/rule fs-space/).waitFor();
    const marked = panel.locator('mark').first();
    await marked.waitFor();
    expect(await marked.innerText()).toMatch(/\d+%/);
    await panel
      .getByRole('button', { name: /Whole output of df/ })
      .first()
      .click();
    const raw = page.getByRole('region', { name: /stdout of df on web-1/ });
    await raw
      .getByText(/Filesystem/)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await raw.waitFor({ state: 'detached' });
  });

  it('draws the samples of a cell over the window', async () => {
    await open(`/investigations/${at.after}?host=web-1&at=cpu.utilization`);
    const plot = page.getByRole('img', { name: /^\d+ samples: / });
    await plot.first().waitFor();
    const box = await plot.first().boundingBox();
    expect(box?.width).toBeGreaterThan(250);
    expect(await plot.first().locator('circle').count()).toBeGreaterThanOrEqual(2);
  });

  it('points at one time in all charts of a host, by keys and by mouse, and keeps it in the address', async () => {
    const { runs } = (await plane.api('GET', `/api/v1/investigations/${at.after}`)).body as InvestigationSnapshot;
    const run = runs.find(({ host }) => host === 'web-1');
    await open(`/investigations/${at.after}/hosts/${run?.id}`);
    const slider = page.getByRole('slider', { name: 'Time' });
    await slider.waitFor();
    expect(await slider.getAttribute('aria-valuetext')).toBe('no time chosen');
    const pointed = (): Promise<number> => page.locator('figure b[data-pointed="true"]').count();
    const charts = page.getByRole('figure');
    const count = await charts.count();
    expect([count > 5, await pointed()]).toEqual([true, 0]);
    await page.keyboard.press('.');
    await page.keyboard.press('.');
    await page.waitForFunction(() => new URLSearchParams(window.location.search).get('t') === '1');
    expect(await pointed()).toBe(count);
    // Of different tools, drawn apart: the same place on each.
    const crosshairs = (): Promise<number[]> =>
      page.evaluate(() =>
        Array.from(document.querySelectorAll<HTMLElement>('figure .u-cursor-x')).map(({ style }) =>
          Math.round(Number(/-?[0-9.]+/.exec(style.transform)?.[0])),
        ),
      );
    expect(new Set(await crosshairs()).size).toBe(1);
    const box = await charts.nth(2).locator('.u-over').boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * 0.75, (box?.y ?? 0) + 10);
    await page.waitForFunction(() => new URLSearchParams(window.location.search).get('t') !== '1');
    expect(new Set(await crosshairs()).size).toBe(1);
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/s into the window, .*UTC/);
    await page.reload();
    await page.locator('figure b[data-pointed="true"]').first().waitFor();
    // The same samples as a table, with the column that is pointed at.
    const section = page.getByRole('region', { name: 'Every CPU per second' });
    await section.locator('summary', { hasText: 'as a table' }).click();
    await section.getByRole('region', { name: 'Samples of mpstat' }).locator('th[data-at="true"]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('figure b[data-pointed="true"]').first().waitFor({ state: 'detached' });
    expect(await section.getByRole('link', { name: 'Download the output of mpstat' }).getAttribute('href')).toMatch(
      /evidence\/mpstat\?stream=stdout$/,
    );
  });

  it('compares a host with its peers, with another host, and before with after', async () => {
    await open(`/investigations/${at.after}/compare?hosts=web-1`);
    await page
      .getByText(/peers of class web/)
      .first()
      .waitFor();
    await page.getByLabel('Against').selectOption('web-2');
    await page.getByText(/against web-2/).waitFor();
    await page.getByRole('columnheader', { name: 'web-2' }).first().waitFor();
    await page.getByLabel('Against').selectOption(at.before);
    expect(page.url()).toContain(at.before);
    await page.getByRole('button', { name: 'All hosts as one' }).click();
    await page.getByRole('region', { name: 'What differs' }).locator('b').first().waitFor();
    await page
      .getByRole('main', { name: 'Comparison' })
      .getByText(/metrics? /)
      .first()
      .waitFor();
  });

  it('shows what a trace saw, event by event, and finds in it', async () => {
    await open(`/investigations/${at.traces}`);
    await page.getByRole('link', { name: 'Traces' }).click();
    const main = page.getByRole('main', { name: 'Traces' });
    await main.getByRole('region', { name: 'Events' }).first().waitFor();
    await page.getByLabel('Find in events and tables').fill('no such process anywhere');
    await page.waitForFunction(() => window.location.search.includes('no'));
    expect(page.url()).toMatch(/traces\?q=/);
  });

  it('exports the report as one file, which opens from a disk without anything else', async () => {
    await open(`/investigations/${at.after}`);
    await page.getByRole('button', { name: 'Report' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Report (HTML)' }).click(),
    ]);
    const file = join(plane.dataDir, 'report.html');
    copyFileSync(await download.path(), file);
    const offline = await browser.newContext({ offline: true });
    const reader = await offline.newPage();
    const asked: string[] = [];
    reader.on('request', (request) => asked.push(request.url()));
    await reader.goto(pathToFileURL(file).href);
    await reader.getByText('web-1').first().waitFor();
    await reader
      .getByText(/of 3 hosts answered|3 of 3/)
      .first()
      .waitFor();
    expect(asked).toEqual([pathToFileURL(file).href]);
    expect(await reader.evaluate('window.hurt')).toBeUndefined();
    expect(await reader.locator('img[src="x"]').count()).toBe(0);
    await offline.close();
  });

  it('takes names and reasons for nothing but text, on every screen', async () => {
    const { runs } = (await plane.api('GET', `/api/v1/investigations/${at.after}`)).body as InvestigationSnapshot;
    for (const path of [
      '/hosts?host=web-1',
      '/investigations',
      `/investigations/${at.after}?host=web-1`,
      `/investigations/${at.after}/hosts/${runs[0]?.id}`,
      `/investigations/${at.after}/compare?hosts=web-1&vs=${at.before}`,
      `/investigations/${at.traces}/traces`,
      '/audit',
    ]) {
      await open(path);
      await page.waitForLoadState('networkidle').catch(() => undefined);
      expect([path, await page.evaluate('window.hurt')]).toEqual([path, undefined]);
      expect([path, await page.locator('#root img[src="x"], #root script').count()]).toEqual([path, 0]);
    }
    await open('/audit?q=onerror');
    await page
      .getByText(/onerror=/)
      .first()
      .waitFor();
  });

  it('goes from the fleet to the evidence and back without a mouse', async () => {
    await open('/hosts');
    await page.locator('[data-host="web-1"]').waitFor();
    const key = (...keys: string[]) =>
      keys.reduce((before, one) => before.then(() => page.keyboard.press(one)), Promise.resolve());

    await key('?');
    await page.getByRole('dialog', { name: 'Keys and signs' }).waitFor();
    await key('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await key('/');
    await page.keyboard.type('web-2');
    await page.locator('[data-host="web-1"]').waitFor({ state: 'detached' });
    await key('Escape', 'j', 'Enter');
    await page.getByRole('complementary', { name: 'Host web-2' }).waitFor();
    await key('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });

    await key('Control+k');
    const dialog = page.getByRole('dialog', { name: 'Start an investigation' });
    await dialog.waitFor();
    await page.keyboard.type('by keys alone');
    await key('Enter');
    await page.waitForURL(/investigations\/[0-9a-f-]{36}/);
    await page.locator('[data-live="ended"]').waitFor({ timeout: 60_000 });

    await key('/');
    await page.keyboard.type('web-3');
    await key('Escape', 'j', 'Enter');
    await page.getByRole('complementary', { name: 'Host web-3' }).waitFor();
    // From the host into the matrix's cells, to the one with the finding, and its evidence.
    await key('ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter');
    await page.waitForURL(/at=/);
    await page
      .getByRole('complementary', { name: 'Host web-3' })
      .locator('h4', { hasText: 'Evidence' })
      .first()
      .waitFor();
    await key('Escape');
    await page.getByRole('complementary', { name: 'Host web-3' }).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.closest('[data-host]')?.getAttribute('data-host'))).toBe(
      'web-3',
    );
    // A browser without a window has no key of its own for going back.
    await page.goBack();
    await page.waitForURL(/\/hosts/);
  });

  it('starts on an Enter that came before what it needs had been read', async () => {
    await page.route('**/api/v1/runbooks', async (route) => {
      await new Promise((done) => setTimeout(done, 1_500));
      await route.continue();
    });
    await open('/investigations');
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Start an investigation' }).waitFor();
    await page.keyboard.type('at once');
    await page.keyboard.press('Enter');
    await page.waitForURL(/investigations\/[0-9a-f-]{36}/);
    await page.unroute('**/api/v1/runbooks');
    await page.locator('[data-live="ended"]').waitFor({ timeout: 60_000 });
  });

  it('complained about nothing', () => {
    expect(complaints).toEqual([]);
  });
});
