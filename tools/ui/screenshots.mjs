// Every screen of the web UI as it is now: `node tools/ui/screenshots.mjs [--out DIR] [--docs] [NAME …]`. A control plane of its
// own takes a real triage, a real profile and a real trace of this machine, and a simulated fleet of 240 hosts made of that triage.
// Of the fleet's web hosts 36 are there, too: loopback addresses of this machine, whose sshd is triaged through each of them.
// Each screen is taken dark and light, 1440 × 900 and 390 × 844. `--docs` writes those that docs/ui.md shows.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startPlane, startSshd } from '../bench/plane.mjs';
import { simulatedFleet, simulatedInventory } from '../simulate/fleet.mjs';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: join(root, 'tmp', 'screenshots') }, docs: { type: 'boolean' } },
});
const out = values.docs ? join(root, 'docs', 'ui') : values.out;
mkdirSync(out, { recursive: true });
const HOSTS = 240;
const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const sshd = await startSshd(2324);
const plane = await startPlane({ FLEETSCOPE_APPROVAL_COST: 'heavy', FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1' });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});

const ended = async (id) => {
  while ((await plane.api('GET', `/api/v1/investigations/${id}`)).investigation.endedAt === null) await sleep(250);
  return id;
};
const launched = async (runbook, hosts, parameters, reason) =>
  ended((await plane.api('POST', '/api/v1/investigations', { runbook, targets: { hosts }, parameters, reason })).id);
const sealed = async (id) =>
  Buffer.from(
    await (
      await fetch(`${plane.url}/api/v1/investigations/${id}/evidence.zip`, {
        headers: { authorization: `Bearer ${plane.token}` },
      })
    ).arrayBuffer(),
  );
const imported = async (zip, reason) => {
  const response = await fetch(`${plane.url}/api/v1/imports/evidence?reason=${encodeURIComponent(reason)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${plane.token}`, 'content-type': 'application/zip' },
    body: zip,
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).id;
};

/** People, schedules, maintenance, and a request of somebody else that waits. */
const rooms = async () => {
  const password = 'correct horse battery';
  for (const [name, role, scope] of [
    ['ada', 'commander', null],
    ['bob', 'operator', { classes: ['web', 'cache'] }],
    ['grace', 'viewer', { labels: { zone: 'z1' } }],
  ])
    await plane.api('POST', '/api/v1/users', { name, role, scope, email: `${name}@example.org`, password });
  await plane.api('POST', '/api/v1/schedules', {
    ...{ name: 'nightly-web', cron: '30 2 * * *', tz: 'Europe/Berlin' },
    request: { runbook: 'triage-60s', targets: { classes: ['web'] } },
  });
  const until = new Date(Date.now() + 7_200_000).toISOString();
  await plane.api('POST', '/api/v1/maintenance', { targets: { classes: ['db'] }, why: 'new kernels', until });
  await plane.api('POST', '/api/v1/maintenance', {
    ...{ targets: { all: true }, why: 'backup', cron: '0 3 * * 0', tz: 'Europe/Berlin', duration: '2h' },
  });
  await plane.api('POST', '/api/v1/armed-captures', {
    ...{ name: 'night-stalls', targets: { all: true }, when: { watch: 'io-pressure', above: 20 }, every: '10s' },
    ...{ for: '12h', capture: { runbook: 'block-io-latency' }, reason: 'the nightly stall' },
  });
  const { token } = await plane.api('POST', '/api/v1/tokens', { name: 'ann', role: 'commander' });
  await fetch(`${plane.url}/api/v1/investigations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ runbook: 'offcpu-profile', targets: { classes: ['db'] }, reason: 'who holds the lock' }),
  });
};

/** Takes what webhooks tell, but for what is sent to /down. */
const receiver = createServer((request, response) => {
  request.resume();
  response.writeHead(request.url === '/down' ? 503 : 204).end();
});
const receives = () => new Promise((done) => receiver.listen(0, '127.0.0.1', () => done(receiver.address().port)));

/** Who is told of all that follows, who may tell us, who they are, and a key for hosts. */
const integrations = async (local) => {
  const at = `http://127.0.0.1:${await receives()}`;
  await plane.api('POST', '/api/v1/webhooks', { name: 'ops', url: `${at}/` });
  await plane.api('POST', '/api/v1/webhooks', { name: 'team', url: `${at}/down`, format: 'mattermost' });
  await plane.api('POST', '/api/v1/hooks', { name: 'am', kind: 'alertmanager', scope: { classes: ['web', 'db'] } });
  await plane.api('POST', '/api/v1/hooks', { name: 'pd', kind: 'pagerduty', secret: 'as PagerDuty showed it' });
  await plane.api('POST', '/api/v1/alert-rules', {
    ...{ name: 'slow-checkout', hook: 'am', match: { alertname: 'Slow*', severity: 'critical' } },
    ...{ targets: { hostFrom: 'instance' }, cooldown: '30m', parameters: { window: '30s' } },
    red: { rate: 'sum(rate(http_requests_total{service="$service"}[5m]))' },
  });
  await plane.api('POST', '/api/v1/alert-rules', {
    ...{
      name: 'disk-pages',
      match: { alertname: 'DiskLatency' },
      targets: { classes: ['db'], labels: { zone: 'z1' } },
    },
  });
  await plane.api('PUT', '/api/v1/chat/users/slack:U0456EFGH', { role: 'operator', scope: { classes: ['web'] } });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const body = { privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }) };
  for (const name of ['deploy-key', 'break-glass']) await plane.api('PUT', `/api/v1/secrets/${name}`, body);
  await plane.api('PATCH', `/api/v1/hosts/${local}`, { identitySecret: 'deploy-key' });
};

