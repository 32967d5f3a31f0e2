import { type InvestigationSnapshot, type Report } from '@fleetscope/contracts';
import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { ControlPlane } from './support/control-plane';
import { importSealed, simulate } from './support/simulated-fleet';

/** What axe-core finds, as far as this test reads it. */
interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const SERIOUS: ReadonlySet<string> = new Set(['serious', 'critical']);

/** Serious violations of the page as it stands. The script goes in by the debugger, which no policy of the page stops. */
const violations = async (page: Page): Promise<string[]> => {
  await page.evaluate(AXE);
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations)',
  )) as Violation[];
  return found
    .filter(({ impact }) => impact !== null && SERIOUS.has(impact))
    .flatMap(({ id, help, nodes }) =>
      nodes
        .slice(0, 5)
        .map(({ target, failureSummary = '' }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary}`),
    );
};

describe.each(['dark', 'light'] as const)('every screen for people who cannot see it well, %s', (colorScheme) => {
  const plane = new ControlPlane(`axe-${colorScheme}`, {
    FLEETSCOPE_APPROVAL_COST: 'heavy',
    FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1',
  });
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const at: Record<string, string> = {};

  beforeAll(async () => {
    await plane.up();
    const started = async (...args: string[]): Promise<string> => (await plane.json<Report>(args)).investigation.id;
    // Port 9 takes nothing: what is told there waits.
    await plane.api('POST', '/api/v1/webhooks', { name: 'team', url: 'http://127.0.0.1:9/', format: 'mattermost' });
    await plane.api('POST', '/api/v1/hooks', { name: 'am', kind: 'alertmanager' });
    await plane.api('POST', '/api/v1/alert-rules', {
      ...{ name: 'slow', hook: 'am', match: { alertname: 'Slow*' }, targets: { hostFrom: 'instance' } },
      red: { rate: 'sum(rate(http_requests_total[5m]))' },
    });
    await plane.api('PUT', '/api/v1/chat/users/slack:U0123ABCD', { role: 'operator', scope: { classes: ['web'] } });
    await plane.api('PUT', '/api/v1/secrets/deploy-key', {
      privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nnot one\n-----END OPENSSH PRIVATE KEY-----\n',
    });
    const triage = await started('triage', '--all', '--window', '2s');
    const profile = await started('run', 'cpu-profile', '--all', '-p', 'duration=2s');
    const traces = await started('run', 'process-starts', '--all', '-p', 'duration=2s');
    // Quiet hosts, however busy this machine is: only such feed a baseline.
    const { id: quiet } = await importSealed(plane, (await simulate(plane, 24)).file, 'a quiet time');
    await plane.api('PUT', `/api/v1/investigations/${quiet}/mark`, { kind: 'baseline', reason: 'a quiet time' });
    await plane.api('POST', '/api/v1/schedules', {
      name: 'nightly',
      cron: '30 3 * * *',
      request: { runbook: 'triage-60s', targets: { all: true } },
    });
    await plane.api('POST', '/api/v1/users', { name: 'ada', password: 'twelve letters', scope: { classes: ['web'] } });
    await plane.api('POST', '/api/v1/maintenance', {
      ...{ targets: { all: true }, why: 'backup', cron: '0 3 * * 0', duration: '2h' },
    });
    await plane.api('POST', '/api/v1/armed-captures', {
      ...{ name: 'stalls', targets: { all: true }, when: { watch: 'io-pressure', above: 90 } },
      capture: { runbook: 'triage-60s' },
    });
    await plane.api('POST', '/api/v1/investigations', { runbook: 'offcpu-profile', targets: { all: true } });
    const { runs } = (await plane.api('GET', `/api/v1/investigations/${triage}`)).body as InvestigationSnapshot;
    Object.assign(at, {
      fleet: '/hosts',
      'map of the fleet': '/hosts?view=map',
      'map by a metric': '/hosts?view=map&colour=cpu.utilization',
      'import of hosts': '/hosts?view=import',
      host: `/hosts?host=${runs[0]?.host}`,
      investigations: '/investigations',
      investigation: `/investigations/${triage}`,
      cell: `/investigations/${triage}?host=${runs[0]?.host}&at=cpu.saturation`,
      'hosts by class': `/investigations/${quiet}?by=class&only=web`,
      'host in an investigation': `/investigations/${triage}/hosts/${runs[0]?.id}?t=1`,
      compare: `/investigations/${triage}/compare?hosts=${runs[0]?.host}`,
      profile: `/investigations/${profile}/profile`,
      'profile by time': `/investigations/${profile}/profile?order=time`,
      traces: `/investigations/${traces}/traces`,
      audit: '/audit',
      approvals: '/approvals',
      schedules: '/schedules?name=nightly',
      maintenance: '/schedules/maintenance',
      'armed captures': '/schedules/armed?name=stalls',
      baselines: '/baselines?metric=cpu.utilization',
      readiness: '/settings/readiness',
      rules: '/settings/rules',
      'one rule': '/settings/rules?rule=disk-await',
      agents: '/settings/agents',
      storage: '/settings/storage',
      users: '/settings/people?name=ada',
      tokens: '/settings/tokens',
      secrets: '/settings/secrets?name=deploy-key',
      webhooks: '/settings/integrations/webhooks?name=team',
      'incoming hooks': '/settings/integrations/hooks?name=am',
      'alert rules': '/settings/integrations/alert-rules?name=slow',
      'chat users': '/settings/integrations/chat-users?name=slack:U0123ABCD',
    });
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme });
    page = await context.newPage();
    await page.goto((await plane.json<{ url: string }>(['login-link'])).url);
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await plane.down();
  });

  it.each([
    'fleet',
    'map of the fleet',
    'map by a metric',
    'import of hosts',
    'host',
    'investigations',
    'investigation',
    'cell',
    'hosts by class',
    'host in an investigation',
    'compare',
    'profile',
    'profile by time',
    'traces',
    'audit',
    'approvals',
    'schedules',
    'maintenance',
    'armed captures',
    'baselines',
    'readiness',
    'rules',
    'one rule',
    'agents',
    'storage',
    'users',
    'tokens',
    'secrets',
    'webhooks',
    'incoming hooks',
    'alert rules',
    'chat users',
  ])('%s', async (screen) => {
    await page.goto(`${plane.state.url}${at[screen]}`);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.waitForTimeout(500);
    expect(await violations(page)).toEqual([]);
  });

  it('the dialog that starts an investigation', async () => {
    await page.goto(`${plane.state.url}/investigations`);
    await page.getByRole('heading', { name: 'Investigations' }).waitFor();
    await page.keyboard.press('Control+k');
    const dialog = page.getByRole('dialog', { name: 'Start an investigation' });
    await dialog.locator('summary', { hasText: 'Rollout' }).click();
    await dialog.getByText('Would run on').waitFor();
    await page.waitForTimeout(500);
    expect(await violations(page)).toEqual([]);
  });

  it.each([
    ['/schedules', 'Add a schedule'],
    ['/schedules/maintenance', 'Set a window'],
    ['/schedules/armed', 'Arm a capture'],
    ['/settings/people', 'Add a user'],
    ['/settings/tokens', 'Make a token'],
    ['/settings/secrets', 'Add a secret'],
    ['/settings/secrets', 'Rotate …'],
    ['/settings/integrations/webhooks', 'Add a webhook'],
    ['/settings/integrations/hooks', 'Add a hook'],
    ['/settings/integrations/alert-rules', 'Add a rule'],
    ['/settings/integrations/alert-rules', 'Try an alert'],
    ['/settings/integrations/chat-users', 'Add a chat user'],
  ])('the dialog of %s: %s', async (path, button) => {
    await page.goto(`${plane.state.url}${path}`);
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(500);
    expect(await violations(page)).toEqual([]);
  });

  it('the login', async () => {
    const stranger = await browser.newContext({ colorScheme });
    const other = await stranger.newPage();
    await other.goto(`${plane.state.url}/investigations`);
    await other.waitForURL(/\/login/);
    await other.waitForTimeout(300);
    expect(await violations(other)).toEqual([]);
    await stranger.close();
  });
});
