import { type Finding, type InvestigationView, type RunSummary, type UseCell } from '@fleetscope/contracts';
import { callTree, FoldedProfile, svgElement, toSvg } from '@fleetscope/profiles';
import { createHash } from 'node:crypto';
import { MAX_MATRIX_HOSTS } from './matrix.section';
import { reportHtml } from './report.html';
import { type ReportPage } from './report-page';
import { ruleFindings } from './rule-findings';

const UUID = '00000000-0000-4000-8000-000000000001';
const AT = '2026-05-02T09:00:01.000Z';
const HOSTILE = '</style></pre></table><script>alert("1")</script><img src=x onerror=alert(1)>\u202e\u001b[31m';

const investigation = (given: Partial<InvestigationView> = {}): InvestigationView => ({
  id: UUID,
  runbook: 'triage-60s@1',
  title: 'The 60-second triage',
  state: 'succeeded',
  reason: 'checkout is slow',
  parameters: { window: '10s' },
  targets: { all: true },
  requestedBy: 'ada',
  hosts: 1,
  createdAt: AT,
  startedAt: AT,
  endedAt: '2026-05-02T09:00:13.500Z',
  deadline: AT,
  coverage: {
    ...{ targeted: 2, answered: 1, succeeded: 1, partial: 0, failed: 0, unreachable: 1, refused: 0, cancelled: 0 },
    ...{ expired: 0, pending: 0, reasons: [{ host: 'web-2', state: 'unreachable', reason: 'no route to host' }] },
  },
  verdict: null,
  parent: null,
  escalation: null,
  ...given,
});

const cell = (given: Partial<UseCell>): UseCell => ({
  ...{ resource: 'disk', instance: 'sda', aspect: 'saturation', metric: 'disk.write_await', value: 47, unit: 'ms' },
  ...{ state: 'crit', reason: null, rule: 'disk-await', label: 'w_await 47 ms' },
  ...given,
});

const finding = (given: Partial<Finding> = {}): Finding => ({
  ...{ rule: 'disk-await', ruleVersion: 1, severity: 'crit', resource: 'disk', aspect: 'saturation', instance: 'sda' },
  ...{ metric: 'disk.write_await', value: 47.2, unit: 'ms', threshold: 25, text: 'sda: writes wait 47 ms' },
  ...{
    label: 'w_await 47 ms',
    why: 'writes wait for the disk',
    evidence: [{ step: 'iostat', lines: [3] }],
    next: null,
  },
  ...given,
});

const run = (given: Partial<RunSummary> = {}): RunSummary => ({
  ...{ id: UUID, host: 'db-07', hostClass: 'db', labels: {}, state: 'succeeded', reason: null, attempt: 1 },
  ...{ startedAt: AT, endedAt: AT, cost: null, oddness: 0.9, use: [cell({})], findings: [], steps: [] },
  ...given,
});

const page = (given: Partial<ReportPage> = {}): ReportPage => ({
  product: '0.1.0',
  madeAt: AT,
  investigation: investigation(),
  verdict: { holds: true, summary: '1 of 2 answered; 1 unreachable', statements: [] },
  parameters: ['window 10s'],
  runs: [run()],
  findings: [],
  flames: [],
  moreFlames: 0,
  notes: [],
  ...given,
});

