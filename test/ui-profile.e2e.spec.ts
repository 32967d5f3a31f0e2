/// <reference lib="dom" />
import { type Report, type StoredProfile } from '@fleetscope/contracts';
import { type Browser, type Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { ControlPlane } from './support/control-plane';
import { Workloads } from './support/workload';

const HOSTILE = [
  '<img src=x onerror="window.injected=1">',
  '</script><script>window.injected=1</script>',
  '"onmouseover="window.injected=1"',
  'javascript:window.injected=1',
  '\u202egnp.exe\u0007',
];

/** A profile of our own making, in the place of a captured one. */
const stored = (names: readonly string[], parents: readonly number[], frames: readonly number[]): StoredProfile => {
  const isParent = new Set(parents);
  const leaves = parents.flatMap((_, at) => (isParent.has(at) ? [] : [at]));
  return {
    type: 'cpu',
    unit: 'samples',
    event: 'cpu-clock',
    frequency: 99,
    startedAt: null,
    durationMs: 3_000,
    strings: [...names, 'app'],
    frames: { name: names.map((_, at) => at), module: names.map(() => -1), kind: names.map(() => 2) },
    stacks: { parent: [...parents], frame: [...frames] },
    threads: { command: [names.length], pid: [1], tid: [1] },
    samples: {
      stack: leaves,
      weight: leaves.map(() => 1),
      count: [],
      thread: leaves.map(() => 0),
      cpu: [],
      time: leaves.map((_, at) => (at === 0 ? 0 : Math.floor(2_900_000 / leaves.length))),
    },
    idle: 0,
  };
};

/** So many frames: each calls three others, so that there are wide boxes and very many narrow ones. */
const large = (size: number): StoredProfile => {
  const names = Array.from({ length: 500 }, (_, at) => `function_${at}`);
  return stored(
    names,
    Array.from({ length: size }, (_, at) => (at === 0 ? -1 : Math.floor((at - 1) / 3))),
    Array.from({ length: size }, (_, at) => (at * 7) % names.length),
  );
};

describe('the profile page, in a real browser', () => {
  const plane = new ControlPlane('ui-profile');
  const workloads = new Workloads();
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;
  let address = '';

  beforeAll(async () => {
    await plane.up();
    const pid = workloads.start('split');
    const report = await plane.json<Report>([
      'run',
      'cpu-profile',
      '--all',
      '-p',
      'duration=4s',
      '-p',
      `pid=${pid}`,
      '-p',
      'frequency=199',
    ]);
    address = `${plane.state.url}/investigations/${report.investigation.id}`;
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
    workloads.stop();
    await plane.down();
  });

  const matched = async (): Promise<number> => {
    const text = await page.getByText(/ % matches$/).textContent();
    return Number.parseFloat(text ?? '');
  };
  const graph = () => page.getByRole('application', { name: /^Flame graph/ });

  it('is a step from the investigation, and says what the shape is', async () => {
    await page.goto(address);
    await page.getByRole('link', { name: 'Flame graph' }).click();
    await page
      .getByRole('region', { name: 'What the profile says' })
      .getByText(/burn60 is a plateau/)
      .waitFor();
    await page
      .getByRole('row', { name: /^burn60 / })
      .first()
      .waitFor({ state: 'attached' });
  });

  it('finds the planted function, with its share', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('burn60');
    await page.getByText(/ % matches$/).waitFor();
    const share = await matched();
    expect(share).toBeGreaterThan(48);
    expect(share).toBeLessThan(72);
    expect(page.url()).toContain('q=burn60');
    await page.getByLabel('Find a function').fill('');
  });

  it('zooms by keyboard, keeps the place in its address, and goes back by Esc', async () => {
    await graph().focus();
    for (const key of ['Home', 'ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    const path = page.getByRole('list', { name: 'Zoomed to' });
    await path.getByText('burn60').waitFor();
    expect(page.url()).toMatch(/zoom=/);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('list', { name: 'Zoomed to' }).getByText('burn60').waitFor();
    await other.close();
    await graph().focus();
    await page.keyboard.press('Escape');
    await path.getByText(/^All \d+ frames$/).waitFor();
    expect(page.url()).not.toMatch(/zoom=/);
  });

  it('shows who calls a function and what it calls', async () => {
    await page.getByRole('button', { name: 'burn30' }).first().click();
    await page.getByText(/who calls burn30/).waitFor();
    await page.getByRole('application', { name: /^Callers of burn30/ }).waitFor();
    // A canvas that is drawn for another size than it has shows its boxes stretched.
    const sizes = await page.locator('[role="application"] canvas').evaluateAll((all) =>
      all.map((one) => {
        const { height, clientHeight } = one as HTMLCanvasElement;
        return [height, Math.round(clientHeight * window.devicePixelRatio)];
      }),
    );
    expect(sizes.map(([drawn]) => drawn)).toEqual(sizes.map(([, shown]) => shown));
    await page.getByRole('button', { name: 'Top', exact: true }).click();
    await page
      .getByRole('region', { name: 'Functions' })
      .getByRole('row', { name: /burn10/ })
      .waitFor();
    await page.getByRole('button', { name: 'Flame', exact: true }).click();
  });

  it('draws in the order of time, where what comes again stands again', async () => {
    const drawn = page.locator('[data-nodes]');
    const merged = Number(await drawn.getAttribute('data-nodes'));
    await page.getByLabel('Order').selectOption('time');
    await page.waitForFunction(
      (before) => Number(document.querySelector('[data-nodes]')?.getAttribute('data-nodes')) > before,
      merged,
    );
    expect(page.url()).toContain('order=time');
    await page.getByLabel('Order').selectOption('name');
  });

  it('gives the profile away as files', async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Folded stacks' }).click();
    expect((await download).suggestedFilename()).toMatch(/folded\.txt$/);
    await page.getByRole('button', { name: 'Export' }).click();
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Open in speedscope' }).click();
    const viewer = await opened;
    await viewer.getByText('Left Heavy').waitFor();
    await viewer.close();
  });

  const instead = async (profile: StoredProfile): Promise<void> => {
    await page.unroute('**/api/v1/runs/*/profiles/*');
    await page.route('**/api/v1/runs/*/profiles/*', (route) => route.fulfill({ json: profile }));
    await page.goto(`${address}/profile`);
    await graph().waitFor();
  };

  it('takes names for nothing but text', async () => {
    await instead(
      stored(
        HOSTILE,
        HOSTILE.map((_, at) => at - 1),
        HOSTILE.map((_, at) => at),
      ),
    );
    await graph().focus();
    for (const key of ['Home', 'ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Top', exact: true }).click();
    await page
      .getByRole('button', { name: /onerror/ })
      .first()
      .click();
    await page.getByText(/who calls/).waitFor();
    expect(await page.evaluate(() => (window as unknown as { injected?: number }).injected)).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
  });

  it('zooms in a graph of 100,000 frames in less than a tenth of a second', async () => {
    await instead(large(100_000));
    await page.getByText('All 100,001 frames').waitFor();
    const times: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      times.push(await page.evaluate(zoomTime, { x: 0.1 + turn * 0.15, fromBottom: 45 }));
      await graph().focus();
      await page.keyboard.press('Escape');
      await page.getByText('All 100,001 frames').waitFor();
    }
    times.sort((a, b) => a - b);
    process.stdout.write(`zoom, 100,000 frames: ${times.map((time) => time.toFixed(0)).join(', ')} ms\n`);
    // The middle one: the machine has other things to do, too.
    expect(times[2]).toBeLessThan(100);
  });

  it('fits a phone, in both schemes', async () => {
    await page.unroute('**/api/v1/runs/*/profiles/*');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [390, 2560]) {
        await page.setViewportSize({ width, height: 844 });
        await page.goto(`${address}/profile`);
        await graph().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    }
  });

  it('complained about nothing: no script error, nothing that the content security policy stopped', () => {
    expect(complaints).toEqual([]);
  });
});

/** Milliseconds from a click to the frame that shows the zoomed graph; runs in the page. */
const zoomTime = ({ x, fromBottom }: { x: number; fromBottom: number }): Promise<number> =>
  new Promise((done) => {
    const box = document.querySelector('[role="application"][aria-roledescription="flame graph"]');
    const path = document.querySelector('[aria-label="Zoomed to"]');
    if (!box || !path) throw new Error('there is no graph');
    const place = box.getBoundingClientRect();
    const started = performance.now();
    new MutationObserver((_, observer) => {
      observer.disconnect();
      // The frame in which it is drawn, and the one after, when it is on the screen.
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - started)));
    }).observe(path, { childList: true, subtree: true });
    box.dispatchEvent(
      new MouseEvent('click', {
        bubbles: true,
        clientX: place.left + place.width * x,
        clientY: place.bottom - fromBottom,
      }),
    );
  });
