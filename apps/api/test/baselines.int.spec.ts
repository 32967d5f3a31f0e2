import { randomUUID } from 'node:crypto';
import { TestPostgres, TestServer } from '../../../test/support/server';
import { until } from '../../../test/support/processes';

const DAY_MS = 86_400_000;

describe('baselines', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let investigation: string;

  const triage = async (): Promise<string> => {
    const { id } = await server.ok('POST', '/api/v1/investigations', {
      runbook: 'triage-60s',
      targets: { classes: ['web'] },
      parameters: { window: '1s' },
    });
    await until(
      'the investigation to end',
      async () => (await server.ok('GET', `/api/v1/investigations/${id}`)).investigation.state === 'succeeded',
      40_000,
    );
    return id;
  };
  /** A past that no test can wait for: one marked investigation a day, as marking writes it. */
  const past = async (metric: string, values: (day: number) => number[]): Promise<void> => {
    for (let day = 1; day <= 12; day++) {
      const sorted = values(day).sort((a, b) => a - b);
      await server.sql(
        'INSERT INTO baseline_sample (investigation_id, host_class, metric, runbook, at, host, value) VALUES ($1, $2, $3, $4, $5, $6, $7)',
        [
          randomUUID(),
          'web',
          metric,
          'triage-60s',
          new Date(Date.now() - (13 - day) * DAY_MS),
          sorted.map((_, i) => `web-${i + 1}`),
          sorted,
        ],
      );
    }
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('baselines');
    server = await TestServer.start(await postgres.createDatabase('baselines'));
    for (const n of [1, 2])
      await server.ok('POST', '/api/v1/hosts', {
        name: `web-${n}`,
        address: '127.0.0.1',
        transport: 'local',
        class: 'web',
      });
    investigation = await triage();
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('do not exist before something is marked, and say how to make one', async () => {
    expect(await server.ok('GET', '/api/v1/baselines')).toEqual([]);
    const { status, body } = await server.call('GET', '/api/v1/baselines/web/triage-60s');
    expect(status).toBe(404);
    expect(body.hint).toMatch(/baselines mark/);
  });

  it('take the hosts of a marked investigation, those with critical findings left out', async () => {
    // This machine may be busy with anything: what it is found to be is set here.
    await server.sql(`UPDATE run SET analysis = jsonb_set(analysis, '{findings}', '[]') WHERE investigation_id = $1`, [
      investigation,
    ]);
    await server.sql(
      `UPDATE run SET analysis = jsonb_set(analysis, '{findings}', '[{"severity": "crit"}]') WHERE host_name = 'web-2' AND investigation_id = $1`,
      [investigation],
    );
    const mark = await server.ok('PUT', `/api/v1/investigations/${investigation}/mark`, { reason: 'a quiet night' });
    expect(mark).toMatchObject({ kind: 'baseline', hosts: 1, leftOut: ['web-2'], markedBy: 'admin' });
    const [summary] = await server.ok('GET', '/api/v1/baselines');
    expect(summary).toMatchObject({ hostClass: 'web', runbook: 'triage-60s', investigations: 1, hosts: 1 });
    expect(summary.thin).toMatch(/too little data/);
    const { metrics } = await server.ok('GET', '/api/v1/baselines/web/triage-60s');
    expect(metrics.find(({ metric }: { metric: string }) => metric === 'cpu.utilization')).toMatchObject({
      unit: '%',
      samples: 1,
      thin: expect.stringMatching(/1 of 3 investigations/),
    });
  });

  it('know nothing of what was an incident', async () => {
    const mark = await server.ok('PUT', `/api/v1/investigations/${investigation}/mark`, { kind: 'incident' });
    expect(mark).toMatchObject({ kind: 'incident', hosts: 0 });
    expect(await server.ok('GET', '/api/v1/baselines')).toEqual([]);
    expect((await server.ok('GET', '/api/v1/marks'))[0]).toMatchObject({ investigation, kind: 'incident' });
    await server.ok('DELETE', `/api/v1/investigations/${investigation}/mark`);
    expect(await server.ok('GET', '/api/v1/marks')).toEqual([]);
    expect((await server.call('DELETE', `/api/v1/investigations/${investigation}/mark`)).status).toBe(404);
    const actions = (await server.ok('GET', '/api/v1/audit')).map(({ action }: { action: string }) => action);
    expect(actions.slice(0, 3)).toEqual(['baseline.unmark', 'baseline.mark-incident', 'baseline.mark-baseline']);
  });

  it('say which day a level changed on, and between which investigations', async () => {
    await past('memory.available_ratio', (day) => (day < 8 ? [60, 61, 62] : [30, 31, 32]));
    const { metrics } = await server.ok('GET', '/api/v1/baselines/web/triage-60s');
    const found = metrics.find(({ metric }: { metric: string }) => metric === 'memory.available_ratio');
    expect(found.trend).toMatchObject({ kind: 'level-shift', text: expect.stringMatching(/^61 % until .* 31 % from/) });
    expect(found.points.map(({ investigation: id }: { investigation: string }) => id)).toEqual(
      expect.arrayContaining([found.trend.lastBefore, found.trend.firstAfter]),
    );
  });

  it('stand beside the cells of the next run, and in the verdict', async () => {
    // No machine has so many threads as to be near this, nor so few.
    await past('task.threads', () => [1_000_000, 1_000_100, 1_000_200]);
    await past('filesystem.space_used', () => [0.0001, 0.0002, 0.0003]);
    await server.ok('PUT', '/api/v1/rules/fs-space/thresholds', {
      scope: 'class',
      name: 'web',
      values: { warn: 0.01 },
    });
    const { runs, investigation: view } = await server.ok('GET', `/api/v1/investigations/${await triage()}`);
    const cell = runs[0].use.find(({ metric }: { metric: string }) => metric === 'filesystem.space_used');
    expect(cell.baseline).toMatchObject({ side: 'above', position: 1, investigations: 12, samples: 36 });
    const said = view.verdict.statements.find(({ rules }: { rules: string[] }) => rules.includes('fs-space'));
    expect(said?.text ?? 'no statement').toMatch(/is above all of its class's baseline: usually/);
  });
});
