// What 5,000 hosts cost the browser: `node tools/bench/ui-matrix.mjs [--hosts 5000] [--minutes 2] [--every 0]`. A simulated fleet comes in
// as sealed evidence while its page is open, again and again until the minutes are over: live updates, which are counted, and
// during which the heap is measured after a forced collection: `--hosts 500 --minutes 60 --every 60` (a fleet each minute) shows
// whether it stays where it is, and with `--left yes` what is left five minutes after. Then what is sent for the page is weighed, and the matrix and the fleet are scrolled from top to bottom, each frame timed.
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { simulatedFleet, simulatedInventory } from '../simulate/fleet.mjs';
import { quantile, startPlane } from './plane.mjs';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '5000' },
    minutes: { type: 'string', default: '2' },
    every: { type: 'string', default: '0' },
    left: { type: 'string', default: 'no' },
  },
});
const HOSTS = Number(values.hosts);
const EVERY_MS = Number(values.every) * 1000;
const UNTIL = Date.now() + Number(values.minutes) * 60_000;
const FRAME = 1000 / 60;
const HEAP_EVERY_MS = 20_000;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const plane = await startPlane();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--js-flags=--expose-gc',
  ],
});
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
const cdp = await context.newCDPSession(page);
await cdp.send('HeapProfiler.enable');
await cdp.send('Performance.enable');
const began = Date.now();
let updates = 0;
let received = 0;
page.on('websocket', (socket) =>
  socket.on('framereceived', ({ payload }) => {
    received += payload.length;
    const message = JSON.parse(String(payload));
    if (message.type === 'matrix-events') updates += message.events.length;
  }),
);
/** Heap after a collection once each round had ended: what stays. */
const kept = [];

const seconds = () => `${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s`;
const heap = async () => {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 1_048_576;
};
/** Bytes and time of an answer, as it is and gzipped; the best of five. */
const weighed = async (path) => {
  for (const encoding of ['identity', 'gzip']) {
    const times = [];
    let bytes = 0;
    for (let i = 0; i < 5; i++) {
      const from = performance.now();
      bytes = await new Promise((done, failed) =>
        request(
          `${plane.url}${path}`,
          { headers: { authorization: `Bearer ${plane.token}`, 'accept-encoding': encoding } },
          (answer) => {
            let size = 0;
            answer.on('data', (part) => (size += part.length)).on('end', () => done(size));
          },
        )
          .on('error', failed)
          .end(),
      );
      times.push(performance.now() - from);
    }
    console.log(
      `GET ${path.replace(/[0-9a-f-]{36}/, 'ID')} ${encoding}: ${(bytes / 1e6).toFixed(2)} MB, ${Math.min(...times).toFixed(0)} ms`,
    );
  }
};
/** By hand: `fetch` gives up when an answer takes five minutes. */
const imported = (reason, zip) =>
  new Promise((done, failed) => {
    const call = request(
      `${plane.url}/api/v1/imports/evidence?reason=${reason}`,
      { method: 'POST', headers: { authorization: `Bearer ${plane.token}`, 'content-type': 'application/zip' } },
      (answer) => {
        const parts = [];
        answer
          .on('data', (part) => parts.push(part))
          .on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            if (answer.statusCode === 201) done(JSON.parse(text));
            else failed(new Error(text));
          });
      },
    );
    call.on('error', failed).end(zip);
  });

/** By a locator: a handle on an element, which `waitForSelector` gives, would keep the page it stood on in memory. */
const shown = (selector) => page.locator(selector).first().waitFor({ state: 'attached', timeout: 120_000 });

/** Scrolls by a screen's third each frame, to the end and back; milliseconds between frames. */
const scrolled = (selector) =>
  page.evaluate(
    (wanted) =>
      new Promise((done) => {
        const row = document.querySelector(wanted);
        let box = row?.parentElement;
        while (
          box &&
          !(box.scrollHeight > box.clientHeight + 10 && /auto|scroll/.test(getComputedStyle(box).overflowY))
        )
          box = box.parentElement;
        const deltas = [];
        let last = 0;
        let step = 300;
        const tick = (now) => {
          if (last) deltas.push(now - last);
          last = now;
          const before = box.scrollTop;
          box.scrollTop += step;
          if (box.scrollTop === before) {
            if (step < 0) {
              done({ deltas, rows: document.querySelectorAll(wanted).length });
              return;
            }
            step = -step;
          }
          requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      }),
    selector,
  );

/** Seconds that the page's thread spent on each kind of work. */
const work = async () => {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    script: of('ScriptDuration'),
    style: of('RecalcStyleDuration'),
    layout: of('LayoutDuration'),
    all: of('TaskDuration'),
  };
};

const measured = async (what, selector) => {
  const before = await work();
  const found = await scrolled(selector);
  const after = await work();
  said(what, found);
  const each = (name) => `${name} ${(((after[name] - before[name]) * 1000) / found.deltas.length).toFixed(1)} ms`;
  console.log(`  of each frame: ${['script', 'style', 'layout', 'all'].map(each).join(', ')} of the page's thread`);
};

