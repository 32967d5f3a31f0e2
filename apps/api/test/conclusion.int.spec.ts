import { analyseHost, concludeRuns, headlineOf, type EndingRun, type HostEvidence } from '@fleetscope/analysis';
import { type InvestigationSnapshot, type MetricId, type Verdict } from '@fleetscope/contracts';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { sleep, until } from '../../../test/support/processes';
import { query, TestPostgres, TestServer } from '../../../test/support/server';

/** A host whose CPUs are full where `sick`, with a value of its own in everything. */
const evidenceOf = (n: number, sick: boolean): HostEvidence => {
  const level = (metric: MetricId, value: number, instance: string | null) => ({
    kind: 'series' as const,
    metric,
    instance,
    values: Array.from({ length: 5 }, () => value),
    times: [1, 2, 3, 4, 5],
    lines: [1, 2, 3, 4, 5],
  });
  return {
    host: `web-${String(n).padStart(4, '0')}`,
    windowSeconds: 5,
    facts: { cpus: '4' },
    collectedAt: 0,
    steps: [
      {
        step: 'mpstat',
        state: 'ok',
        reason: null,
        observations: [
          level('cpu.utilization', sick ? 99 : 20 + (n % 7), 'all'),
          level('cpu.iowait', n % 5, 'all'),
          level('cpu.runqueue', sick ? 12 : 1, null),
        ],
      },
    ],
  };
};

const endingRun = (n: number): EndingRun => {
  const evidence = evidenceOf(n, n % 20 === 0);
  return {
    host: evidence.host,
    hostClass: n % 2 === 0 ? 'web' : 'db',
    labels: { rack: `r${n % 20 === 0 ? 0 : 1 + (n % 5)}` },
    facts: { kernel: `6.${n % 3}` },
    state: 'succeeded',
    reason: null,
    analysis: analyseHost(evidence),
    headline: headlineOf(evidence),
  };
};

describe('the conclusion of an investigation', () => {
  let postgres: TestPostgres;
  let url: string;
  let server: TestServer;

  beforeAll(async () => {
    postgres = await TestPostgres.start('conclusion');
    url = await postgres.createDatabase('conclusion');
    server = await TestServer.start(url);
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  /** An investigation whose runs have all ended, and which nobody has concluded yet. */
  const ended = async (runs: readonly EndingRun[]): Promise<string> => {
    const id = randomUUID();
    await query(
      url,
      `INSERT INTO investigation (id, runbook, runbook_version, title, state, parameters, targets, requested_by, hosts, deadline)
       VALUES ($1, 'triage-60s', 2, 'made', 'running', '{}', '{}', 'test', $2, now() + interval '1 hour')`,
      [id, runs.length],
    );
    await query(
      url,
      `INSERT INTO run (id, investigation_id, host_name, host_class, host_labels, state, facts, analysis, headline)
       SELECT gen_random_uuid(), $1, r->>'host', r->>'hostClass', r->'labels', r->>'state', r->'facts', r->'analysis', r->'headline'
       FROM jsonb_array_elements($2::jsonb) AS r`,
      [id, JSON.stringify(runs)],
    );
    return id;
  };
  const concluded = async (id: string): Promise<{ verdict: Verdict; oddness: Map<string, number | null> }> => {
    await server.ok('POST', `/api/v1/investigations/${id}/cancel`);
    const { investigation, runs } = (await server.ok('GET', `/api/v1/investigations/${id}`)) as InvestigationSnapshot;
    if (!investigation.verdict) throw new Error('it has no verdict');
    return { verdict: investigation.verdict, oddness: new Map(runs.map((run) => [run.host, run.oddness])) };
  };

  it.each([
    ['here, of few runs', 24],
    ['in a thread, of many', 260],
  ])('is the same %s', async (_where, count) => {
    const runs = Array.from({ length: count }, (_, n) => endingRun(n));
    const expected = concludeRuns(runs);
    const { verdict, oddness } = await concluded(await ended(runs));
    expect(verdict).toEqual(JSON.parse(JSON.stringify(expected.verdict)));
    expect(verdict.statements[0]?.text).toMatch(count < 100 ? /Threads queue/ : /rack=r0/);
    expect(oddness).toEqual(
      new Map(runs.map(({ host }) => [host, expected.oddness[expected.hosts.indexOf(host)] ?? null])),
    );
    const [kept] = await query<{ features: unknown }>(url, 'SELECT features FROM fingerprint ORDER BY at DESC LIMIT 1');
    expect(kept?.features).toEqual(expected.fingerprint);
  });

  it('is reached however many end at once', async () => {
    const runs = Array.from({ length: 220 }, (_, n) => endingRun(n));
    const ids = await Promise.all([ended(runs), ended(runs), ended(runs)]);
    const verdicts = await Promise.all(ids.map(async (id) => (await concluded(id)).verdict));
    expect(new Set(verdicts.map((verdict) => JSON.stringify(verdict))).size).toBe(1);
  });

  // As when hundreds of runs end in one commit: those who wait must leave a connection for the one that concludes.
  it('is reached when more ask for it at once than the store has connections', async () => {
    const id = await ended(Array.from({ length: 30 }, (_, n) => endingRun(n)));
    const holder = new Client({ connectionString: url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM investigation WHERE id = $1 FOR UPDATE', [id]);
    const asked = Array.from({ length: 60 }, () => server.call('POST', `/api/v1/investigations/${id}/cancel`));
    await sleep(1_000);
    await holder.query('COMMIT');
    await holder.end();
    const began = Date.now();
    await Promise.all(asked);
    const { investigation } = (await server.ok('GET', `/api/v1/investigations/${id}`)) as InvestigationSnapshot;
    expect(investigation.verdict?.statements).not.toEqual([]);
    // A transaction gives up after a minute; this takes less than a second.
    expect(Date.now() - began).toBeLessThan(30_000);
  });

  it('is made up for by the reconciler when nobody drew it', async () => {
    const id = await ended(Array.from({ length: 3 }, (_, n) => endingRun(n)));
    await query(url, `UPDATE investigation SET created_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await query(url, `UPDATE run SET ended_at = now() - interval '5 minutes' WHERE investigation_id = $1`, [id]);
    await until(
      'it to be concluded',
      async () => {
        const [row] = await query<{ state: string }>(url, 'SELECT state FROM investigation WHERE id = $1', [id]);
        return row?.state === 'succeeded';
      },
      30_000,
    );
  });

  it('leaves nothing behind that keeps the process from ending', async () => {
    const began = Date.now();
    await server.stop();
    expect(Date.now() - began).toBeLessThan(10_000);
    await server.up();
  });
});
