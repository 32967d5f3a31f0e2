import { ROLES, type Role } from '@fleetscope/contracts';
import { LiveSocket } from '../../../test/support/live-socket';
import { until } from '../../../test/support/processes';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';
import { NEEDED } from './access-table';

const OUTSIDE = ['db-1', 'web-2'];
const table = Object.entries(NEEDED).map(([route, [role, reach]]) => {
  const [method = '', path = ''] = route.split(' ');
  return { route, method, path, role, reach };
});

/** Scope: class web and env=prod. Of web-1, web-2 (env=test) and db-1 it covers the first alone. */
describe('a scope of hosts', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const tokens = {} as Record<Role, string>;
  const ids = { inside: '', outside: '', mixed: '' };
  const runs = { inside: '', outside: '' };

  const scoped = async (name: string, role: Role, scope: object): Promise<{ id: string; token: string }> =>
    (await server.ok('POST', '/api/v1/tokens', { name, role, scope })) as { id: string; token: string };
  const call = (method: string, path: string, role: Role, body?: unknown): Promise<Answer> =>
    server.call(method, path, body ?? (method === 'GET' || method === 'DELETE' ? undefined : {}), {
      token: tokens[role],
    });
  const path = (template: string, thing: { host: string; id: string }): string =>
    template
      .replace('{name}', thing.host)
      .replace('{id}', thing.id)
      .replace(/\{\w+\}/g, 'nothing');
  const mentionsOutside = (text: string): boolean => [...OUTSIDE, runs.outside].some((word) => text.includes(word));

  beforeAll(async () => {
    postgres = await TestPostgres.start('scope');
    server = await TestServer.start(await postgres.createDatabase('scope'));
    const add = (name: string, hostClass: string, env: string): Promise<unknown> =>
      server.ok('POST', '/api/v1/hosts', {
        ...{ name, class: hostClass, labels: { env }, address: '127.0.0.1', transport: 'local' },
      });
    await add('web-1', 'web', 'prod');
    await add('web-2', 'web', 'test');
    await add('db-1', 'db', 'prod');
    for (const role of ROLES)
      tokens[role] = (await scoped(`w-${role}`, role, { classes: ['web'], labels: { env: 'prod' } })).token;
    ids.inside = await server.triage(['web-1']);
    ids.outside = await server.triage(['db-1']);
    ids.mixed = await server.triage(['web-1', 'web-2', 'db-1']);
    for (const id of Object.values(ids)) await server.ended(id, 60_000);
    runs.inside = (await server.snapshot(ids.inside)).runs[0].id as string;
    runs.outside = (await server.snapshot(ids.outside)).runs[0].id as string;
  }, 120_000);

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  describe.each(table)('$route', ({ method, path: template, role: needed, reach }) => {
    const outside = (): string => {
      const id = template.startsWith('/api/v1/runs') ? runs.outside : ids.outside;
      return path(template, { host: 'db-1', id });
    };

    it.each([...ROLES])('by role and scope, what is outside: %s', async (role) => {
      const answer = await call(method, outside(), role);
      if (ROLES.indexOf(role) < ROLES.indexOf(needed)) {
        expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining(needed)]);
      } else if (reach === 'fleet') {
        expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining('the whole fleet')]);
      } else if (reach === 'nothing') {
        expect(answer.status).not.toBe(403);
      } else if (reach === 'scoped') {
        if (method === 'GET') expect(mentionsOutside(answer.text)).toBe(false);
        else expect(answer.status).toBeGreaterThanOrEqual(400);
      } else {
        expect(answer.status).toBe(404);
      }
    });

    if (method === 'GET' && ['host', 'run', 'investigation'].includes(reach))
      it('shows what is inside', async () => {
        const id = template.startsWith('/api/v1/runs') ? runs.inside : ids.inside;
        const [admin, own] = await Promise.all([
          server.call(method, path(template, { host: 'web-1', id })),
          call(method, path(template, { host: 'web-1', id }), 'admin'),
        ]);
        expect(own.status).toBe(admin.status);
      });

    if (reach === 'investigation' && method === 'GET')
      it('shows the inside of what is partly outside, and nothing else', async () => {
        const answer = await call(method, path(template, { host: '', id: ids.mixed }), 'admin');
        const whole = await server.call(method, path(template, { host: '', id: ids.mixed }));
        // Where the step is one that nothing has, both are told so.
        expect(answer.status).toBe(whole.status);
        expect(mentionsOutside(answer.text)).toBe(false);
      });

    if (reach === 'whole-investigation')
      it('refuses what is partly outside, with how many and which', async () => {
        const answer = await call(method, path(template, { host: '', id: ids.mixed }), 'admin');
        expect([answer.status, answer.body.detail]).toEqual([
          403,
          expect.stringMatching(/^2 of 3 hosts are outside the scope of w-admin: (db-1, web-2|web-2, db-1)$/),
        ]);
      });
  });

  it('a request that reaches outside is refused with the count and names, and is in the audit log', async () => {
    const ask = (targets: object): Promise<Answer> =>
      call('POST', '/api/v1/investigations', 'operator', { runbook: 'triage-60s', targets });
    for (const targets of [{ all: true }, { classes: ['web', 'db'] }, { hosts: ['web-1', 'web-2', 'db-1'] }]) {
      const answer = await ask(targets);
      expect(answer.status).toBe(403);
      expect(answer.body.detail).toMatch(/^[23] of \d hosts are outside the scope of w-operator: .*(db-1|web-2)/);
      expect(answer.body.hint).toContain('class web and env=prod');
    }
    const created = await ask({ hosts: ['web-1'] });
    expect(created.status).toBe(201);
    await server.ended(created.body.id as string);
    const log = (await server.ok('GET', '/api/v1/audit?limit=500')) as {
      actor: string;
      result: string;
      action: string;
    }[];
    expect(log.filter(({ actor, result }) => actor === 'w-operator' && result === 'denied')).toContainEqual(
      expect.objectContaining({
        action: 'investigation.create',
        subject: 'triage-60s',
        detail: { outsideScope: 2, hosts: expect.arrayContaining(['db-1', 'web-2']), address: '127.0.0.1' },
      }),
    );
  });

  it('counts, verdict and report of what is partly outside are of the hosts inside', async () => {
    const { body } = await call('GET', `/api/v1/investigations/${ids.mixed}`, 'viewer');
    expect(body.investigation).toMatchObject({ hosts: 1, targets: { hosts: ['web-1'] }, coverage: { targeted: 1 } });
    expect(body.runs).toHaveLength(1);
    const report = await call('GET', `/api/v1/investigations/${ids.mixed}/report`, 'viewer');
    expect(report.body.hosts.map(({ name }: { name: string }) => name)).toEqual(['web-1']);
    const { events } = (await call('GET', `/api/v1/investigations/${ids.mixed}/events`, 'viewer')).body;
    expect(events.length).toBeGreaterThan(2);
    expect(events.at(-1)).toMatchObject({ type: 'investigation', state: 'succeeded', coverage: { targeted: 1 } });
    const listed = (await call('GET', '/api/v1/investigations', 'viewer')).body as { id: string }[];
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining([ids.inside, ids.mixed]));
    expect(listed.map(({ id }) => id)).not.toContain(ids.outside);
  });

  it('what peers outside say of a host inside is shown, with no name; compared with peers are those inside', async () => {
    const { runs: all } = (await server.snapshot(ids.mixed)) as { runs: { id: string; host: string }[] };
    const inside = all.find(({ host }) => host === 'web-1')?.id ?? '';
    const finding = {
      ...{
        rule: 'net-sysctl',
        ruleVersion: 1,
        severity: 'info',
        resource: 'network',
        aspect: 'errors',
        label: 'x',
        why: 'x',
      },
      ...{ instance: null, metric: null, value: 1, unit: '1', threshold: null, evidence: [], next: null },
      text: 'Unlike its peers: sysctl.net.core.somaxconn 128 instead of 4096.',
    };
    await server.sql(
      "UPDATE run SET oddness = 0.9, analysis = jsonb_set(analysis, '{findings}', $2::jsonb) WHERE id = $1",
      [inside, JSON.stringify([finding])],
    );
    const answer = await call('GET', `/api/v1/runs/${inside}`, 'viewer');
    expect(answer.body).toMatchObject({ oddness: 0.9, findings: [{ text: finding.text }] });
    const report = await call('GET', `/api/v1/investigations/${ids.mixed}/report`, 'viewer');
    expect(report.body.hosts).toMatchObject([{ name: 'web-1', oddness: 0.9 }]);
    expect(mentionsOutside(answer.text + report.text)).toBe(false);
    const compared = await call('GET', `/api/v1/comparisons?a=${ids.mixed}/web-1&b=peers`, 'viewer');
    expect([compared.status, compared.body.reference.hosts]).toEqual([200, 0]);
    const whole = await server.ok('GET', `/api/v1/comparisons?a=${ids.mixed}/web-1&b=peers`);
    expect(whole.reference.hosts).toBe(1);
  });

  it('no host is added, changed or enrolled to be outside, nor reached through one that is', async () => {
    const host = { name: 'web-9', class: 'web', labels: { env: 'prod' }, address: '127.0.0.9' };
    const add = (more: object): Promise<Answer> => call('POST', '/api/v1/hosts', 'commander', { ...host, ...more });
    for (const more of [{ class: 'db' }, { labels: {} }, { jump: ['db-1'] }])
      expect((await add(more)).status).toBe(403);
    expect((await add({})).status).toBe(201);
    const change = (changes: object): Promise<Answer> => call('PATCH', '/api/v1/hosts/web-9', 'commander', changes);
    for (const changes of [{ class: 'db' }, { labels: { env: 'test' } }, { jump: ['db-1'] }])
      expect((await change(changes)).status).toBe(403);
    expect((await change({ labels: { env: 'prod', rack: 'a' } })).status).toBe(200);
    const many = (hosts: string[], changes: object): Promise<Answer> =>
      call('PATCH', '/api/v1/hosts', 'commander', { hosts, ...changes });
    expect((await many(['web-9'], { class: 'db' })).status).toBe(403);
    expect((await many(['web-9', 'db-1'], { set: { rack: 'b' } })).status).toBe(404);
    expect((await many(['web-9'], { set: { rack: 'b' } })).body).toEqual({ changed: 1, same: 0 });
    expect((await call('DELETE', '/api/v1/hosts/web-9', 'commander')).status).toBe(204);
    const enrol = (input: object): Promise<Answer> => call('POST', '/api/v1/agents/enrolments', 'commander', input);
    expect((await enrol({ class: 'db' })).status).toBe(403);
    expect((await enrol({ class: 'web', labels: { env: 'prod' }, name: 'db-1' })).status).toBe(403);
    expect((await enrol({ class: 'web', labels: { env: 'prod' } })).status).toBe(201);
  });

  it('thresholds, baselines and comparisons of what is outside are neither shown nor changed', async () => {
    const set = (role: Role | null, scope: string, name: string): Promise<Answer> =>
      server.call(
        'PUT',
        '/api/v1/rules/disk-await/thresholds',
        { scope, name, values: { warn: 12 } },
        role === null ? {} : { token: tokens[role] },
      );
    for (const [scope, name] of [
      ['class', 'db'],
      ['host', 'db-1'],
      ['host', 'web-1'],
    ] as const)
      expect((await set(null, scope, name)).status).toBe(200);
    // A class has hosts without the label, or may have.
    expect((await set('commander', 'class', 'web')).status).toBe(403);
    expect((await set('commander', 'host', 'db-1')).status).toBe(404);
    expect((await set('commander', 'host', 'web-1')).status).toBe(200);
    const names = async (url: string, key: string): Promise<string[]> =>
      ((await call('GET', url, 'viewer')).body[key] as { name: string }[]).map(({ name }) => name);
    expect(new Set(await names('/api/v1/thresholds', 'overrides'))).toEqual(new Set(['web-1']));
    expect(new Set(await names('/api/v1/rules/disk-await', 'history'))).toEqual(new Set(['web-1']));
    const compare = (a: string, b: string): Promise<Answer> =>
      call('GET', `/api/v1/comparisons?a=${a}&b=${b}`, 'viewer');
    expect((await compare('web-1', 'earlier')).status).toBe(200);
    for (const [a, b] of [
      ['db-1', 'web-1'],
      ['web-1', 'db-1'],
      [`${ids.mixed}/db-1`, 'peers'],
      [ids.outside, ids.inside],
    ] as const)
      expect((await compare(a, b)).status).toBe(404);
    expect((await call('GET', '/api/v1/baselines/db/triage-60s', 'viewer')).status).toBe(404);
  });

  describe('over the websocket', () => {
    const open = (token: string): Promise<LiveSocket> => LiveSocket.open(server, { authorization: `Bearer ${token}` });

    it('tells of the hosts inside, while they run, and of nothing else', async () => {
      const socket = await open(tokens.viewer);
      const id = await server.triage(['web-1', 'db-1']);
      socket.send({ type: 'subscribe', investigation: id });
      socket.send({ type: 'subscribe', investigation: ids.outside });
      socket.send({ type: 'subscribe', investigation: ids.outside, since: 0 });
      socket.send({ type: 'tail', runId: runs.outside });
      await until('the end to be told', () => socket.hasEnded, 30_000);
      expect(socket.state?.runs.map(({ host, state }) => [host, state])).toEqual([['web-1', 'succeeded']]);
      expect(mentionsOutside(JSON.stringify(socket.messages.filter(({ type }) => type !== 'problem')))).toBe(false);
      expect(socket.of('problem').map(({ detail }) => detail)).toEqual(
        expect.arrayContaining([`there is no investigation ${ids.outside}`, `there is no run ${runs.outside}`]),
      );
      socket.socket.close();
    });

    it('ends when its token is revoked, and when it expires', async () => {
      const made = await Promise.all(
        ['revoked', 'expired', 'stays'].map((name) => scoped(`ws-${name}`, 'viewer', { classes: ['web'] })),
      );
      const [revoked, expired, stays] = await Promise.all(made.map(({ token }) => open(token)));
      await until(
        'them to be known',
        async () => {
          for (const socket of [revoked, expired, stays])
            socket?.send({ type: 'subscribe', investigation: ids.inside });
          return [revoked, expired, stays].every((socket) => socket?.state);
        },
        5_000,
      );
      await server.ok('DELETE', `/api/v1/tokens/${made[0]?.id}`);
      await until('the revoked one to be closed', () => revoked?.closed?.code === 4401, 5_000);
      await server.sql('UPDATE api_token SET expires_at = now() WHERE id = $1', [made[1]?.id]);
      await until('the expired one to be closed', () => expired?.closed?.code === 4401, 15_000);
      expect(stays?.closed).toBeNull();
      stays?.socket.close();
    });
  });
});
