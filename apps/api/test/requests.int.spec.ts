import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import WebSocket from 'ws';
import { sleep } from '../../../test/support/processes';
import { type Answer, ROOT, TestPostgres, TestServer } from '../../../test/support/server';

const UUID = '00000000-0000-4000-8000-000000000000';
const INVESTIGATION = { runbook: 'triage-60s', targets: { hosts: ['known'] }, parameters: { window: '1s' } };

let postgres: TestPostgres;
let server: TestServer;

beforeAll(async () => {
  postgres = await TestPostgres.start('requests');
  server = await TestServer.start(await postgres.createDatabase('requests'), { FLEETSCOPE_LOG_LEVEL: 'error' });
  await server.addLocalHosts(['known']);
});

afterAll(async () => {
  await server.stop();
  await postgres.stop();
});

const problem = (answer: Answer): unknown => ({
  status: answer.status,
  ...(answer.body?.errors ? { errors: answer.body.errors } : { detail: answer.body?.detail }),
});

/** A value that is wrong, and the one field error that it must give. */
type Case = [method: string, path: string, body: unknown, error: { path: string; expected: unknown; got: unknown }];

const text = (pattern: RegExp): unknown => expect.stringMatching(pattern);

describe('a request that is not valid is answered with the path, what was expected, and what came', () => {
  const CASES: Case[] = [
    ['POST', '/api/v1/hosts', {}, { path: 'name', expected: 'string', got: 'nothing' }],
    ['POST', '/api/v1/hosts', { name: 7 }, { path: 'name', expected: 'string', got: '7' }],
    [
      'POST',
      '/api/v1/hosts',
      { name: 'two words' },
      { path: 'name', expected: text(/letters, digits/), got: 'two words' },
    ],
    [
      'POST',
      '/api/v1/hosts',
      { name: '-oProxyCommand=id' },
      { path: 'name', expected: text(/letters, digits/), got: '-oProxyCommand=id' },
    ],
    [
      'POST',
      '/api/v1/hosts',
      { name: 'a', address: '$(id)' },
      { path: 'address', expected: text(/host name or an IP/), got: '$(id)' },
    ],
    ['POST', '/api/v1/hosts', { name: 'a', port: 0 }, { path: 'port', expected: 'at least 1', got: '0' }],
    ['POST', '/api/v1/hosts', { name: 'a', port: 65536 }, { path: 'port', expected: 'at most 65535', got: '65536' }],
    ['POST', '/api/v1/hosts', { name: 'a', port: '22' }, { path: 'port', expected: text(/number|int/), got: '22' }],
    ['POST', '/api/v1/hosts', { name: 'a', port: 22.5 }, { path: 'port', expected: 'int', got: '22.5' }],
    [
      'POST',
      '/api/v1/hosts',
      { name: 'a', transport: 'telnet' },
      { path: 'transport', expected: text(/local \| ssh/), got: 'telnet' },
    ],
    [
      'POST',
      '/api/v1/hosts',
      { name: 'a', colour: 'red' },
      { path: 'body', expected: 'no field colour', got: expect.anything() },
    ],
    ['POST', '/api/v1/hosts', { name: 'a', labels: { env: 1 } }, { path: 'labels.env', expected: 'string', got: '1' }],
    [
      'POST',
      '/api/v1/hosts',
      { name: 'a', labels: { env: '\u001b[2J' } },
      { path: 'labels.env', expected: text(/without control/), got: expect.anything() },
    ],
    [
      'POST',
      '/api/v1/hosts',
      { name: 'a', jump: ['nobody'] },
      { path: 'jump', expected: 'names of known hosts', got: 'nobody' },
    ],
    ['POST', '/api/v1/hosts', { name: 'a', jump: ['a'] }, { path: 'jump', expected: text(/other hosts/), got: 'a' }],
    [
      'POST',
      '/api/v1/hosts',
      { name: 'a', jump: Array(6).fill('known') },
      { path: 'jump', expected: 'at most 5', got: expect.anything() },
    ],
    [
      'POST',
      '/api/v1/hosts',
      { name: 'a', identityFile: 'a\0b' },
      { path: 'identityFile', expected: text(/NUL/), got: expect.anything() },
    ],
    ['PATCH', '/api/v1/hosts/known', { port: 'x' }, { path: 'port', expected: text(/number|int/), got: 'x' }],
    [
      'PATCH',
      '/api/v1/hosts/known',
      { name: 'renamed' },
      { path: 'body', expected: 'no field name', got: expect.anything() },
    ],
    ['POST', '/api/v1/hosts/import', {}, { path: 'text', expected: 'string', got: 'nothing' }],
    [
      'POST',
      '/api/v1/hosts/import',
      { text: 'a', format: 'toml' },
      { path: 'format', expected: text(/ansible-ini \| ansible-yaml \| ssh-config \| csv/), got: 'toml' },
    ],
    ['POST', '/api/v1/hosts/import', { text: 'a', dryRun: 'yes' }, { path: 'dryRun', expected: 'boolean', got: 'yes' }],
    [
      'POST',
      '/api/v1/hosts/import',
      { text: 'a', defaults: { port: 22 } },
      { path: 'defaults', expected: 'no field port', got: expect.anything() },
    ],
    ['POST', '/api/v1/hosts/known/trust', {}, { path: 'fingerprint', expected: 'string', got: 'nothing' }],
    [
      'POST',
      '/api/v1/hosts/known/trust',
      { fingerprint: 'SHA256:short' },
      { path: 'fingerprint', expected: expect.any(String), got: 'SHA256:short' },
    ],
    [
      'POST',
      '/api/v1/hosts/known/trust',
      { fingerprint: `SHA256:${'A'.repeat(43)}`, replace: 1 },
      { path: 'replace', expected: 'boolean', got: '1' },
    ],
    ['POST', '/api/v1/investigations', {}, { path: 'runbook', expected: 'string', got: 'nothing' }],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, targets: {} },
      { path: 'targets', expected: text(/at least one of all, hosts, classes, labels/), got: '{}' },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, targets: { hosts: 'known' } },
      { path: 'targets.hosts', expected: 'array', got: 'known' },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, targets: { hosts: ['a b'] } },
      { path: 'targets.hosts.0', expected: text(/letters, digits/), got: 'a b' },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, parameters: { window: '2h' } },
      { path: 'parameters.window', expected: text(/60s/), got: '"2h"' },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, parameters: { window: '1s; id' } },
      { path: 'parameters.window', expected: expect.any(String), got: '"1s; id"' },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, parameters: { windows: '1s' } },
      { path: 'parameters.windows', expected: expect.any(String), got: expect.anything() },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, parameters: { window: ['1s'] } },
      { path: 'parameters.window', expected: expect.any(String), got: '["1s"]' },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, concurrency: 0 },
      { path: 'body', expected: 'no field concurrency', got: expect.anything() },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, reason: 'x'.repeat(501) },
      { path: 'reason', expected: 'at most 500', got: expect.stringMatching(/^x+…$/) },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, reason: 'a\0b' },
      { path: 'reason', expected: text(/NUL/), got: expect.anything() },
    ],
    [
      'POST',
      '/api/v1/investigations',
      { ...INVESTIGATION, reason: 'a\ud800b' },
      { path: 'reason', expected: text(/surrogate/), got: expect.anything() },
    ],
    ['POST', '/api/v1/imports', { host: 'known' }, { path: 'framesBase64', expected: 'string', got: 'nothing' }],
    [
      'POST',
      '/api/v1/imports',
      { host: 'known', framesBase64: '***' },
      { path: 'framesBase64', expected: expect.any(String), got: expect.anything() },
    ],
    [
      'POST',
      '/api/v1/tokens',
      { name: 'a', role: 'god' },
      { path: 'role', expected: 'viewer | operator | commander | admin', got: 'god' },
    ],
    [
      'POST',
      '/api/v1/tokens',
      { name: 'a', expiresInDays: 0 },
      { path: 'expiresInDays', expected: 'at least 1', got: '0' },
    ],
    ['GET', '/api/v1/investigations?limit=0', undefined, { path: 'limit', expected: 'at least 1', got: '0' }],
    [
      'GET',
      '/api/v1/investigations?before=yesterday',
      undefined,
      { path: 'before', expected: expect.any(String), got: 'yesterday' },
    ],
    ['GET', '/api/v1/audit?limit=many', undefined, { path: 'limit', expected: 'number', got: 'many' }],
    [
      'GET',
      '/api/v1/audit?before=99999999999',
      undefined,
      { path: 'before', expected: 'at most 2147483647', got: '99999999999' },
    ],
    ['GET', '/api/v1/hosts?label=env', undefined, { path: 'label', expected: text(/name=value/), got: 'env' }],
    [
      'GET',
      `/api/v1/runs/${UUID}/evidence/mpstat?stream=both`,
      undefined,
      { path: 'stream', expected: 'stdout | stderr', got: 'both' },
    ],
  ];

  it.each(CASES)('%s %s %j', async (method, path, body, error) => {
    const answer = await server.call(method, path, body);
    expect(problem(answer)).toEqual({ status: 400, errors: expect.arrayContaining([error]) });
    expect(answer.body.detail).toContain(error.path);
  });

  it('every wrong field is named, not the first alone', async () => {
    const answer = await server.call('POST', '/api/v1/hosts', { name: 'two words', port: 0, transport: 'telnet' });
    expect((answer.body.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'name',
      'port',
      'transport',
    ]);
  });

  it.each([
    ['GET', '/api/v1/hosts/nobody', 404, /host nobody/],
    ['GET', '/api/v1/runbooks/nothing', 404, /runbook nothing/],
    ['GET', `/api/v1/investigations/${UUID}`, 404, /investigation/],
    ['GET', `/api/v1/investigations/${UUID}/report`, 404, /investigation/],
    ['GET', `/api/v1/investigations/${UUID}/events`, 404, /investigation/],
    ['GET', `/api/v1/investigations/${UUID}/events?since=9007199254740991`, 404, /investigation/],
    ['POST', `/api/v1/investigations/${UUID}/cancel`, 404, /investigation/],
    ['GET', `/api/v1/runs/${UUID}`, 404, /run/],
    ['GET', `/api/v1/runs/${UUID}/evidence`, 404, /run/],
    ['GET', `/api/v1/runs/${UUID}/evidence/mpstat`, 404, /run/],
    ['GET', `/api/v1/runs/${UUID}/observations`, 404, /run/],
    ['GET', '/api/v1/investigations/not-a-uuid', 400, /uuid/i],
    ['GET', '/api/v1/nothing', 404, /nothing/],
    ['PUT', '/api/v1/hosts', 404, /hosts/],
  ])('%s %s is %i', async (method, path, status, detail) => {
    const answer = await server.call(method, path);
    expect({ status: answer.status, type: answer.type.split(';')[0] }).toEqual({
      status,
      type: 'application/problem+json',
    });
    expect(answer.body.detail).toMatch(detail);
  });

  it.each([
    ['the body is no JSON', '{"name": ', 'application/json', 400],
    ['the body is empty', '', 'application/json', 400],
    ['the body is XML', '<a/>', 'application/xml', 415],
    ['a key would change the prototype', '{"name":"a","__proto__":{"x":1}}', 'application/json', 400],
    ['a key would change the constructor', '{"name":"a","constructor":{"prototype":{"x":1}}}', 'application/json', 400],
  ])('%s', async (_, body, type, status) => {
    const answer = await server.call('POST', '/api/v1/hosts', body, { headers: { 'content-type': type } });
    expect({ status: answer.status, type: answer.type.split(';')[0] }).toEqual({
      status,
      type: 'application/problem+json',
    });
  });

  it.each([1_000, 100_000])('a body nested %i deep is refused, and stays without consequence', async (depth) => {
    const body = `{"runbook":"triage-60s","targets":{"all":true},"parameters":{"window":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    expect((await server.call('POST', '/api/v1/investigations', body)).status).toBe(400);
    expect((await server.call('GET', '/api/v1/me')).status).toBe(200);
  });

  it('what targets select nothing is 422, and hosts that are none are named', async () => {
    expect(
      problem(
        await server.call('POST', '/api/v1/investigations', { ...INVESTIGATION, targets: { classes: ['none'] } }),
      ),
    ).toMatchObject({ status: 422 });
    const missing = await server.call('POST', '/api/v1/investigations', {
      ...INVESTIGATION,
      targets: { hosts: ['known', 'nobody-1', 'nobody-2'] },
    });
    expect(problem(missing)).toEqual({ status: 404, detail: 'there is no host nobody-1, nobody-2' });
  });

  it('nothing of all this was stored', async () => {
    expect(
      ((await server.ok('GET', '/api/v1/hosts')) as { name: string; transport: string }[]).filter(
        ({ name }) => name === 'a',
      ),
    ).toEqual([]);
    expect(await server.ok('GET', '/api/v1/investigations')).toEqual([]);
  });
});

describe('whatever is sent', () => {
  type Route = { method: string; path: string };
  const { paths } = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const ROUTES: Route[] = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );

  const nasty = fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '\ud800',
    '\u001b[2J',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '%00',
    '-oProxyCommand=id',
    '$(id)',
    "'; DROP TABLE host; --",
    'x'.repeat(70_000),
    '\u202e',
    '9'.repeat(400),
    '-1',
    '1e999',
    'null',
    '🦑'.repeat(50),
  );
  const word = fc.oneof(
    nasty,
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('known', 'triage-60s', UUID, 'mpstat', '10s', 'true'),
  );
  const KEYS = [
    'identityFile',
    'identitySecret',
    'reason',
    'name',
    'address',
    'port',
    'user',
    'jump',
    'labels',
    'class',
    'text',
    'format',
    'fileName',
    'dryRun',
    'defaults',
    'runbook',
    'targets',
    'hosts',
    'all',
    'classes',
    'parameters',
    'window',
    'reason',
    'host',
    'framesBase64',
    'fingerprint',
    'replace',
    'role',
    'expiresInDays',
    'code',
    'token',
    'privateKey',
    '__proto__',
    'constructor',
    'toString',
  ];
  const key = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: word });
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      word,
      fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, 1e308)),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.array(fc.tuple(key, tie('any')), { maxLength: 6 }).map((pairs) => new Map(pairs)),
    ),
  })).any;
  /** By hand, so that a key such as __proto__ is a key like any other. */
  const toJson = (given: unknown): string => {
    if (given instanceof Map) return `{${[...given].map(([k, v]) => `${JSON.stringify(k)}:${toJson(v)}`).join(',')}}`;
    if (Array.isArray(given)) return `[${given.map(toJson).join(',')}]`;
    return JSON.stringify(given);
  };
  /** Valid but for one field: gets past the first checks. */
  const almost = fc
    .tuple(
      fc.constantFrom(
        { name: 'fuzz', transport: 'local' },
        INVESTIGATION,
        { text: 'a ansible_host=b\n[g]\nc\n', dryRun: true },
        { host: 'known', framesBase64: Buffer.from('\u001eH 1 triage-60s@3 1.0 1.0\n').toString('base64') },
        { fingerprint: `SHA256:${'A'.repeat(43)}` },
        { name: 'fuzz', role: 'viewer' },
        { code: 'once_'.padEnd(40, 'a') },
      ),
      key,
      fc.oneof(nasty, value),
    )
    .map(([body, k, v]) => new Map<string, unknown>([...Object.entries(body), [k, v]]));
  const depth = (open: string, close: string): fc.Arbitrary<string> =>
    fc.integer({ min: 100, max: 5_000 }).map((n) => `${open.repeat(n)}${close.repeat(n)}`);
  const body = fc.oneof(
    { weight: 6, arbitrary: almost.map((given) => Buffer.from(toJson(given))) },
    { weight: 4, arbitrary: value.map((given) => Buffer.from(toJson(given))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: value.map((given) => Buffer.from(toJson(given)).subarray(0, -1)) },
    {
      weight: 1,
      arbitrary: fc
        .uint8Array({ minLength: 1, maxLength: 8 })
        .map((bytes) => Buffer.concat([Buffer.from('{"name":"'), Buffer.from(bytes), Buffer.from('"}')])),
    },
    {
      weight: 1,
      arbitrary: fc
        .oneof(
          depth('[', ']'),
          depth('{"a":', '}').map((text) => text.replace(/:}/, ':1}')),
        )
        .map((text) => Buffer.from(text)),
    },
  );
  const query = fc.array(
    fc.tuple(
      fc.constantFrom('limit', 'before', 'since', 'label', 'class', 'stream', 'x', 'limit[]', '__proto__'),
      fc.oneof(word, fc.integer().map(String)),
    ),
    { maxLength: 3 },
  );
  const encode = (given: string): string =>
    Buffer.from(given).reduce(
      (out, byte) =>
        out +
        (/[A-Za-z0-9._-]/.test(String.fromCharCode(byte))
          ? String.fromCharCode(byte)
          : `%${byte.toString(16).padStart(2, '0')}`),
      '',
    );

  const request = fc.record({
    route: fc.constantFrom(...ROUTES),
    body,
    segment: fc.oneof(word, fc.constantFrom('known', UUID)),
    query,
    type: fc.oneof(
      { weight: 9, arbitrary: fc.constant('application/json') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-16', '', 'multipart/form-data'),
      },
    ),
  });

  const send = (
    method: string,
    path: string,
    bytes: Buffer | null,
    type: string,
  ): Promise<{ status: number; text: string }> =>
    new Promise((done, failed) => {
      const { hostname, port } = new URL(server.url);
      const outgoing = httpRequest(
        {
          hostname,
          port,
          method,
          path,
          agent: false,
          headers: {
            authorization: `Bearer ${server.token}`,
            ...(bytes === null ? {} : { 'content-type': type, 'content-length': bytes.length }),
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
          response.on('end', () => done({ status: response.statusCode ?? 0, text }));
          response.on('error', failed);
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EPIPE' || error.code === 'ECONNRESET' ? done({ status: 400, text: '' }) : failed(error),
      );
      if (bytes) outgoing.write(bytes);
      outgoing.end();
    });

  it('over HTTP is never a fault of ours, and the next request is answered (1,500 requests)', async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ route, body: bytes, segment, query: pairs, type }) => {
        const path = route.path.replace(/\{\w+\}/g, encode(segment).slice(0, 8_000));
        const search = pairs
          .map(([name, given]) => `${encodeURIComponent(name)}=${encode(given).slice(0, 2_000)}`)
          .join('&');
        const sends = route.method !== 'GET';
        const { status, text } = await send(
          route.method,
          `${path}${search === '' ? '' : `?${search}`}`,
          sends ? bytes : null,
          type,
        );
        if (status >= 500)
          throw new Error(
            `${route.method} ${path.slice(0, 200)}?${search.slice(0, 200)} ${bytes.toString('latin1').slice(0, 400)} → ${status} ${text}`,
          );
      }),
      { numRuns: 1_500, seed: 20_261, endOnFailure: true },
    );
    expect((await server.call('GET', '/api/v1/me')).status).toBe(200);
    expect(server.log).not.toContain('unforeseen error');
    expect(server.isAlive).toBe(true);
  });

  it('in a path that is no URL is never a fault of ours', async () => {
    for (const path of [
      '/api/v1/hosts/%',
      '/api/v1/hosts/%E0%A4%A',
      '/api/v1/hosts/%00',
      '//',
      '/api/v1/../../etc/passwd',
      `/api/v1/hosts/${'a'.repeat(10_000)}`,
      '/api/v1/hosts?%',
      '/%2e%2e/%2e%2e/etc/passwd',
    ]) {
      const { status, text } = await send('GET', path, null, '');
      expect({ path, status: status < 500, text: text.includes('root:') }).toEqual({ path, status: true, text: false });
    }
  });

  it('over a websocket is answered with a problem or a close, and the server goes on (300 messages)', async () => {
    const connect = (): Promise<WebSocket> =>
      new Promise((done, failed) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`, {
          headers: { authorization: `Bearer ${server.token}` },
        });
        socket.once('open', () => done(socket)).once('error', failed);
      });
    let socket = await connect();
    let problems = 0;
    const message = fc.oneof(
      value.map((given) => toJson(given)),
      fc
        .tuple(fc.constantFrom('subscribe', 'unsubscribe', 'tail', 'untail', 'x'), value, value)
        .map(([type, investigation, since]) =>
          toJson(
            new Map<string, unknown>([
              ['type', type],
              ['investigation', investigation],
              ['runId', investigation],
              ['since', since],
            ]),
          ),
        ),
      fc.constantFrom(
        `{"type":"subscribe","investigation":"${UUID}"}`,
        `{"type":"subscribe","investigation":"${UUID}","since":2147483648}`,
        `{"type":"subscribe","investigation":"${UUID}","since":9007199254740991}`,
        `{"type":"tail","runId":"${UUID}"}`,
        `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
      ),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
      fc.constant('x'.repeat(10_000)),
    );
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        if (socket.readyState !== WebSocket.OPEN) socket = await connect();
        const closed = new Promise<number>((done) => socket.once('close', done));
        const answered = new Promise<'answered'>((done) =>
          socket.once('message', (data) => {
            if (String(data).includes('"problem"')) problems += 1;
            done('answered');
          }),
        );
        socket.send(given);
        // 1007, 1009: no UTF-8, too large. 1011 would be a fault of ours.
        expect(await Promise.race([closed, answered, sleep(15)])).not.toBe(1011);
        socket.removeAllListeners('message').removeAllListeners('close');
      }),
      { numRuns: 300, seed: 20_261, endOnFailure: true },
    );
    expect(problems).toBeGreaterThan(50);
    socket.terminate();
    // An invalid UTF-8 text frame, by hand: a well-behaved library does not send it.
    const raw = await connect();
    (raw as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]),
    );
    expect(await new Promise((done) => raw.once('close', done))).not.toBe(1011);
    expect((await server.call('GET', '/api/v1/me')).status).toBe(200);
    expect(server.isAlive).toBe(true);
  });
});