/** What there is to see: address by name. */
const prepare = async () => {
  const [{ name: local }] = await plane.api('GET', '/api/v1/hosts');
  await integrations(local);
  await plane.api('POST', '/api/v1/hosts/import', {
    ...{ format: 'csv', fileName: 'fleet.csv' },
    text: simulatedInventory(HOSTS, { port: sshd.port, user: 'root', identityFile: sshd.identity }),
  });
  const web = (await plane.api('GET', '/api/v1/hosts?class=web')).map(({ name }) => name);
  const { fingerprint } = await plane.api('GET', `/api/v1/hosts/${web[0]}/presented-key`);
  for (const name of web) await plane.api('POST', `/api/v1/hosts/${name}/trust`, { fingerprint });
  // A few at a time: they share this machine's CPUs, and each would see the load of all.
  for (let from = 0; from < 36; from += 3)
    await launched('triage-60s', web.slice(from, from + 3), { window: '1s' }, 'the web class after the deploy');
  const one = await launched('triage-60s', [local], { window: '5s' }, 'a first look');
  const zip = await sealed(one);
  const fleet = await imported(simulatedFleet(zip, HOSTS).zip, 'checkout p99 80 → 600 ms');
  const rack = await imported(simulatedFleet(zip, HOSTS, { sick: 'rack=r7' }).zip, 'orders are slow');
  // Fourteen quiet days, from the eighth on after an upgrade that costs CPU.
  for (let day = 1; day <= 14; day++) {
    const reason = day === 8 ? 'first day after the upgrade' : `a quiet day, ${day}`;
    const id = await imported(simulatedFleet(zip, 48, { seed: 10 + day, busier: day >= 8 ? 35 : 0 }).zip, reason);
    await plane.api('PUT', `/api/v1/investigations/${id}/mark`, { kind: 'baseline', reason });
  }
  const profile = await launched('cpu-profile', [local], { duration: '4s' }, 'who burns the CPU');
  const traces = await launched('process-starts', [local], { duration: '4s' }, 'who starts all these');
  await plane.api('PUT', '/api/v1/rules/disk-await/thresholds', {
    ...{ scope: 'class', name: 'db', values: { warn: 15 }, reason: 'fast disks' },
  });
  await rooms();
  await plane.api('PUT', '/api/v1/chat/users/slack:U0123ABCD', { person: 'ada' });
  const { runs } = await plane.api('GET', `/api/v1/investigations/${fleet}`);
  const worst = runs.find(({ findings }) => findings.some(({ rule }) => rule === 'disk-await'));
  const real = (await plane.api('GET', `/api/v1/investigations/${one}`)).runs[0];
  return {
    fleet: '/hosts',
    'fleet-host': `/hosts?host=${local}`,
    'fleet-map': '/hosts?view=map',
    'fleet-import': '/hosts?view=import',
    investigations: '/investigations',
    investigation: `/investigations/${fleet}`,
    cell: `/investigations/${fleet}?host=${worst?.host}&at=disk.saturation`,
    groups: `/investigations/${rack}?by=rack`,
    host: `/investigations/${one}/hosts/${real.id}?t=2.4`,
    compare: `/investigations/${fleet}/compare?hosts=${worst?.host}`,
    profile: `/investigations/${profile}/profile`,
    'profile-time': `/investigations/${profile}/profile?order=time&root=thread`,
    sandwich: `/investigations/${profile}/profile?view=sandwich`,
    traces: `/investigations/${traces}/traces`,
    baselines: '/baselines?class=db&runbook=triage-60s&metric=cpu.utilization',
    schedules: '/schedules?name=nightly-web',
    'schedule-add': '/schedules',
    maintenance: '/schedules/maintenance',
    armed: '/schedules/armed?name=night-stalls',
    approvals: '/approvals',
    audit: '/audit',
    readiness: '/settings/readiness',
    rules: '/settings/rules?rule=disk-await',
    agents: '/settings/agents',
    storage: '/settings/storage',
    users: '/settings/people?name=bob',
    tokens: '/settings/tokens',
    secrets: '/settings/secrets?name=deploy-key',
    'secret-add': '/settings/secrets',
    webhooks: '/settings/integrations/webhooks?name=team',
    'webhook-add': '/settings/integrations/webhooks',
    hooks: '/settings/integrations/hooks?name=am',
    'hook-add': '/settings/integrations/hooks',
    'alert-rules': '/settings/integrations/alert-rules?name=slow-checkout',
    'alert-rule-add': '/settings/integrations/alert-rules',
    'alert-try': '/settings/integrations/alert-rules',
    'chat-users': '/settings/integrations/chat-users?name=slack:U0123ABCD',
    launch: '/investigations#launch',
  };
};

