import {
  applyMatrixEvents,
  matrixFinding,
  matrixLine,
  unpackMatrix,
  type InvestigationSnapshot,
  type LatestResults,
  type Matrix,
  type PackedMatrix,
  type PeerValues,
} from '@fleetscope/contracts';
import { LiveSocket } from '../../../test/support/live-socket';
import { until } from '../../../test/support/processes';
import { TestPostgres, TestServer } from '../../../test/support/server';

const HOSTS = ['m-1', 'm-2', 'm-3'];

describe('the matrix of an investigation', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let id: string;
  let watched: Matrix;

  const matrix = async (): Promise<Matrix> =>
    unpackMatrix((await server.ok('GET', `/api/v1/investigations/${id}/matrix`)) as PackedMatrix);
  const snapshot = async (): Promise<InvestigationSnapshot> => (await server.snapshot(id)) as InvestigationSnapshot;

  beforeAll(async () => {
    postgres = await TestPostgres.start('matrix');
    server = await TestServer.start(await postgres.createDatabase('matrix'));
    await server.addLocalHosts(HOSTS);
    // Every host runs hotter than this: there is a finding to draw.
    await server.ok('PUT', '/api/v1/rules/fs-space/thresholds', {
      ...{ scope: 'class', name: 'test', values: { warn: 0.001 } },
    });
    id = await server.triage(HOSTS);
    const client = await LiveSocket.open(server);
    client.send({ type: 'subscribe', investigation: id, view: 'matrix' });
    const isOver = (): boolean =>
      client.of('matrix-events').some(({ events }) => events.some(({ type }) => type === 'investigation'));
    await until('the end', isOver, 60_000);
    const [first] = client.of('matrix');
    const events = client.of('matrix-events').flatMap((message) => message.events);
    watched = applyMatrixEvents(unpackMatrix(first?.matrix as PackedMatrix), events);
    expect(client.of('snapshot')).toEqual([]);
    client.socket.terminate();
  }, 90_000);

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('draws of every run what the run says', async () => {
    const { seq, investigation, runs } = await snapshot();
    expect(runs.flatMap(({ findings }) => findings).length).toBeGreaterThan(0);
    expect(await matrix()).toEqual({
      ...{ seq, investigation },
      runs: runs.map(({ id: run, host, hostClass, labels, state, reason, attempt, oddness, use, findings, steps }) => ({
        ...{ id: run, host, hostClass, labels, state, reason, attempt },
        oddness: oddness === null ? null : expect.closeTo(oddness, 3),
        use: use.map(matrixLine),
        findings: findings.map(matrixFinding),
        steps: steps.map(({ step, state: now }) => ({ step, state: now })),
      })),
    });
  });

  it('stands, for who watched it fill in, as for who comes afterwards', async () => {
    const stored = await matrix();
    expect(watched.runs.map(({ host, use, findings, steps }) => ({ host, use, findings, steps }))).toEqual(
      stored.runs.map(({ host, use, findings, steps }) => ({ host, use, findings, steps })),
    );
    expect(watched.investigation.coverage).toEqual(stored.investigation.coverage);
  });

  it('has what it draws again after the findings were judged anew', async () => {
    await server.ok('POST', `/api/v1/investigations/${id}/reanalyse`, {});
    const { runs } = await snapshot();
    expect((await matrix()).runs.map(({ use }) => use)).toEqual(runs.map(({ use }) => use.map(matrixLine)));
  });

  it('says what a cell is on the other hosts of the class', async () => {
    const { runs } = await snapshot();
    const cell = runs[0]?.use.find(({ resource, aspect }) => resource === 'filesystem' && aspect === 'utilization');
    const path = `/api/v1/runs/${runs[0]?.id}/peers?resource=filesystem&aspect=utilization`;
    const { metric, peers } = (await server.ok('GET', path)) as PeerValues;
    expect(metric).toBe(cell?.metric);
    expect(peers.map(({ host }) => host)).toEqual(['m-2', 'm-3']);
    for (const { value } of peers) expect(value).toBeCloseTo(cell?.value ?? NaN, 0);
  });

  it('gives how the fleet stands: each host by its last triage', async () => {
    const { runs } = await snapshot();
    const { hosts, metric, metrics } = (await server.ok(
      'GET',
      '/api/v1/fleet/latest?metric=filesystem.space_used',
    )) as LatestResults;
    expect(metric).toBe('filesystem.space_used');
    expect(metrics).toContain('filesystem.space_used');
    const ours = hosts.filter(({ host }) => HOSTS.includes(host));
    const rank = ['ok', 'warn', 'crit'];
    expect(ours.map(({ host, run, state }) => ({ host, run, state }))).toEqual(
      runs.map(({ id: run, host, use }) => ({
        ...{ host, run },
        state: rank[Math.max(...use.map((line) => rank.indexOf(line.state)))],
      })),
    );
    for (const { value } of ours) expect(value).toBeGreaterThan(0);
  });

  it('is gzipped for who takes that, and evidence is left as it is', async () => {
    const get = (path: string, encoding: string): Promise<Response> =>
      fetch(`${server.url}${path}`, {
        headers: { authorization: `Bearer ${server.token}`, 'accept-encoding': encoding },
      });
    const path = `/api/v1/investigations/${id}/matrix`;
    const [packed, plain] = [await get(path, 'br, gzip;q=0.8'), await get(path, 'identity')];
    expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
    expect(plain.headers.get('vary')).toContain('accept-encoding');
    expect(await packed.text()).toBe(await plain.text());
    expect((await get(path, 'gzip;q=0')).headers.get('content-encoding')).toBeNull();
    const { runs } = await snapshot();
    const raw = await get(`/api/v1/runs/${runs[0]?.id}/evidence/df`, 'gzip');
    expect(raw.headers.get('content-encoding')).toBeNull();
    expect(Number(raw.headers.get('content-length'))).toBeGreaterThan(0);
  });
});
