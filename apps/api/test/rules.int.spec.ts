import { TestPostgres, TestServer } from '../../../test/support/server';
import { until } from '../../../test/support/processes';

describe('thresholds as data', () => {
  let postgres: TestPostgres;
  let server: TestServer;

  beforeAll(async () => {
    postgres = await TestPostgres.start('rules');
    server = await TestServer.start(await postgres.createDatabase('rules'));
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  const set = (rule: string, body: unknown) => server.call('PUT', `/api/v1/rules/${rule}/thresholds`, body);
  const triage = async (host: string) => {
    const { id } = await server.ok('POST', '/api/v1/investigations', {
      runbook: 'triage-60s',
      targets: { hosts: [host] },
      parameters: { window: '1s' },
    });
    await until(
      'the investigation to end',
      async () => (await server.ok('GET', `/api/v1/investigations/${id}`)).investigation.state === 'succeeded',
      40_000,
    );
    return server.ok('GET', `/api/v1/investigations/${id}`);
  };

  it('are listed with defaults, units and bounds', async () => {
    const rules = await server.ok('GET', '/api/v1/rules');
    const rule = rules.find(({ id }: { id: string }) => id === 'disk-await');
    expect(rule.thresholds).toContainEqual({
      name: 'warn',
      value: 10,
      default: 10,
      unit: 'ms',
      min: 0,
      max: 3_600_000,
      from: 'default',
    });
  });

  it('of a host win over those of its class, which win over the defaults', async () => {
    expect((await set('disk-await', { scope: 'class', name: 'db', values: { warn: 30, crit: 90 } })).status).toBe(200);
    expect((await set('disk-await', { scope: 'host', name: 'db-1', values: { warn: 40 } })).status).toBe(200);
    const held = async (query: string) => {
      const { thresholds } = await server.ok('GET', `/api/v1/rules/disk-await?${query}`);
      return thresholds
        .slice(0, 2)
        .map(({ value, from }: { value: number; from: string }) => `${value} ${from}`)
        .join(', ');
    };
    expect(await held('')).toBe('10 default, 50 default');
    expect(await held('class=db')).toBe('30 class, 90 class');
    expect(await held('class=db&host=db-1')).toBe('40 host, 90 class');
    expect(await held('class=web&host=web-1')).toBe('10 default, 50 default');
  });

  it('are versioned: each change is kept, with who and why', async () => {
    const { version } = await server.ok('GET', '/api/v1/thresholds');
    const { body } = await set('cpu-load', { scope: 'class', name: 'batch', values: { warn: 2 }, reason: 'by design' });
    expect(body.history[0]).toMatchObject({ version: version + 1, changedBy: 'admin', reason: 'by design' });
    await set('cpu-load', { scope: 'class', name: 'batch', values: { warn: null } });
    const after = await server.ok('GET', '/api/v1/rules/cpu-load?class=batch');
    expect(after.thresholds[0]).toMatchObject({ from: 'default' });
    expect(after.history.map((change: { values: unknown }) => change.values)).toEqual([{}, { warn: 2 }]);
    const audit = await server.ok('GET', '/api/v1/audit');
    expect(audit[0]).toMatchObject({ action: 'thresholds.change', subject: 'cpu-load', result: 'done' });
  });

  it.each([
    ['an unknown threshold', { values: { worn: 5 } }, 'values.worn', /known are warn, crit/],
    ['an unknown threshold that is taken back', { values: { worn: null } }, 'values.worn', /no such threshold/],
    ['a value out of bounds', { values: { warn: -1 } }, 'values.warn', /not between 0 and/],
    ['warn beyond crit', { values: { warn: 80, crit: 60 } }, 'values', /beyond crit/],
    ['nothing', { values: {} }, 'values', /at least one threshold/],
    ['a name that is none', { name: 'a b', values: { warn: 1 } }, 'name', /./],
  ])('refuse %s, and say what was expected', async (_, part, path, expected) => {
    const answer = await set('disk-await', { scope: 'class', name: 'db', ...part });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject({ path, expected: expect.stringMatching(expected) });
  });

  it('that are unusable together do not stop a host from being judged', async () => {
    await set('cpu-steal', { scope: 'class', name: 'odd', values: { warn: 60, crit: 70 } });
    await set('cpu-steal', { scope: 'host', name: 'odd-1', values: { crit: 20 } });
    await server.ok('POST', '/api/v1/hosts', { name: 'odd-1', address: '127.0.0.1', transport: 'local', class: 'odd' });
    const { runs } = await triage('odd-1');
    expect(runs[0].use.length).toBeGreaterThan(0);
  });

  it('judge the next run of the class, and its findings carry their version', async () => {
    await server.ok('POST', '/api/v1/hosts', { name: 'low-1', address: '127.0.0.1', transport: 'local', class: 'low' });
    const { body } = await set('fs-space', { scope: 'class', name: 'low', values: { warn: 0.001 } });
    const { version } = body.history[0];
    const { runs } = await triage('low-1');
    const finding = runs[0].findings.find(({ rule }: { rule: string }) => rule === 'fs-space');
    expect(finding).toMatchObject({ threshold: 0.001, severity: 'warn', thresholdsVersion: version });
  });
});
