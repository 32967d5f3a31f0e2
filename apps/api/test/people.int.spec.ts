import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LiveSocket } from '../../../test/support/live-socket';
import { until } from '../../../test/support/processes';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';

const PASSWORD = 'correct horse battery';
const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'c2VjcmV0'.repeat(20)}\n-----END OPENSSH PRIVATE KEY-----\n`;

describe('people, limits and keys', () => {
  let postgres: TestPostgres;
  let server: TestServer;

  const add = (name: string, more: object = {}): Promise<Answer> =>
    server.call('POST', '/api/v1/users', { name, password: PASSWORD, ...more });
  const signIn = (name: string, password = PASSWORD): Promise<Answer> =>
    server.call('POST', '/api/v1/session', { name, password }, { token: null });
  const cookieOf = (answer: Answer): string => (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const as = (cookie: string, method: string, path: string, body?: unknown): Promise<Answer> =>
    server.call(method, path, body, { token: null, headers: { cookie } });
  const audit = async (): Promise<{ actor: string; action: string; subject: string; result: string }[]> =>
    (await server.ok('GET', '/api/v1/audit?limit=500')) as [];

  beforeAll(async () => {
    postgres = await TestPostgres.start('people');
    server = await TestServer.start(await postgres.createDatabase('people'), {
      FLEETSCOPE_LOG_LEVEL: 'debug',
      FLEETSCOPE_RATE_REQUESTS: '400',
      FLEETSCOPE_RATE_LAUNCHES: '12',
      FLEETSCOPE_RATE_SIGN_INS: '60',
      FLEETSCOPE_RATE_GUESSES: '5',
    });
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('an account signs in with its password, as what it may be, and signs out', async () => {
    const scope = { classes: ['web'], labels: { env: 'prod' } };
    const added = await add('ada', { role: 'commander', scope, email: 'ada@example.org' });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ name: 'ada', role: 'commander', scope, from: 'here', lastSignInAt: null });
    expect((await add('ada')).status).toBe(409);
    const opened = await signIn('ada');
    expect(opened.body).toMatchObject({ name: 'ada', role: 'commander', scope, via: 'session' });
    expect(opened.body.id).toMatch(/^person:/);
    const cookie = cookieOf(opened);
    expect((await as(cookie, 'GET', '/api/v1/me')).body).toEqual(opened.body);
    const [listed] = (await server.ok('GET', '/api/v1/users')) as { lastSignInAt: string }[];
    expect(listed?.lastSignInAt).toEqual(expect.any(String));
    expect((await as(cookie, 'DELETE', '/api/v1/session')).status).toBe(204);
    expect((await as(cookie, 'GET', '/api/v1/me')).status).toBe(401);
  });

  it('the password is an argon2id hash in the store, and nowhere else', async () => {
    const [row] = await server.sql<{ row: string }>(
      "SELECT row_to_json(p)::text AS row FROM person p WHERE name = 'ada'",
    );
    expect(row?.row).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(row?.row).not.toContain(PASSWORD);
    expect((await server.call('GET', '/api/v1/users')).text).not.toMatch(/argon2|assword/);
  });

  it('a wrong password, a wrong name and a disabled account get the same answer', async () => {
    await add('eve');
    expect((await server.call('PATCH', '/api/v1/users/eve', { disabled: true })).status).toBe(200);
    const answers = await Promise.all([signIn('ada', 'wrong horse battery'), signIn('nobody'), signIn('eve')]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const denied = (await audit()).filter(({ action, result }) => action === 'session.open' && result === 'denied');
    // A name that is none may be a password in the wrong field: it is not kept.
    expect(denied.map(({ subject }) => subject).sort()).toEqual(['ada', 'eve', 'unknown']);
  });

  it('a short password is refused, and no password is shown again', async () => {
    const short = await server.call('POST', '/api/v1/users', { name: 'max', password: 'hunter2' });
    expect([short.status, short.body.errors[0].path]).toEqual([400, 'password']);
    expect(short.text).not.toContain('hunter2');
  });

  it('who is disabled, or gets a new password, is signed out everywhere at once, on an open websocket, too', async () => {
    await add('joe');
    for (const end of [
      () => server.ok('PUT', '/api/v1/users/joe/password', { password: `${PASSWORD}!` }),
      () => server.ok('PATCH', '/api/v1/users/joe', { disabled: true }),
    ]) {
      const cookie = cookieOf(await signIn('joe', end.toString().includes('disabled') ? `${PASSWORD}!` : PASSWORD));
      const socket = await LiveSocket.open(server, { cookie });
      socket.send({ type: 'subscribe', investigation: '00000000-0000-4000-8000-000000000000' });
      await until('an answer', () => socket.of('problem').length > 0, 5_000);
      await end();
      expect((await as(cookie, 'GET', '/api/v1/me')).status).toBe(401);
      await until('the socket to be closed', () => socket.closed?.code === 4401, 5_000);
    }
  });

  it('a new role and scope hold from the next request of an open session on', async () => {
    await add('kim', { role: 'viewer' });
    const cookie = cookieOf(await signIn('kim'));
    expect((await as(cookie, 'GET', '/api/v1/audit')).status).toBe(403);
    await server.ok('PATCH', '/api/v1/users/kim', { role: 'commander' });
    expect((await as(cookie, 'GET', '/api/v1/audit')).status).toBe(200);
    await server.ok('PATCH', '/api/v1/users/kim', { scope: { classes: ['web'] } });
    expect((await as(cookie, 'GET', '/api/v1/audit')).status).toBe(403);
  });

  it('tries at one account are bounded, whether there is such an account or not', async () => {
    for (const name of ['ada', 'nobody-at-all']) {
      const answers: Answer[] = [];
      for (let n = 0; n < 7; n += 1) answers.push(await signIn(name, `wrong horse ${n} battery`));
      const last = answers.at(-1);
      expect(last?.status).toBe(429);
      expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(last?.body).toMatchObject({ detail: 'too many tries to sign in to this account: at most 5 in 300 s' });
    }
    // The right password does not help any more, either.
    expect((await signIn('ada')).status).toBe(429);
  });

  it('launches are bounded more tightly than requests, for each caller', async () => {
    const tokens: string[] = [];
    for (const name of ['busy', 'other'])
      tokens.push(((await server.ok('POST', '/api/v1/tokens', { name, role: 'operator' })) as { token: string }).token);
    const launch = (token?: string): Promise<Answer> =>
      server.call('POST', '/api/v1/investigations', { runbook: 'none' }, token ? { token } : {});
    const statuses: number[] = [];
    for (let n = 0; n < 14; n += 1) statuses.push((await launch(tokens[0])).status);
    expect(statuses).toEqual([...Array<number>(12).fill(400), 429, 429]);
    const refused = await launch(tokens[0]);
    expect(refused.body.detail).toBe('too many requests that start work on hosts: at most 12 in 60 s');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await launch(tokens[1])).status).toBe(400);
    expect((await server.call('GET', '/api/v1/me', undefined, { token: tokens[0] ?? null })).status).toBe(200);
  });

  describe('the key of the secrets', () => {
    const sealed = async (): Promise<string[]> =>
      (await server.sql<{ hex: string }>("SELECT encode(ciphertext, 'hex') AS hex FROM secret ORDER BY name")).map(
        ({ hex }) => hex,
      );
    const keyFile = (): string => join(server.dataDir, 'secret.key');
    /** A host that logs in with the secret says what is wrong with the key's text only when it could be opened. */
    const opens = async (name: string): Promise<boolean> => {
      await server.ok('PATCH', '/api/v1/hosts/keyed', { identitySecret: name });
      const { body } = await server.call('POST', '/api/v1/hosts/keyed/check');
      return body?.reason !== undefined;
    };

    beforeAll(async () => {
      await server.ok('POST', '/api/v1/hosts', { name: 'keyed', address: '127.0.0.1', port: 1, user: 'nobody' });
      for (const name of ['one', 'three', 'two'])
        await server.ok('PUT', `/api/v1/secrets/${name}`, { privateKey: KEY });
    });

    it('is exchanged by a command, with everything under the new one', async () => {
      const before = { key: readFileSync(keyFile(), 'utf8'), rows: await sealed() };
      expect(await server.ok('POST', '/api/v1/secrets/rotate')).toEqual({ changed: 3 });
      const after = await sealed();
      expect(readFileSync(keyFile(), 'utf8')).not.toBe(before.key);
      expect(existsSync(`${keyFile()}.old`)).toBe(false);
      for (const [i, row] of after.entries()) expect(row).not.toBe(before.rows[i]);
      expect(await opens('one')).toBe(true);
      expect((await audit()).map(({ action }) => action)).toContain('secret.rotate');
    });

    it('when that broke off: the old key opens what it sealed, after a restart, too, and the rest is gone on with', async () => {
      const [one, three] = await sealed();
      const old = readFileSync(keyFile(), 'utf8');
      // As a process leaves it that was killed after one of three: the new key is there, two rows are under the old one.
      await server.ok('POST', '/api/v1/secrets/rotate');
      await server.kill();
      writeFileSync(`${keyFile()}.old`, old, { mode: 0o600 });
      await server.sql("UPDATE secret SET ciphertext = decode($1, 'hex') WHERE name = 'one'", [one]);
      await server.sql("UPDATE secret SET ciphertext = decode($1, 'hex') WHERE name = 'three'", [three]);
      const key = readFileSync(keyFile(), 'utf8');
      await server.up();
      for (const name of ['one', 'two', 'three']) expect(await opens(name)).toBe(true);
      expect(await server.ok('POST', '/api/v1/secrets/rotate')).toEqual({ changed: 2 });
      expect(readFileSync(keyFile(), 'utf8')).toBe(key);
      expect(existsSync(`${keyFile()}.old`)).toBe(false);
      for (const name of ['one', 'two', 'three']) expect(await opens(name)).toBe(true);
    });
  });

  // Last: it looks at everything the tests above did, and at what fails for a fault of ours.
  it('no password, header, cookie or body stands in the log', async () => {
    const marks = ['in-a-password-1', 'in-a-header-2', 'in-a-cookie-3', 'in-a-body-4'] as const;
    const [password, header, cookie, body] = marks;
    await server.sql('ALTER TABLE person RENAME TO person_gone');
    const failed = await signIn('yan', `${password}-long-enough`);
    const added = await add('zoe', { password: `${password}-long-enough` });
    await server.sql('ALTER TABLE person_gone RENAME TO person');
    expect([failed.status, added.status]).toEqual([500, 500]);
    await server.sql('ALTER TABLE host RENAME TO host_gone');
    const shown: Record<string, string>[] = [
      { authorization: `Bearer ${header}-0123456789` },
      { cookie: `fleetscope_session=${cookie}-0123456789` },
    ];
    for (const headers of shown) await server.call('GET', '/api/v1/hosts', undefined, { token: null, headers });
    const faulty = await server.call(
      'POST',
      '/api/v1/hosts',
      { name: 'x', user: body },
      {
        headers: { cookie: `fleetscope_session=${cookie}-0123456789` },
      },
    );
    await server.sql('ALTER TABLE host_gone RENAME TO host');
    expect(faulty.status).toBe(500);
    await until('the faults to be in the log', () => server.log.includes(faulty.body.id as string), 5_000);
    for (const secret of [...marks, PASSWORD, 'c2VjcmV0c2VjcmV0', 'wrong horse', '$argon2id$'])
      expect([secret, server.log.includes(secret)]).toEqual([secret, false]);
  });
});