const said = (what, { deltas, rows }) =>
  console.log(
    `${what}: ${deltas.length} frames, median ${quantile(deltas, 0.5).toFixed(1)} ms, p95 ${quantile(deltas, 0.95).toFixed(1)} ms, p99 ${quantile(deltas, 0.99).toFixed(1)} ms, longest ${Math.max(...deltas).toFixed(0)} ms; ${((100 * deltas.filter((ms) => ms > FRAME + 0.5).length) / deltas.length).toFixed(1)} % over 16.7 ms; ${rows} rows in the document`,
  );

/** First paint, and how long until rows stand there, of a page whose files the browser has already. */
const warmPaint = async (path, row) => {
  const from = performance.now();
  await page.goto(`${plane.url}${path}`);
  await shown(row);
  const rows = performance.now() - from;
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  console.log(
    `${path.replace(/[0-9a-f-]{36}/, 'ID')}: first paint ${paint.toFixed(0)} ms, rows after ${rows.toFixed(0)} ms`,
  );
};

const ROW = '[role="row"][data-host]';
try {
  const [{ name }] = await plane.api('GET', '/api/v1/hosts');
  const one = await plane.api('POST', '/api/v1/investigations', {
    runbook: 'triage-60s',
    targets: { hosts: [name] },
    parameters: { window: '1s' },
  });
  while ((await plane.api('GET', `/api/v1/investigations/${one.id}`)).investigation.endedAt === null) await sleep(200);
  const sealed = await fetch(`${plane.url}/api/v1/investigations/${one.id}/evidence.zip`, {
    headers: { authorization: `Bearer ${plane.token}` },
  });
  const { zip, told } = simulatedFleet(Buffer.from(await sealed.arrayBuffer()), HOSTS);
  console.log(`simulated: ${JSON.stringify(told)}`);
  const link = JSON.parse(plane.cli('login-link', '--json'));
  await page.goto(link.url);
  await shown('h1');

  let id;
  for (let round = 1; round === 1 || Date.now() < UNTIL; round++) {
    const reason = `round-${round}`;
    const next = Date.now() + EVERY_MS;
    const importing = imported(reason, zip);
    let done = false;
    importing.then(
      () => (done = true),
      () => (done = true),
    );
    // By the router, within the page: what it holds is what is measured.
    let latest;
    while (!latest?.reason.startsWith(`${reason};`)) {
      [latest] = await plane.api('GET', '/api/v1/investigations?limit=1');
      await sleep(100);
    }
    await page.evaluate((path) => history.pushState(null, '', path), `/investigations/${latest.id}`);
    await shown(ROW);
    let measure = 0;
    while (!done) {
      if (Date.now() > measure) {
        const [{ coverage }] = await plane.api('GET', '/api/v1/investigations?limit=1');
        console.log(
          `${seconds()}  heap ${(await heap()).toFixed(1)} MB  round ${round}, ${coverage.answered} of ${HOSTS} in`,
        );
        measure = Date.now() + HEAP_EVERY_MS;
      }
      await sleep(250);
    }
    ({ id } = await importing);
    await shown('[data-live="ended"]');
    const now = await heap();
    kept.push(now);
    console.log(`${seconds()}  heap ${now.toFixed(1)} MB  round ${round} ended, ${updates} updates so far`);
    await sleep(Math.max(0, next - Date.now()));
  }
  const middle = kept[Math.floor(kept.length / 2)];
  console.log(
    `after ${kept.length} rounds, ${updates} updates, ${(received / 1e6).toFixed(1)} MB of messages: heap ${kept[0].toFixed(1)} MB after the first, ${middle.toFixed(1)} in the middle, ${kept.at(-1).toFixed(1)} at the end`,
  );

  // Nobody looks at them any more: the last go after a minute, what was asked beside them after five.
  await page.evaluate(() => history.pushState(null, '', '/investigations'));
  for (const wait of values.left === 'yes' ? [70, 250] : []) {
    await sleep(wait * 1000);
    console.log(`${seconds()}  heap ${(await heap()).toFixed(1)} MB  on the list, nothing watched`);
  }

  // What a page that does nothing gives here: no page can be quicker.
  await page.goto('about:blank');
  await page.setContent(
    '<!doctype html><main style="height:800px;overflow:auto"><div style="height:200000px"><p role="row" data-host>row</p></div></main>',
  );
  await measured('an empty page', ROW);
  const path = `/investigations/${id}`;
  await weighed(`/api/v1${path}`);
  await weighed(`/api/v1${path}/matrix`);
  for (let i = 0; i < 3; i++) await warmPaint(path, ROW);
  await measured('matrix', ROW);
  await measured('matrix again', ROW);
  await plane.api('POST', '/api/v1/hosts/import', {
    format: 'csv',
    fileName: 'simulated.csv',
    text: simulatedInventory(HOSTS),
  });
  for (let i = 0; i < 3; i++) await warmPaint('/hosts', ROW);
  await measured('fleet', ROW);
} finally {
  await browser.close();
  await plane.stop();
}
