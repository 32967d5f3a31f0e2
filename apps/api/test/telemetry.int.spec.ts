import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { until } from '../../../test/support/processes';
import { Receiver } from '../../../test/support/receiver';
import { freePort, temporaryDir, TestPostgres, TestServer } from '../../../test/support/server';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number; message?: string };
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

/** What an OpenTelemetry collector is to us: OTLP/HTTP in JSON. */
class Collector {
  readonly spans: Span[] = [];
  readonly services = new Set<string>();
  readonly requests: { url: string; headers: IncomingHttpHeaders }[] = [];
  private readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.requests.push({ url: request.url ?? '', headers: request.headers });
      const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as {
        resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[];
      };
      for (const { resource, scopeSpans } of body.resourceSpans) {
        this.services.add(resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '');
        this.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const nanos = (span: Span): [bigint, bigint] => [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];

describe('telemetry', () => {
  const collector = new Collector();
  const receiver = new Receiver();
  let postgres: TestPostgres;
  let server: TestServer;
  let investigation = '';

  beforeAll(async () => {
    postgres = await TestPostgres.start('telemetry');
    server = await TestServer.start(await postgres.createDatabase('telemetry'), {
      OTEL_EXPORTER_OTLP_ENDPOINT: await collector.start(),
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${(await receiver.start()).url}/v1/metrics`,
      OTEL_EXPORTER_OTLP_HEADERS: 'X-Tenant=a%20b',
      FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1/32',
    });
    // Not at once: what is not taken must come again.
    receiver.answer = () => ({ status: receiver.received.length < 2 ? 503 : 200, body: {} });
    await server.addLocalHosts(['here'], 'web');
    // Nothing listens there.
    await server.ok('POST', '/api/v1/hosts', {
      ...{ name: 'away', address: '127.0.0.1', port: await freePort(), identityFile: '/nonexistent' },
    });
    investigation = await server.triage(['here', 'away']);
    await server.ended(investigation, 60_000);
  });
  afterAll(async () => {
    await server.stop();
    collector.stop();
    receiver.stop();
    await postgres.stop();
  });

  describe('/metrics', () => {
    const scrape = async (): Promise<string> => (await server.call('GET', '/metrics')).text;
    const value = (text: string, series: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1] ?? NaN,
      );

    it('is for those who show a token, also a viewer’s', async () => {
      expect((await server.call('GET', '/metrics', undefined, { token: null })).status).toBe(401);
      expect((await server.call('GET', '/metrics', undefined, { token: 'fs_not_a_token_at_all' })).status).toBe(401);
      const { token } = (await server.ok('POST', '/api/v1/tokens', { name: 'prometheus', role: 'viewer' })) as {
        token: string;
      };
      const { status, type, text } = await server.call('GET', '/metrics', undefined, { token });
      expect([status, type]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)]);
      expect(text).toMatch(/^# TYPE fleetscope_runs gauge$/m);
    });

    it('is open only where this machine alone can ask', async () => {
      const settings = { FLEETSCOPE_METRICS: 'open' };
      const open = await TestServer.start(await postgres.createDatabase('open'), settings);
      expect((await open.call('GET', '/metrics', undefined, { token: null })).status).toBe(200);
      expect((await open.call('GET', '/api/v1/hosts', undefined, { token: null })).status).toBe(401);
      await open.stop();
      const wide = new TestServer(
        server.databaseUrl,
        { ...settings, FLEETSCOPE_HOST: '0.0.0.0' },
        temporaryDir('wide'),
      );
      await expect(wide.up()).rejects.toThrow(/FLEETSCOPE_METRICS: expected token, as 0\.0\.0\.0/);
    });

    it('counts what there is', async () => {
      const text = await scrape();
      expect(value(text, 'fleetscope_investigations{state="succeeded"}')).toBe(1);
      expect(
        value(text, 'fleetscope_runs{state="unreachable"}') + value(text, 'fleetscope_runs{state="refused"}'),
      ).toBe(1);
      expect(value(text, 'fleetscope_queue_depth')).toBe(0);
      expect(value(text, 'fleetscope_websocket_clients')).toBe(0);
      expect(value(text, 'fleetscope_agents{state="online"}')).toBe(0);
      expect(text).toMatch(/^fleetscope_nodejs_eventloop_lag_p99_seconds \d/m);
      const failures = [...text.matchAll(/^fleetscope_handshake_failures_total\{kind="\w[\w-]*"\} (\d+)$/gm)];
      expect(failures.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThanOrEqual(1);
    });

    it('has the durations of runs, once each', async () => {
      const count = async (): Promise<number> =>
        [
          ...(await scrape()).matchAll(/^fleetscope_run_duration_seconds_count\{.*runbook="triage-60s".*\} (\d+)$/gm),
        ].reduce((sum, [, n]) => sum + Number(n), 0);
      await until('the run to be in the histogram', async () => (await count()) === 1, 15_000);
      expect(await count()).toBe(1);
    });

    it('names no host, no user and no investigation', async () => {
      const text = await scrape();
      for (const word of ['here', 'away', investigation, 'admin']) expect(text).not.toContain(`"${word}"`);
    });
  });

  it('gives what was measured as OpenMetrics', async () => {
    const { status, type, text } = await server.call('GET', `/api/v1/investigations/${investigation}/metrics`);
    expect([status, type]).toEqual([200, 'application/openmetrics-text; version=1.0.0; charset=utf-8']);
    const lines = text.trimEnd().split('\n');
    expect(lines.at(-1)).toBe('# EOF');
    const samples = lines.filter((line) => !line.startsWith('#'));
    expect(samples.length).toBeGreaterThan(20);
    for (const line of samples)
      expect(line).toMatch(
        /^fleetscope_[a-z0-9_]+\{host="here",class="web"(,instance="(\\.|[^"\\])*")?\} -?[\d.e+-]+ \d+(\.\d+)?$/,
      );
    // Families stand together, each with its type before its samples, and with the unit that its name ends with.
    const families = lines.flatMap((line) => /^# TYPE (\S+) gauge$/.exec(line)?.[1] ?? []);
    expect(new Set(families).size).toBe(families.length);
    for (const line of lines) {
      const [, name, unit] = /^# UNIT (\S+) (\S+)$/.exec(line) ?? [];
      if (name !== undefined) expect(name.endsWith(`_${unit}`)).toBe(true);
    }
    const [row] = await server.sql<{ value: number }>(
      "SELECT value[array_position(metric, 'cpu.utilization')] AS value FROM measurement WHERE resource = 'cpu' AND instance[array_position(metric, 'cpu.utilization')] = ''",
    );
    const told = samples.find((line) => line.startsWith('fleetscope_cpu_utilization_ratio{host="here",class="web"} '));
    if (row?.value !== undefined && row.value !== null)
      expect(Number(told?.split('} ')[1]?.split(' ')[0])).toBeCloseTo(row.value / 100, 9);
  });

  describe('over OTLP', () => {
    interface DataPoint {
      attributes: { key: string; value: { stringValue: string } }[];
      timeUnixNano: string;
      asDouble: number;
    }
    interface Sent {
      resourceMetrics: {
        resource: { attributes: DataPoint['attributes'] };
        scopeMetrics: { metrics: { name: string; unit: string; gauge: { dataPoints: DataPoint[] } }[] }[];
      }[];
    }

    it('sends what was measured once it has ended, again until it is taken, and then no more', async () => {
      await until('measurements to be taken', () => receiver.received.length >= 2, 15_000);
      const [refused, taken] = receiver.received;
      expect(taken).toMatchObject({
        ...{ method: 'POST', url: '/v1/metrics', body: refused?.body },
        headers: { 'content-type': 'application/json', 'x-tenant': 'a b' },
      });
      const { resourceMetrics } = JSON.parse(taken?.body ?? '') as Sent;
      expect(resourceMetrics).toHaveLength(1);
      const attributes = Object.fromEntries(
        (resourceMetrics[0]?.resource.attributes ?? []).map(({ key, value }) => [key, value.stringValue]),
      );
      expect(attributes).toMatchObject({
        'service.name': 'fleetscope',
        'host.name': 'here',
        'fleetscope.class': 'web',
      });
      const metrics = resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
      const stored = await server.sql<{ metric: string; value: number; ended: Date }>(
        `SELECT one.metric, one.value, r.ended_at AS ended FROM measurement m JOIN run r ON r.id = m.run_id,
         unnest(m.metric, m.instance, m.value) AS one(metric, instance, value) WHERE one.instance = ''`,
      );
      expect(metrics.flatMap(({ gauge }) => gauge.dataPoints).length).toBeGreaterThanOrEqual(stored.length);
      const told = (name: string): DataPoint | undefined =>
        metrics
          .find((one) => one.name === `fleetscope.${name}`)
          ?.gauge.dataPoints.find(({ attributes: given }) => given.length === 0);
      const known = stored.find(({ metric }) => metric === 'cpu.utilization') ?? stored[0];
      if (!known) throw new Error('nothing was measured');
      expect(told(known.metric)?.timeUnixNano).toBe(`${known.ended.getTime()}000000`);
      if (known.metric === 'cpu.utilization') {
        expect(told('cpu.utilization')?.asDouble).toBeCloseTo(known.value / 100, 9);
        expect(metrics.find(({ name }) => name === 'fleetscope.cpu.utilization')?.unit).toBe('1');
      }
      await new Promise((done) => setTimeout(done, 4_500));
      expect(receiver.received).toHaveLength(2);
    });

    it('keeps what a receiver that is away did not get, the latest of it, and counts what it drops', async () => {
      const outside = await new Receiver().start();
      const patient = await TestServer.start(await postgres.createDatabase('patient'), {
        ...{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${outside.url}/v1/metrics`, FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1' },
        FLEETSCOPE_OTLP_WAITING_RUNS: '2',
      });
      const dropped = async (): Promise<string | undefined> =>
        /^fleetscope_otlp_measurements_dropped_total (\d+)$/m.exec((await patient.call('GET', '/metrics')).text)?.[1];
      const triage = async (host: string): Promise<void> => void (await patient.ended(await patient.triage([host])));
      const hostsTold = (): unknown[] =>
        outside.received.map(
          ({ body }) =>
            (JSON.parse(body) as Sent).resourceMetrics[0]?.resource.attributes.find(({ key }) => key === 'host.name')
              ?.value.stringValue,
        );
      try {
        await patient.addLocalHosts(['first', 'second', 'third', 'bad']);
        expect(await dropped()).toBe('0');
        outside.stop();
        for (const host of ['first', 'second', 'third']) await triage(host);
        await until('the oldest to be dropped', async () => (await dropped()) === '1', 20_000);
        expect(patient.log).toContain('more than 2 runs wait');
        await outside.start();
        await until('the rest to be taken', () => outside.received.length >= 2, 40_000);
        expect(hostsTold()).toEqual(['second', 'third']);
        // What is refused for what it says is not sent again, and holds nothing up.
        outside.answer = () => ({ status: 400, body: {} });
        await triage('bad');
        await until('it to be dropped', async () => (await dropped()) === '2', 20_000);
        expect(hostsTold()).toEqual(['second', 'third', 'bad']);
      } finally {
        await patient.stop();
        outside.stop();
      }
    });

    it('leads nowhere inside unless that is allowed, and the log says so', async () => {
      const guarded = await TestServer.start(await postgres.createDatabase('guarded'), {
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/inner`,
      });
      await guarded.addLocalHosts(['here']);
      await guarded.ended(await guarded.triage(['here']));
      await until('it to be refused', () => guarded.log.includes('FLEETSCOPE_OUTBOUND_ALLOW'), 15_000);
      expect(receiver.received.filter(({ url }) => url === '/inner')).toEqual([]);
      await guarded.stop();
    });
  });

  it('exports an investigation as one trace, whose id is its own', async () => {
    const traceId = investigation.replaceAll('-', '');
    const of = (): Span[] => collector.spans.filter((span) => span.traceId === traceId);
    await until('the trace to arrive', () => of().some(({ name }) => name === 'investigation'), 15_000);
    expect(collector.requests[0]).toMatchObject({ url: '/v1/traces', headers: { 'content-type': 'application/json' } });
    expect([...collector.services]).toEqual(['fleetscope']);
    const spans = of();
    expect(spans).toHaveLength(collector.spans.length);
    const [root, ...others] = spans.filter(({ parentSpanId }) => !parentSpanId);
    expect(others).toEqual([]);
    if (!root) throw new Error('no root');
    const within = (parent: Span): Span[] => spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId);
    expect(
      within(root)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['conclusion', 'plan', 'run', 'run']);
    const run = (host: string): Span | undefined =>
      within(root).find(({ attributes }) => attributes.some(({ value }) => value.stringValue === host));
    const [here, away] = [run('here'), run('away')];
    if (!here || !away) throw new Error('a run is missing');
    const parts = within(here).sort((a, b) => (nanos(a)[0] < nanos(b)[0] ? -1 : 1));
    expect(parts.map(({ name }) => name)).toEqual(['queue', 'connect', 'probe', 'parse']);
    // A second of sampling was the probe's; one part begins where the one before it ended, and all of it lies in the whole.
    const probe = parts.find(({ name }) => name === 'probe');
    expect(probe && nanos(probe)[1] - nanos(probe)[0]).toBeGreaterThan(900_000_000n);
    parts.slice(1).forEach((part, i) => expect(nanos(part)[0]).toBe(nanos(parts[i] as Span)[1]));
    for (const span of spans) {
      expect(nanos(span)[0]).toBeGreaterThanOrEqual(nanos(root)[0]);
      expect(nanos(span)[1]).toBeLessThanOrEqual(nanos(root)[1]);
    }
    expect(here.status?.code ?? 0).toBe(0);
    expect(away.status).toMatchObject({ code: 2, message: expect.stringMatching(/\w+/) });
    // Once, however often it is looked for.
    await new Promise((done) => setTimeout(done, 4_500));
    expect(of()).toHaveLength(spans.length);
  });
});
