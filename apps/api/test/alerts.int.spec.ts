import { createHmac, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { until } from '../../../test/support/processes';
import { Receiver } from '../../../test/support/receiver';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';

const PAGERDUTY_SECRET = 'pagerduty-secret-of-a-subscription';
const now = (): number => Math.floor(Date.now() / 1000);

/** As Alertmanager 0.27 sends it. */
const alertmanager = (alerts: { host: string; startsAt?: string; status?: string; name?: string }[]): object => ({
  receiver: 'fleetscope',
  status: 'firing',
  alerts: alerts.map(({ host, startsAt = '2026-11-22T09:00:00Z', status = 'firing', name = 'SlowCheckout' }) => ({
    status,
    labels: { alertname: name, instance: `${host}:9100`, service: 'checkout', severity: 'critical' },
    annotations: { summary: `checkout is slow on ${host}` },
    startsAt,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus:9090/graph?g0.expr=x',
    fingerprint: `fp-${name}-${host}`,
  })),
  groupLabels: { alertname: 'SlowCheckout' },
  commonLabels: { service: 'checkout' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  version: '4',
  groupKey: '{}:{alertname="SlowCheckout"}',
  truncatedAlerts: 0,
});

/** As PagerDuty's webhooks v3 send it. */
const pagerduty = (type: string, occurredAt: Date, id: string = randomUUID()): string =>
  JSON.stringify({
    event: {
      ...{ id, event_type: type, resource_type: 'incident', occurred_at: occurredAt.toISOString() },
      agent: { html_url: 'https://acme.pagerduty.com/users/PLH1HKV', id: 'PLH1HKV', type: 'user_reference' },
      client: { name: 'PagerDuty' },
      data: {
        ...{ id: 'PGR0VU2', type: 'incident', number: 2, status: 'triggered', title: 'A little bump in the road' },
        ...{ incident_key: 'd3640fbd41094207a1c11e58e46b1662', urgency: 'high' },
        service: { id: 'PF9KMXH', summary: 'API Service', type: 'service_reference' },
        priority: { id: 'PSO75BM', summary: 'P1', type: 'priority_reference' },
        teams: [],
      },
    },
  });

describe('alerts', () => {
  const prometheus = new Receiver();
  let postgres: TestPostgres;
  let server: TestServer;
  const secrets: Record<string, string> = {};

  const send = (name: string, body: object | string, headers: Record<string, string>): Promise<Answer> =>
    server.call('POST', `/api/v1/hooks/${name}`, body, { token: null, headers });
  const fromAlertmanager = (body: object): Promise<Answer> =>
    send('am', body, { authorization: `Bearer ${secrets['am']}` });
  const fromPagerduty = (body: string, secret = PAGERDUTY_SECRET): Promise<Answer> =>
    send('pd', body, {
      'x-pagerduty-signature': `v1=${'0'.repeat(64)},v1=${createHmac('sha256', secret).update(body).digest('hex')}`,
    });
  const signed = (body: string, { id = randomUUID(), at = now(), secret = secrets['std'] ?? '' } = {}) => ({
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at * 1000), body),
  });
  const audit = async (): Promise<{ actor: string; action: string; result: string; detail: object }[]> =>
    (await server.ok('GET', '/api/v1/audit?limit=500')) as [];

  beforeAll(async () => {
    postgres = await TestPostgres.start('alerts');
    await prometheus.start();
    // Its query_range: usual a day ago, twice the rate and three times the duration now.
    prometheus.answer = ({ url }) => {
      const query = new URL(url, 'http://x').searchParams;
      const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(query.get(name))) as [
        number,
        number,
        number,
      ];
      const isNow = end > now() - 3_600;
      const text = query.get('query') ?? '';
      const usual = text.includes('rate_of')
        ? 100
        : text.includes('errors_of')
          ? 0.001
          : text.includes('p99')
            ? 0.2
            : 0.05;
      const value = isNow
        ? usual * (text.includes('rate_of') ? 2 : text.includes('errors_of') ? 80 : text.includes('p99') ? 6 : 1)
        : usual;
      const values = [];
      for (let at = start; at <= end; at += step) values.push([at, String(value)]);
      return {
        body: {
          status: 'success',
          data: { resultType: 'matrix', result: [{ metric: { service: 'checkout' }, values }] },
        },
      };
    };
    server = await TestServer.start(await postgres.createDatabase('alerts'), {
      FLEETSCOPE_OUTBOUND_ALLOW: '127.0.0.1',
      FLEETSCOPE_PROMETHEUS: prometheus.url,
      FLEETSCOPE_PROMETHEUS_TOKEN: 'token-of-prometheus',
    });
    await server.addLocalHosts(['web-1', 'web-2'], 'web');
    await server.addLocalHosts(['db-1'], 'db');
    const hooks = [
      { name: 'am', kind: 'alertmanager', scope: { classes: ['web'] } },
      { name: 'pd', kind: 'pagerduty', secret: PAGERDUTY_SECRET },
      { name: 'std', kind: 'standard' },
    ];
    for (const hook of hooks)
      secrets[hook.name] = ((await server.ok('POST', '/api/v1/hooks', hook)) as { secret: string }).secret;
    const parameters = { window: '1s' };
    const rules = [
      {
        ...{
          name: 'slow',
          hook: 'am',
          match: { alertname: 'Slow*', severity: 'critical' },
          parameters,
          cooldown: '1h',
        },
        targets: { hostFrom: 'instance' },
        red: {
          rate: 'rate_of{service="$service"}',
          errors: 'errors_of{service="$service"}',
          durationMean: 'mean_of{service="$service"}',
          durationP99: 'p99_of{service="$service"}',
        },
      },
      { name: 'incident', hook: 'pd', match: { service: 'API *' }, targets: { classes: ['db'] }, parameters },
      { name: 'own', hook: 'std', match: { app: 'shop' }, targets: { classFrom: 'class' }, parameters, cooldown: '0s' },
    ];
    for (const rule of rules) await server.ok('POST', '/api/v1/alert-rules', rule);
  });
  afterAll(async () => {
    await server.stop();
    prometheus.stop();
    await postgres.stop();
  });

  it('a rule says what would be started, and nothing is', async () => {
    const payload = alertmanager([{ host: 'web-1' }, { host: 'web-9' }, { host: 'web-2', name: 'Other' }]);
    const { results } = (await server.ok('POST', '/api/v1/alert-rules/test', { hook: 'am', payload })) as {
      results: object[];
    };
    expect(results).toEqual([
      expect.objectContaining({ outcome: 'no-rule' }),
      expect.objectContaining({ outcome: 'refused', why: expect.stringContaining('web-9') }),
      expect.objectContaining({ outcome: 'would-start', why: '{"hosts":["web-1"]}' }),
    ]);
    expect(await server.ok('GET', '/api/v1/investigations')).toEqual([]);
  });

  describe('of Alertmanager', () => {
    let investigation = '';

    it('need the token', async () => {
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Bearer ${server.token}` }])
        expect((await send('am', alertmanager([{ host: 'web-1' }]), headers as Record<string, string>)).status).toBe(
          401,
        );
      expect((await send('nobody', {}, {})).status).toBe(401);
      expect(await server.ok('GET', '/api/v1/investigations')).toEqual([]);
    });

    it('become one investigation of the hosts that the rule finds in their labels, as the hook and within its scope', async () => {
      const both = alertmanager([
        { host: 'web-1' },
        { host: 'web-2' },
        { host: 'db-1' },
        { host: 'web-2', status: 'resolved' },
      ]);
      const { status, body } = await fromAlertmanager(both);
      expect(status).toBe(200);
      const outcomes = (body.results as { outcome: string }[]).map(({ outcome }) => outcome).sort();
      expect(outcomes).toEqual(['not-firing', 'refused', 'started', 'started']);
      const started = (body.results as { outcome: string; investigation: string }[]).filter(
        ({ outcome }) => outcome === 'started',
      );
      expect(new Set(started.map((one) => one.investigation)).size).toBe(1);
      investigation = started[0]!.investigation;
      const { investigation: view } = await server.snapshot(investigation);
      expect(view).toMatchObject({
        requestedBy: 'hook:am',
        hosts: 2,
        reason: expect.stringContaining('checkout is slow'),
      });
      expect(
        (await audit()).find(({ actor, action }) => actor === 'hook:am' && action === 'alert.receive'),
      ).toMatchObject({
        result: 'done',
        detail: { alerts: 4 },
      });
    });

    it('are known again; the same targets rest', async () => {
      const again = await fromAlertmanager(alertmanager([{ host: 'web-1' }]));
      expect(again.body.results).toEqual([expect.objectContaining({ outcome: 'duplicate', investigation })]);
      const later = await fromAlertmanager(alertmanager([{ host: 'web-1', startsAt: '2026-11-22T10:00:00Z' }]));
      expect(later.body.results).toEqual([expect.objectContaining({ outcome: 'cool-down', investigation })]);
      await server.sql(`UPDATE alert_start SET at = at - interval '2 hours'`);
      const tomorrow = await fromAlertmanager(alertmanager([{ host: 'web-1', startsAt: '2026-11-22T10:00:00Z' }]));
      expect(tomorrow.body.results).toEqual([expect.objectContaining({ outcome: 'started' })]);
    });

    it('many at once start one', async () => {
      const at = '2026-11-22T11:00:00Z';
      await server.sql(`UPDATE alert_start SET at = at - interval '2 hours'`);
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => fromAlertmanager(alertmanager([{ host: 'web-2', startsAt: at }]))),
      );
      const outcomes = answers.flatMap(({ body }) =>
        (body.results as { outcome: string }[]).map(({ outcome }) => outcome),
      );
      expect(outcomes.filter((outcome) => outcome === 'started')).toHaveLength(1);
    });

    it('bring rate, errors and duration of the service, which the rules read', async () => {
      let red: Answer['body'];
      await until(
        'Prometheus to be asked',
        async () => {
          red = await server.ok('GET', `/api/v1/investigations/${investigation}/red`);
          return red.state !== 'waiting';
        },
        20_000,
      );
      expect(red).toMatchObject({ state: 'kept', service: 'checkout', why: null });
      const findings = red.findings as { rule: string; severity: string; text: string }[];
      expect(findings.map(({ rule, severity }) => [rule, severity]).sort()).toEqual([
        ['red-duration', 'info'],
        ['red-errors', 'crit'],
        ['red-rate', 'info'],
      ]);
      expect(findings.find(({ rule }) => rule === 'red-rate')!.text).toContain('from 100/s to 200/s');
      expect(findings.find(({ rule }) => rule === 'red-duration')!.text).toMatch(/1,?200 ms|1\.2 s/);
      expect(red.reading).toContain('checkout: rate 2.0× and duration 6.0× of the usual: load');
      const asked = prometheus.received.map(({ url, headers }) => [new URL(url, 'http://x'), headers] as const);
      expect(asked.some(([url]) => url.searchParams.get('query') === 'rate_of{service="checkout"}')).toBe(true);
      expect(
        asked.every(
          ([url, headers]) =>
            url.pathname === '/api/v1/query_range' && headers.authorization === 'Bearer token-of-prometheus',
        ),
      ).toBe(true);
    });
  });

  describe('of PagerDuty', () => {
    it('wrong signature, stale time and replay are refused', async () => {
      const body = pagerduty('incident.triggered', new Date());
      expect((await fromPagerduty(body, 'another secret')).status).toBe(401);
      const signature = createHmac('sha256', PAGERDUTY_SECRET).update(body).digest('hex');
      expect((await send('pd', `${body} `, { 'x-pagerduty-signature': `v1=${signature}` })).status).toBe(401);
      const stale = await fromPagerduty(pagerduty('incident.triggered', new Date(Date.now() - 301_000)));
      expect([stale.status, stale.body.detail]).toEqual([401, expect.stringContaining('five minutes')]);
      expect((await fromPagerduty(pagerduty('incident.acknowledged', new Date()))).body.results).toEqual([
        expect.objectContaining({ outcome: 'not-firing' }),
      ]);
      const taken = await fromPagerduty(body);
      expect([taken.status, taken.body.results]).toEqual([
        200,
        [expect.objectContaining({ outcome: 'started', rule: 'incident' })],
      ]);
      expect((await fromPagerduty(body)).status).toBe(409);
      const another = await fromPagerduty(pagerduty('incident.reopened', new Date()));
      expect(another.body.results).toEqual([expect.objectContaining({ outcome: 'duplicate' })]);
    });
  });

  describe('after Standard Webhooks', () => {
    const body = JSON.stringify({ labels: { app: 'shop', class: 'web' }, summary: 'the shop is slow' });

    it('wrong signature, stale time and replay are refused', async () => {
      const wrong = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      expect((await send('std', body, signed(body, { secret: wrong }))).status).toBe(401);
      expect((await send('std', `${body} `, signed(body))).status).toBe(401);
      expect((await send('std', body, { ...signed(body), 'webhook-id': 'another' })).status).toBe(401);
      for (const at of [now() - 301, now() + 360])
        expect((await send('std', body, signed(body, { at }))).status).toBe(401);
      expect((await send('std', body, {})).status).toBe(401);
      const headers = signed(body);
      const taken = await send('std', body, headers);
      expect([taken.status, taken.body.results]).toEqual([200, [expect.objectContaining({ outcome: 'started' })]]);
      expect((await send('std', body, headers)).status).toBe(409);
      const denied = (await audit()).filter(({ actor, result }) => actor === 'hook:std' && result === 'denied');
      expect(denied).toHaveLength(7);
    });

    it('what names no class is not meant for all', async () => {
      const vague = JSON.stringify({ labels: { app: 'shop' } });
      expect((await send('std', vague, signed(vague))).body.results).toEqual([
        expect.objectContaining({ outcome: 'no-target' }),
      ]);
    });
  });

  it('secrets are sealed anew with the rest, and hooks open still', async () => {
    await server.ok('POST', '/api/v1/secrets/rotate');
    expect((await fromAlertmanager(alertmanager([{ host: 'web-1' }]))).status).toBe(200);
    const text =
      (await server.call('GET', '/api/v1/hooks')).text + (await server.call('GET', '/api/v1/audit?limit=500')).text;
    for (const secret of Object.values(secrets)) expect(text + server.log).not.toContain(secret);
  });
});
