import { ROLES, type Role } from '@fleetscope/contracts';
import { createHash } from 'node:crypto';
import { NEEDED, ROUTES, SIGNED, WITHOUT_TOKEN } from './access-table';
import { until } from '../../../test/support/processes';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';

const UUID = '00000000-0000-4000-8000-000000000000';
const fill = (path: string): string => path.replace('{id}', UUID).replace(/\{\w+\}/g, 'nothing');
describe('access', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const tokens = {} as Record<Role, string>;
  /** Everything secret that was handed out, to look for it where it must not be. */
  const secrets: string[] = [];

  const newToken = async (
    name: string,
    role: Role,
    expiresInDays: number | null = 90,
  ): Promise<{ id: string; token: string }> => {
    const made = (await server.ok('POST', '/api/v1/tokens', { name, role, expiresInDays })) as {
      id: string;
      token: string;
    };
    secrets.push(made.token);
    return made;
  };
  const audit = async (): Promise<
    { actor: string; action: string; subject: string; result: string; detail: unknown }[]
  > => (await server.ok('GET', '/api/v1/audit?limit=1000')) as [];

  const expectProblem = (answer: Answer, status: number): void => {
    expect({ status: answer.status, type: answer.type.split(';')[0] }).toEqual({
      status,
      type: 'application/problem+json',
    });
    expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.stringMatching(/.{5}/) });
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('access');
    server = await TestServer.start(await postgres.createDatabase('access'), {
      FLEETSCOPE_LOG_LEVEL: 'debug',
      // Every route is asked as a stranger, several times a minute.
      FLEETSCOPE_RATE_STRANGERS: '10000',
    });
    for (const role of ROLES) tokens[role] = (await newToken(`a-${role}`, role)).token;
    secrets.push(server.token);
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('the list of roles names every route of openapi.json', () => {
    expect(Object.keys(NEEDED).sort()).toEqual(
      ROUTES.map(([method, path]) => `${method} ${path}`)
        .filter((route) => !WITHOUT_TOKEN.has(route))
        .sort(),
    );
  });

  describe.each(ROUTES.filter(([method, path]) => !WITHOUT_TOKEN.has(`${method} ${path}`)))('%s %s', (method, path) => {
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};

    it('refuses who shows no token, and says how to show one', async () => {
      const answer = await server.call(method, fill(path), body, { token: null });
      expectProblem(answer, 401);
      expect(answer.body.hint).toMatch(/Authorization: Bearer/);
    });

    it.each([
      ['a wrong token', { authorization: `Bearer fs_${'A'.repeat(43)}` }],
      ['another scheme', { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` }],
      ['a cookie nobody gave out', { cookie: `fleetscope_session=ses_${'A'.repeat(43)}` }],
      ['an empty token', { authorization: 'Bearer ' }],
    ])('refuses %s', async (_, headers) => {
      expectProblem(await server.call(method, fill(path), body, { token: null, headers }), 401);
    });

    it('is refused to every lower role and not to the role it names', async () => {
      const [needed] = NEEDED[`${method} ${path}`] ?? ['viewer'];
      for (const role of ROLES) {
        // Ends this role's session at most: there is none.
        const answer = await server.call(method, fill(path), body, { token: tokens[role] });
        if (ROLES.indexOf(role) < ROLES.indexOf(needed)) {
          expectProblem(answer, 403);
          expect(answer.body.detail).toContain(needed);
        } else expect([role, answer.status]).not.toEqual([role, 403]);
      }
    });
  });

  it.each(SIGNED)('%s is opened by no token, not even the administrator’s: only by a signature', async (route) => {
    const [method = '', path = ''] = route.split(' ');
    for (const token of [null, ...Object.values(tokens)]) {
      const answer = await server.call(method, fill(path), {}, { token });
      expectProblem(answer, 401);
      expect(answer.body.hint).toContain('agents enrol');
    }
  });

  it('POST /api/v1/agent/enrol is opened by its own token only', async () => {
    const body = {
      token: 'fa_nobody-gave-this-out',
      publicKey: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
      hostname: 'x',
      version: '0.1.0',
    };
    expectProblem(await server.call('POST', '/api/v1/agent/enrol', body, { token: tokens.admin }), 401);
  });

  describe('the chain of the audit log', () => {
    const check = async (): Promise<{ entries: number; head: string; broken: { seq: number; why: string } | null }> =>
      (await server.ok('GET', '/api/v1/audit/check')) as never;
    /** As somebody who owns the store could: past the trigger that forbids it. */
    const tampering = async (sql: string): Promise<void> => {
      await server.sql('ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only');
      await server.sql(sql);
      await server.sql('ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only');
    };

    it('holds, however many write at once, and lets nobody change or remove an entry', async () => {
      const before = await check();
      await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          server.ok('POST', '/api/v1/hosts', { name: `chained-${n}`, address: '127.0.0.1', transport: 'local' }),
        ),
      );
      const after = await check();
      expect(after).toMatchObject({ entries: before.entries + 12, broken: null });
      expect(after.head).not.toBe(before.head);
      for (const sql of ['UPDATE audit_entry SET actor = $$x$$', 'DELETE FROM audit_entry'])
        await expect(server.sql(sql)).rejects.toThrow('append-only');
    });

    it('finds what was changed, and what was removed: in the middle, at the beginning, at the end', async () => {
      const { entries } = await check();
      const [seq, last] = [entries - 5, entries];
      await tampering(`UPDATE audit_entry SET actor = actor || '!' WHERE seq = ${seq}`);
      expect((await check()).broken).toMatchObject({
        seq,
        why: 'changed',
        entry: { actor: expect.stringMatching(/!$/) },
      });
      await tampering(`UPDATE audit_entry SET actor = rtrim(actor, '!') WHERE seq = ${seq}`);
      expect((await check()).broken).toBeNull();
      for (const gone of [seq, 1, last]) {
        await server.sql(`CREATE TABLE audit_taken AS SELECT * FROM audit_entry WHERE seq = ${gone}`);
        await tampering(`DELETE FROM audit_entry WHERE seq = ${gone}`);
        expect((await check()).broken).toEqual({ seq: gone, why: 'removed', entry: null });
        // Put back as it was, past the seal that would give it a new place.
        await server.sql('ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_seal');
        await server.sql('INSERT INTO audit_entry SELECT * FROM audit_taken');
        await server.sql('ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_seal');
        await server.sql('DROP TABLE audit_taken');
        expect((await check()).broken).toBeNull();
      }
    });
  });

  it('a mutation that was denied is in the audit log; a look that was denied is not', async () => {
    await server.call('DELETE', '/api/v1/hosts/web-01', undefined, { token: tokens.viewer });
    await server.call('GET', '/api/v1/secrets', undefined, { token: tokens.viewer });
    const denied = (await audit()).filter(({ actor, result }) => actor === 'a-viewer' && result === 'denied');
    expect(denied).toContainEqual(
      expect.objectContaining({
        action: 'denied',
        subject: 'DELETE /api/v1/hosts/:name',
        detail: { needed: 'commander', address: '127.0.0.1' },
      }),
    );
    expect(denied.filter(({ subject }) => subject.startsWith('GET'))).toEqual([]);
  });

  it('every mutation that was done is in the audit log, under the name of who did it', async () => {
    await server.ok(
      'POST',
      '/api/v1/hosts',
      { name: 'audited', address: '127.0.0.1', transport: 'local' },
      { token: tokens.commander },
    );
    await server.ok('PATCH', '/api/v1/hosts/audited', { class: 'other' }, { token: tokens.commander });
    await server.ok(
      'POST',
      '/api/v1/hosts/import',
      { text: 'imported ansible_host=10.0.0.1\n', format: 'ansible-ini', fileName: 'hosts' },
      { token: tokens.commander },
    );
    const { id } = await server.ok(
      'POST',
      '/api/v1/investigations',
      { runbook: 'triage-60s', targets: { hosts: ['audited'] }, parameters: { window: '1s' }, reason: 'audit' },
      { token: tokens.operator },
    );
    await server.ok('POST', `/api/v1/investigations/${id}/cancel`, undefined, { token: tokens.operator });
    await server.ok('DELETE', '/api/v1/hosts/imported', undefined, { token: tokens.commander });
    const rows = (await audit()).map(({ actor, action, subject }) => `${actor} ${action} ${subject}`);
    expect(rows).toEqual(
      expect.arrayContaining([
        'admin token.create a-viewer',
        'a-commander host.add audited',
        'a-commander host.change audited',
        'a-commander host.import hosts',
        `a-operator investigation.create ${id}`,
        `a-operator investigation.cancel ${id}`,
        'a-commander host.remove imported',
      ]),
    );
  });

  it('a mutation that failed leaves no row that says it was done', async () => {
    const before = (await audit()).length;
    expect((await server.call('POST', '/api/v1/hosts', { name: 'audited' })).status).toBe(409);
    expect((await server.call('DELETE', '/api/v1/hosts/nobody')).status).toBe(404);
    expect((await server.call('PATCH', '/api/v1/hosts/nobody', { class: 'x' })).status).toBe(404);
    expect((await audit()).length).toBe(before);
  });

  describe('tokens', () => {
    it('are shown once, and stored as a hash only', async () => {
      const { id, token } = await newToken('shown-once', 'viewer');
      expect(token).toMatch(/^fs_[A-Za-z0-9_-]{43}$/);
      const listed = await server.call('GET', '/api/v1/tokens');
      expect(listed.text).not.toContain(token);
      expect(listed.text).not.toMatch(/hash/);
      const rows = await server.sql<{ row: string }>(
        'SELECT row_to_json(t)::text AS row FROM api_token t WHERE id = $1',
        [id],
      );
      expect(rows[0]?.row).toContain(createHash('sha256').update(token).digest('hex'));
      expect(rows[0]?.row).not.toContain(token);
    });

    it('that were revoked open nothing, from the next request on', async () => {
      const { id, token } = await newToken('revoked', 'admin');
      expect((await server.call('GET', '/api/v1/me', undefined, { token })).status).toBe(200);
      expect((await server.call('DELETE', `/api/v1/tokens/${id}`)).status).toBe(204);
      expectProblem(await server.call('GET', '/api/v1/me', undefined, { token }), 401);
      expectProblem(await server.call('DELETE', `/api/v1/tokens/${id}`), 404);
    });

    it('take the sessions they opened with them when they are revoked', async () => {
      const { id, token } = await newToken('leaves', 'admin');
      const opened = await server.call('POST', '/api/v1/session', { token }, { token: null });
      const cookie = (opened.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
      secrets.push(cookie.split('=')[1] ?? '');
      const link = (await server.ok('POST', '/api/v1/login-links', undefined, { token })) as { path: string };
      expect((await server.call('GET', '/api/v1/me', undefined, { token: null, headers: { cookie } })).status).toBe(
        200,
      );
      await server.ok('DELETE', `/api/v1/tokens/${id}`);
      expectProblem(await server.call('GET', '/api/v1/me', undefined, { token: null, headers: { cookie } }), 401);
      expectProblem(
        await server.call('POST', '/api/v1/session', { code: link.path.split('code=')[1] }, { token: null }),
        401,
      );
    });

    it('that have expired open nothing', async () => {
      const { id, token } = await newToken('expired', 'admin', 1);
      await server.sql("UPDATE api_token SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
      expectProblem(await server.call('GET', '/api/v1/me', undefined, { token }), 401);
    });

    it('say who calls and what they may', async () => {
      expect(await server.ok('GET', '/api/v1/me', undefined, { token: tokens.viewer })).toEqual({
        id: expect.stringMatching(/^token:/),
        name: 'a-viewer',
        role: 'viewer',
        scope: null,
        via: 'token',
      });
    });
  });

  describe('login links and sessions', () => {
    const link = async (token?: string): Promise<string> => {
      const { path } = (await server.ok('POST', '/api/v1/login-links', undefined, token ? { token } : {})) as {
        path: string;
      };
      // In the fragment, which no browser sends.
      const code = /^\/login#code=([A-Za-z0-9_-]{20,})$/.exec(path)?.[1] ?? '';
      expect(code).not.toBe('');
      secrets.push(code);
      return code;
    };
    const open = (body: unknown): Promise<Answer> => server.call('POST', '/api/v1/session', body, { token: null });
    const cookieOf = (answer: Answer): { pair: string; flags: string[] } => {
      const [pair = '', ...flags] = (answer.headers.getSetCookie()[0] ?? '').split('; ');
      secrets.push(pair.split('=')[1] ?? '');
      return { pair, flags };
    };

    it('a link opens one session, as who asked for it, and then never again', async () => {
      const code = await link(tokens.operator);
      const first = await open({ code });
      expect(first.status).toBe(201);
      expect(first.body).toMatchObject({ name: 'a-operator', role: 'operator', scope: null, via: 'session' });
      expectProblem(await open({ code }), 401);
    });

    it('of ten who come with the same code at once, one gets in', async () => {
      const code = await link();
      const answers = await Promise.all(Array.from({ length: 10 }, () => open({ code })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(401)]);
    });

    it('a link that has expired opens nothing', async () => {
      const code = await link();
      await server.sql("UPDATE login_code SET expires_at = now() - interval '1 second' WHERE hash = $1", [
        createHash('sha256').update(code).digest('hex'),
      ]);
      expectProblem(await open({ code }), 401);
    });

    it('the cookie is out of reach of scripts and of other sites', async () => {
      const { pair, flags } = cookieOf(await open({ code: await link() }));
      expect(pair).toMatch(/^fleetscope_session=ses_[A-Za-z0-9_-]{43}$/);
      expect(flags).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/']));
    });

    it('a session is refused what it changes from another origin, and not from its own', async () => {
      const { pair } = cookieOf(await open({ token: tokens.commander }));
      const post = (origin: string | undefined): Promise<Answer> =>
        server.call('POST', '/api/v1/login-links', undefined, {
          token: null,
          headers: { cookie: pair, ...(origin === undefined ? {} : { origin }) },
        });
      expectProblem(await post('https://evil.example'), 403);
      expectProblem(await post('null'), 403);
      expectProblem(await post(`${server.url}.evil.example`), 403);
      expect((await post(server.url)).status).toBe(201);
      // A token is no cookie: a browser doesn't add it by itself.
      expect(
        (await server.call('POST', '/api/v1/login-links', undefined, { headers: { origin: 'https://evil.example' } }))
          .status,
      ).toBe(201);
    });

    it('a session that was closed or has expired opens nothing', async () => {
      const me = (cookie: string): Promise<Answer> =>
        server.call('GET', '/api/v1/me', undefined, { token: null, headers: { cookie } });
      const closed = cookieOf(await open({ code: await link() })).pair;
      expect((await me(closed)).status).toBe(200);
      expect(
        (await server.call('DELETE', '/api/v1/session', undefined, { token: null, headers: { cookie: closed } }))
          .status,
      ).toBe(204);
      expectProblem(await me(closed), 401);
      const expired = cookieOf(await open({ code: await link() })).pair;
      await server.sql("UPDATE session SET expires_at = now() - interval '1 second' WHERE hash = $1", [
        createHash('sha256')
          .update(expired.split('=')[1] ?? '')
          .digest('hex'),
      ]);
      expectProblem(await me(expired), 401);
    });

    it.each([
      ['nothing', {}],
      ['both', { code: 'once_'.padEnd(48, 'a'), token: 'fs_'.padEnd(46, 'a') }],
      ['a short code', { code: 'short' }],
      ['a code that is no text', { code: 7 }],
    ])('a login with %s is refused precisely, without an echo of what was sent', async (_, body) => {
      const answer = await open(body);
      expectProblem(answer, 400);
      expect(answer.body.errors[0]).toMatchObject({ path: expect.any(String), expected: expect.any(String) });
      for (const value of Object.values(body)) if (typeof value === 'string') expect(answer.text).not.toContain(value);
    });
  });

  describe('secrets', () => {
    const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'c2VjcmV0'.repeat(20)}\n-----END OPENSSH PRIVATE KEY-----\n`;

    it('go in and never come out', async () => {
      expect((await server.call('PUT', '/api/v1/secrets/ops-key', { privateKey: KEY })).status).toBe(204);
      secrets.push('c2VjcmV0c2VjcmV0');
      const listed = await server.call('GET', '/api/v1/secrets');
      expect(listed.body).toEqual([
        { name: 'ops-key', kind: 'ssh-private-key', createdAt: expect.any(String), createdBy: 'admin' },
      ]);
      const [row] = await server.sql<{ ciphertext: Buffer }>("SELECT ciphertext FROM secret WHERE name = 'ops-key'");
      expect(row?.ciphertext.includes('c2VjcmV0')).toBe(false);
      expect(row?.ciphertext.includes('PRIVATE KEY')).toBe(false);
    });

    it('that a host logs in with are not removed', async () => {
      await server.ok('POST', '/api/v1/hosts', { name: 'with-secret', identitySecret: 'ops-key' });
      expectProblem(await server.call('DELETE', '/api/v1/secrets/ops-key'), 409);
      await server.ok('DELETE', '/api/v1/hosts/with-secret');
      expect((await server.call('DELETE', '/api/v1/secrets/ops-key')).status).toBe(204);
    });

    it('that are no private key are refused, without an echo', async () => {
      const answer = await server.call('PUT', '/api/v1/secrets/bad', { privateKey: 'hunter2'.repeat(10) });
      expectProblem(answer, 400);
      expect(answer.text).not.toContain('hunter2');
      const short = await server.call('PUT', '/api/v1/secrets/bad', { privateKey: 'hunter2' });
      expectProblem(short, 400);
      expect(short.text).not.toContain('hunter2');
    });
  });

  it('a fault of ours shows an id that is in the log, and no stack', async () => {
    await server.sql('ALTER TABLE audit_entry RENAME TO audit_gone');
    const answer = await server.call('GET', '/api/v1/audit');
    await server.sql('ALTER TABLE audit_gone RENAME TO audit_entry');
    expectProblem(answer, 500);
    expect(answer.text).not.toMatch(/ at |prisma|audit_entry/i);
    await until('the id to be in the log', () => server.log.includes(answer.body.id as string), 2_000);
  });

  // Last: it looks at everything the tests above did.
  it('no token, code, cookie or key that was handed out stands in the log, requests that failed included', async () => {
    for (const secret of secrets) {
      await server.call('GET', `/api/v1/hosts/${'x'.repeat(300)}`, undefined, { token: secret.slice(0, 100) });
      await server.call('POST', '/api/v1/tokens', '{"name": broken', { token: secret.slice(0, 100) });
    }
    // A request that fails for a fault of ours is logged in full.
    await server.sql('ALTER TABLE host RENAME TO host_gone');
    expect(
      (
        await server.call('GET', '/api/v1/hosts', undefined, {
          headers: { cookie: 'fleetscope_session=ses_looked_for_in_the_log' },
        })
      ).status,
    ).toBe(500);
    await server.sql('ALTER TABLE host_gone RENAME TO host');
    expect(secrets.length).toBeGreaterThan(10);
    expect(server.log).toContain('/api/v1/hosts');
    for (const secret of [...secrets, 'ses_looked_for_in_the_log']) expect(server.log.includes(secret)).toBe(false);
  });
});