const iostat = 'Linux\n\nDevice r/s w_await\nsda 400 47.2\n';
const textOf = () => Promise.resolve(iostat);
const plain = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe('the report page', () => {
  it('says when, in which zone, and coverage before anything else', () => {
    const html = reportHtml(page());
    const told = plain(html.slice(html.indexOf('<body>')));
    expect(told).toContain('2026-05-02 09:00:01 UTC');
    expect(told).toContain('took 12.5 s');
    expect(told).toContain('1 of 2 answered; 1 unreachable');
    expect(told).toContain('web-2 unreachable no route to host');
    const order = [...html.matchAll(/<section id="(\w+)">/g)].map(([, id]) => id);
    expect(order).toEqual(['coverage', 'verdict', 'use', 'findings']);
  });

  it('shows each state as a mark, the worst instance of a cell, and what is unknown as unknown', () => {
    const use = [
      cell({ state: 'ok', instance: 'sdb' }),
      cell({}),
      cell({ aspect: 'errors', state: 'unknown', reason: 'no smartctl', label: null }),
    ];
    const html = reportHtml(page({ runs: [run({ use }), run({ host: 'web-2', state: 'unreachable', use: [] })] }));
    expect(html).toContain('<td class="c crit" title="disk sda saturation: w_await 47 ms">!!</td>');
    expect(html).toContain('<td class="c unknown" title="disk sda errors: no smartctl">?</td>');
    expect(html).toContain('<td class="none" colspan="3">unreachable</td>');
  });

  it('quotes the lines of a finding with their header and the command that printed them', async () => {
    const steps = [{ step: 'iostat', command: 'iostat -xz 1 5' }] as unknown as RunSummary['steps'];
    const found = finding({ evidence: [{ step: 'iostat', lines: [4] }] });
    const findings = await ruleFindings([run({ findings: [found], steps })], textOf);
    const told = plain(reportHtml(page({ findings })));
    expect(told).toContain('db-07 · iostat -xz 1 5 · line 4');
    expect(told).toMatch(/3 Device r\/s w_await ▸ 4 sda 400 47.2/);
    expect(told).toMatch(/47 ms 25 ms/);
  });

  it('says so when the output is not kept any more', async () => {
    const findings = await ruleFindings([run({ findings: [finding()] })], () => Promise.resolve(null));
    expect(reportHtml(page({ findings }))).toContain('The output is not kept any more.');
  });

  it('shows what a closer look found to differ', () => {
    const told = plain(
      reportHtml(
        page({
          investigation: investigation({
            escalation: {
              ...{ hosts: 1, state: 'done', reason: null, sick: ['db-07'], control: 'db-08' },
              children: [{ id: UUID, runbook: 'cpu-profile', hosts: ['db-07', 'db-08'] }],
              differences: [
                {
                  ...{ investigation: UUID, runbook: 'cpu-profile', sick: 'db-07', healthy: 'db-08' },
                  sentences: ['memcpy takes more'],
                  functions: [{ name: 'memcpy', module: 'libc', healthy: 0.01, sick: 0.4 }],
                },
              ],
            },
          }),
        }),
      ),
    );
    expect(told).toContain('cpu-profile on db-07, beside db-08, which is healthy');
    expect(told).toContain('40.0 % 1.0 % memcpy libc');
  });

  it('takes no text of a host for markup, wherever it stands', async () => {
    const runs = [
      run({
        host: HOSTILE,
        use: [cell({ instance: HOSTILE, label: HOSTILE })],
        findings: [finding({ text: HOSTILE, why: HOSTILE, instance: HOSTILE })],
        steps: [{ step: 'iostat', command: HOSTILE }] as unknown as RunSummary['steps'],
      }),
      run({ host: 'web-2', state: 'failed', reason: HOSTILE, use: [] }),
    ];
    const stacks = new FoldedProfile();
    stacks.push(Buffer.from('a;</title></svg><script>alert(1)</script>]]> 10\n'));
    const tree = callTree(stacks.end().profile);
    const html = reportHtml(
      page({
        investigation: investigation({
          ...{ title: HOSTILE, reason: HOSTILE, requestedBy: HOSTILE },
          coverage: {
            ...investigation().coverage,
            reasons: [{ host: HOSTILE, state: 'failed', reason: HOSTILE }],
          },
          escalation: {
            ...{ hosts: 1, state: 'done', reason: HOSTILE, sick: [HOSTILE], control: HOSTILE },
            children: [{ id: UUID, runbook: HOSTILE, hosts: [HOSTILE, 'x'] }],
            differences: [
              {
                ...{ investigation: UUID, runbook: HOSTILE, sick: HOSTILE, healthy: HOSTILE, sentences: [HOSTILE] },
                functions: [{ name: HOSTILE, module: HOSTILE, healthy: 0, sick: 1 }],
              },
            ],
          },
        }),
        verdict: {
          ...{ holds: false, summary: HOSTILE },
          statements: [
            {
              ...{ severity: 'crit', text: HOSTILE, hosts: [HOSTILE], rules: [HOSTILE] },
              next: { runbook: HOSTILE, hosts: [HOSTILE] },
            },
          ],
        },
        runs,
        parameters: [HOSTILE],
        findings: await ruleFindings(runs, () => Promise.resolve(`${HOSTILE}\n${HOSTILE}\n${HOSTILE}\n`)),
        flames: [
          {
            ...{ title: HOSTILE, hosts: 1, moreHosts: 0, sentences: [HOSTILE] },
            svg: svgElement(toSvg(tree, { title: 'stacks' })),
          },
        ],
        notes: [{ id: UUID, text: HOSTILE, author: HOSTILE, at: AT }],
      }),
    );
    const tags = new Set([...html.matchAll(/<(\w+)/g)].map(([, tag]) => tag));
    expect(tags.has('img')).toBe(false);
    expect([...html.matchAll(/<script/g)]).toHaveLength(1);
    expect([...html.matchAll(/<\/style>/g)]).toHaveLength(2);
    expect(html).not.toMatch(/[\u202e\u001b]/);
  });

  it('allows the script of the flame graph, by its hash, and no other', () => {
    const stacks = new FoldedProfile();
    stacks.push(Buffer.from('a;b 10\n'));
    const svg = svgElement(toSvg(callTree(stacks.end().profile), { title: 'x' }));
    const [, script = ''] = /<!\[CDATA\[([\s\S]*?)\]\]>/.exec(svg) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    const html = reportHtml(page());
    expect(html).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
    expect(html).not.toMatch(/(src|href)="(?!#)/);
  });

  it('stays small for a large fleet, and says what it left out', async () => {
    const states = ['ok', 'crit', 'unknown', 'warn'] as const;
    const resources = ['cpu', 'memory', 'disk', 'filesystem', 'network', 'tcp', 'udp', 'task', 'fd'] as const;
    const long = 'x'.repeat(2_000);
    const runs = Array.from({ length: 2_000 }, (_, n) =>
      run({
        host: `host-${n}`,
        use: resources.flatMap((resource) =>
          (['utilization', 'saturation', 'errors'] as const).map((aspect) =>
            cell({ resource, aspect, state: states[n % 4] ?? 'ok', label: long }),
          ),
        ),
        findings: Array.from({ length: 10 }, (_, i) => finding({ rule: `rule-${i}`, text: long, instance: long })),
      }),
    );
    const html = reportHtml(page({ runs, findings: await ruleFindings(runs, () => Promise.resolve(long)) }));
    expect(html.length).toBeLessThan(4_000_000);
    expect(plain(html)).toContain(`… and ${(2_000 - MAX_MATRIX_HOSTS).toLocaleString('en-GB')} hosts more`);
    expect(plain(html)).toContain('… and 1,970 findings more');
  });
});
