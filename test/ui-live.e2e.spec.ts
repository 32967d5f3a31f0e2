import {
  matrixEvent,
  type InvestigationSnapshot,
  type LiveEvent,
  type MatrixEvent,
  type ServerMessage,
} from '@fleetscope/contracts';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { ControlPlane } from './support/control-plane';
import { TestFleet } from './support/fleet';
import { sleep } from './support/processes';

/** What went over the page's websockets, in both directions. */
class Wire {
  readonly received: ServerMessage[] = [];
  readonly subscriptions: (number | null)[] = [];
  sockets = 0;

  constructor(page: Page) {
    page.on('websocket', (socket) => {
      this.sockets += 1;
      socket.on('framereceived', ({ payload }) => this.received.push(JSON.parse(String(payload)) as ServerMessage));
      socket.on('framesent', ({ payload }) => {
        const message = JSON.parse(String(payload)) as { type: string; since?: number };
        if (message.type === 'subscribe') this.subscriptions.push(message.since ?? null);
      });
    });
  }

  get events(): MatrixEvent[] {
    return this.received.flatMap((message) => (message.type === 'matrix-events' ? message.events : []));
  }
}

describe('a triage that is watched over a bad line', () => {
  const plane = new ControlPlane('ui-live');
  const fleet = new TestFleet(57);
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let wire: Wire;
  let id: string;

  const log = async (): Promise<LiveEvent[]> => {
    const { body } = await plane.api('GET', `/api/v1/investigations/${id}/events?since=0&limit=1000`);
    return (body as { events: LiveEvent[] }).events;
  };

  beforeAll(async () => {
    await plane.up();
    await fleet.enrolAndTrust(plane, 'web-01', 1, await fleet.healthy(1));
    await fleet.enrolAndTrust(plane, 'web-02', 2, await fleet.healthy(2));
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    wire = new Wire(page);
    await page.goto((await plane.json<{ url: string }>(['login-link'])).url);
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await plane.down();
    fleet.close();
  });

  it('says that it is not live while the line is cut, and misses nothing when it is back', async () => {
    const { body } = await plane.api('POST', '/api/v1/investigations', {
      runbook: 'triage-60s',
      targets: { all: true },
      parameters: { window: '8s' },
      reason: 'a bad line',
    });
    ({ id } = body as { id: string });
    await page.goto(`${plane.state.url}/investigations/${id}`);
    await page.locator('[data-live="live"]').waitFor();
    // Something has come over the first socket before it is cut.
    while (wire.events.length === 0) await sleep(50);
    const before = wire.events.length;
    const known = (await log()).at(-1)?.seq ?? 0;

    await context.setOffline(true);
    await page.locator('[data-live="reconnecting"]').waitFor();
    await page.getByText('Not live').waitFor();
    // Things happen meanwhile.
    while (((await log()).at(-1)?.seq ?? 0) < known + 3) await sleep(100);
    expect(await page.locator('[data-live="live"], [data-live="ended"]').count()).toBe(0);

    await context.setOffline(false);
    await page.locator('[data-live="ended"]').waitFor({ timeout: 60_000 });
    expect(wire.sockets).toBeGreaterThan(1);
    expect(wire.events.length).toBeGreaterThan(before);
    // It resumed where it stood, instead of starting over.
    expect(wire.subscriptions.every((since) => since !== null)).toBe(true);
  });

  it('has received every event of the log, in order', async () => {
    const first = wire.subscriptions[0] ?? 0;
    const written = (await log()).filter(({ seq }) => seq > first);
    const seen = new Map(wire.events.map((event) => [event.seq, event]));
    expect(written.length).toBeGreaterThan(10);
    expect([...seen.keys()].sort((a, b) => a - b)).toEqual(written.map(({ seq }) => seq));
    for (const event of written) expect(seen.get(event.seq)).toEqual(matrixEvent(event));
  });

  it('shows what a page shows that was opened afterwards', async () => {
    const words = async (of: Page): Promise<string> => {
      await of.locator('[data-live="ended"]').waitFor();
      const rows = of.locator('[role="row"][data-host]');
      await rows.first().waitFor();
      return (await rows.allInnerTexts()).sort().join('\n');
    };
    const fresh = await context.newPage();
    await fresh.goto(page.url());
    expect(await words(page)).toBe(await words(fresh));
    const { runs } = (await plane.api('GET', `/api/v1/investigations/${id}`)).body as InvestigationSnapshot;
    expect(runs).toHaveLength(3);
    await fresh.close();
  });
});
