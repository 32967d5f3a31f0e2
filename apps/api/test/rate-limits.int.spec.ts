import { until } from '../../../test/support/processes';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';

const REQUESTS = 80;
const GUESSES = 6;
const STRANGERS = 10;

/** Two control planes on one database: who is turned away by one is not let in by the other. */
describe('limits over several processes', () => {
  let postgres: TestPostgres;
  let databaseUrl: string;
  let one: TestServer;
  let two: TestServer;

  const env = {
    ...{ FLEETSCOPE_ROLE: 'api', FLEETSCOPE_SECRET_KEY: 'ab'.repeat(32) },
    ...{ FLEETSCOPE_RATE_REQUESTS: String(REQUESTS), FLEETSCOPE_RATE_GUESSES: String(GUESSES) },
    FLEETSCOPE_RATE_STRANGERS: String(STRANGERS),
  };
  const guess = (server: TestServer, name: string): Promise<Answer> =>
    server.call('POST', '/api/v1/session', { name, password: 'wrong horse battery' }, { token: null });
  const ask = async (server: TestServer, token: string): Promise<number> =>
    (await server.call('GET', '/api/v1/me', undefined, { token })).status;

  beforeAll(async () => {
    postgres = await TestPostgres.start('rates');
    databaseUrl = await postgres.createDatabase('rates');
    one = await TestServer.start(databaseUrl, env);
    two = await TestServer.start(databaseUrl, env);
  });

  afterAll(async () => {
    for (const server of [one, two]) await server.stop();
    await postgres.stop();
  });

  it('passwords for one account are counted once, wherever they are tried, and a restart forgets none', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < GUESSES; n += 1) statuses.push((await guess([one, two][n % 2]!, 'ada')).status);
    expect(statuses).toEqual(Array<number>(GUESSES).fill(401));
    for (const server of [one, two]) {
      const refused = await guess(server, 'ada');
      expect(refused.status).toBe(429);
      expect(refused.body.detail).toContain(`at most ${GUESSES} in 300 s`);
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait > 200 && wait <= 300).toBe(true);
    }
    expect((await guess(two, 'somebody-else')).status).toBe(401);
    await one.kill();
    await one.up();
    expect((await guess(one, 'ada')).status).toBe(429);
  });

  it('wrong tokens are counted once, wherever they are shown', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < STRANGERS + 2; n += 1) statuses.push(await ask([one, two][n % 2]!, 'fs_wrong'));
    expect(statuses).toEqual([...Array<number>(STRANGERS).fill(401), 429, 429]);
  });

  it('all requests of somebody are told to the other process within moments', async () => {
    const { token } = (await one.ok('POST', '/api/v1/tokens', { name: 'busy', role: 'viewer' })) as { token: string };
    for (let n = 0; n < REQUESTS; n += 1) expect(await ask(one, token)).toBe(200);
    expect(await ask(one, token)).toBe(429);
    let passed = 0;
    await until(
      'the other process to have heard of it',
      async () => {
        const status = await ask(two, token);
        if (status === 200) passed += 1;
        return status === 429;
      },
      10_000,
    );
    // Somebody else has as many as before.
    expect(await ask(two, two.token)).toBe(200);
    expect(passed).toBeLessThan(REQUESTS);
  });

  it('what is over is counted anew, and taken away', async () => {
    await one.sql("UPDATE rate_count SET ends_at = now() - interval '1 second'");
    // A process that was started since knows what the table says alone.
    await two.kill();
    await two.up();
    expect((await guess(two, 'ada')).status).toBe(401);
    expect(await one.sql('SELECT relpersistence AS is FROM pg_class WHERE relname = $1', ['rate_count'])).toEqual([
      { is: 'u' },
    ]);
  });
});