/** What is pressed before the picture is taken. */
const ACTS = {
  launch: async (page) => {
    await page.keyboard.press('Control+k');
    const dialog = page.getByRole('dialog');
    await dialog.locator('summary', { hasText: 'Rollout' }).click();
    await dialog.getByLabel('Canary hosts').fill('3');
    await dialog.getByLabel('Silent share exceeds').fill('5');
    await dialog.locator('[data-ready]').waitFor();
    await page.waitForTimeout(600);
    await page.keyboard.press('Enter');
    await dialog.getByText('Which hosts').scrollIntoViewIfNeeded();
  },
  'schedule-add': async (page) => {
    await page.getByRole('button', { name: 'Add a schedule' }).click();
    await page.getByLabel('When, as in crontab').fill('30 2 * * 1-5');
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByRole('status', { name: 'Next times' }).getByRole('listitem').first().waitFor();
  },
  'secret-add': (page) => page.getByRole('button', { name: 'Add a secret' }).click(),
  'webhook-add': async (page) => {
    // Shown once, and gone again: each picture has one of its own.
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    await page.getByLabel('Name').fill(`shown-${Date.now()}`);
    await page.getByLabel('URL').fill('https://127.0.0.1/');
    await page.getByRole('button', { name: 'Add the webhook' }).click();
    await page.getByRole('button', { name: 'Copy' }).waitFor();
  },
  'hook-add': (page) => page.getByRole('button', { name: 'Add a hook' }).click(),
  'alert-rule-add': (page) => page.getByRole('button', { name: 'Add a rule' }).click(),
  'alert-try': async (page) => {
    await page.getByRole('button', { name: 'Try an alert' }).click();
    await page.getByLabel('Hook').fill('am');
    const { name } = (await plane.api('GET', '/api/v1/hosts?class=web'))[0];
    const labels = { alertname: 'SlowCheckout', severity: 'critical', instance: `${name}:9100` };
    const alerts = [
      { status: 'firing', labels, annotations: {}, startsAt: '2026-11-22T10:00:00Z', fingerprint: 'a1' },
      { status: 'resolved', labels, annotations: {}, startsAt: '2026-11-22T10:00:00Z', fingerprint: 'a2' },
    ];
    await page.getByLabel('Message').fill(JSON.stringify({ version: '4', status: 'firing', alerts }, null, 1));
    await page.getByRole('button', { name: 'What would it start?' }).click();
    await page.getByRole('table', { name: 'What it would start' }).waitFor();
  },
  readiness: async (page) => {
    await page.getByRole('combobox').selectOption('local');
    await page.getByRole('button', { name: /^Check/ }).click();
    await page.getByRole('region', { name: 'Readiness by runbook' }).waitFor();
  },
};

const words = readFileSync(join(root, 'docs', 'ui.md'), 'utf8');
try {
  const screens = Object.entries(await prepare()).filter(
    ([name]) => positionals.length === 0 || positionals.includes(name),
  );
  for (const colorScheme of ['dark', 'light'])
    for (const [size, viewport] of Object.entries(SIZES)) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(JSON.parse(plane.cli('login-link', '--json')).url);
      await page.getByRole('heading', { name: 'Investigations' }).waitFor();
      for (const [name, path] of screens) {
        const file = `${name}-${colorScheme}-${size}.${values.docs ? 'jpg' : 'png'}`;
        if (values.docs && !words.includes(`ui/${file}`)) continue;
        await page.goto(`${plane.url}${path}`);
        await page.waitForLoadState('networkidle').catch(() => undefined);
        await ACTS[name]?.(page);
        await page.waitForTimeout(600);
        writeFileSync(join(out, file), await page.screenshot(values.docs ? { type: 'jpeg', quality: 62 } : {}));
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        console.log(`${name} ${colorScheme} ${size}${overflow > 0 ? `: ${overflow} px too wide` : ''}`);
      }
      await context.close();
    }
} finally {
  await browser.close();
  receiver.close();
  receiver.closeAllConnections();
  await plane.stop();
  sshd.stop();
}
