import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { startEmbeddedPostgres, type RunningPostgres } from '../../apps/api/src/platform/embedded-postgres';
import { sleep, until } from './processes';

export const ROOT = join(__dirname, '..', '..');
const DIST = join(ROOT, 'apps', 'api', 'dist');

/** A directory that another account may pass through: Postgres runs under one of its own. */
export const temporaryDir = (name: string): string => {
  const dir = mkdtempSync(join(tmpdir(), `fleetscope-${name}-`));
  chmodSync(dir, 0o711);
  return dir;
};

/** One Postgres for a test file, with as many databases as it needs. */
export class TestPostgres {
  private constructor(
    private readonly dir: string,
    private readonly server: RunningPostgres,
  ) {}

  static async start(name: string): Promise<TestPostgres> {
    const dir = temporaryDir(name);
    return new TestPostgres(dir, await startEmbeddedPostgres(dir));
  }

  /** @returns the URL of a new database: an empty one, or a copy of another, to which nobody is connected. */
  async createDatabase(name: string, copyOf?: string): Promise<string> {
    await query(this.server.url, `CREATE DATABASE ${name}${copyOf === undefined ? '' : ` TEMPLATE ${copyOf}`}`);
    const url = new URL(this.server.url);
    url.pathname = `/${name}`;
    return url.toString();
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** One statement on a connection of its own. */
export const query = async <T extends QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> => {
  const client = new Client({ connectionString: url, application_name: 'test' });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
};

/**
 * Calls an exported function of the built api in a process of its own: the migrator loads its engine with a dynamic
 * import, which jest's module loader does not do.
 */
export const callBuilt = <T>(
  module: string,
  name: string,
  args: unknown[],
): Promise<{ value?: T; error?: { name: string; message: string } }> =>
  new Promise((done, failed) => {
    const script = `
      const { ${name} } = require(process.argv[1]);
      Promise.resolve(${name}(...JSON.parse(process.argv[2]))).then(
        (value) => ({ value }), (error) => ({ error: { name: error.name, message: error.message } }),
      ).then((answer) => { process.stdout.write(JSON.stringify(answer)); process.exit(0); });`;
    execFile(
      process.execPath,
      ['-e', script, join(DIST, module), JSON.stringify(args)],
      { maxBuffer: 16_000_000 },
      (error, stdout, stderr) => {
        if (error) failed(new Error(stderr || error.message));
        else done(JSON.parse(stdout) as { value?: T });
      },
    );
  });

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  // Tests look into bodies of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface CallOptions {
  /** Null sends none; absent sends the administrator's. */
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
}

/** The built server as a process of its own, on a database of its own and a port that was free. */
export class TestServer {
  private output = '';
  private child: ChildProcess | undefined;
  private exit: number | null | undefined;

  constructor(
    readonly databaseUrl: string,
    private readonly env: Record<string, string> = {},
    readonly dataDir = temporaryDir('server'),
  ) {}

  static async start(databaseUrl: string, env: Record<string, string> = {}): Promise<TestServer> {
    const server = new TestServer(databaseUrl, env);
    await server.up();
    return server;
  }

  async up(): Promise<void> {
    this.exit = undefined;
    const child = spawn(process.execPath, ['--enable-source-maps', join(DIST, 'main.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        DATABASE_URL: this.databaseUrl,
        FLEETSCOPE_DATA: this.dataDir,
        FLEETSCOPE_PORT: '0',
        ...this.env,
      },
    });
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    child.once('exit', (code) => (this.exit = code));
    await until(
      'the server to be ready',
      () => this.exit !== undefined || existsSync(join(this.dataDir, 'state.json')),
      30_000,
    );
    if (this.exit !== undefined) throw new Error(`the server ended (${this.exit}): ${this.output}`);
  }

  /** Everything it has logged. */
  get log(): string {
    return this.output;
  }

  get url(): string {
    return (JSON.parse(readFileSync(join(this.dataDir, 'state.json'), 'utf8')) as { url: string }).url;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.child !== undefined && this.exit === undefined;
  }

  get token(): string {
    return readFileSync(join(this.dataDir, 'admin.token'), 'utf8').trim();
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    { token = this.token, headers = {} }: CallOptions = {},
  ): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      type,
      headers: response.headers,
      text,
      body: /json/.test(type) && text !== '' ? (JSON.parse(text) as unknown) : null,
    };
  }

  /** A call that must succeed. @returns its body. */
  async ok(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer['body']> {
    const answer = await this.call(method, path, body, options);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body as unknown;
  }

  sql<T extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
    return query<T>(this.databaseUrl, sql, values);
  }

  /** Hosts that are this machine, by the transport `local`. */
  async addLocalHosts(names: readonly string[], hostClass = 'test'): Promise<void> {
    for (const name of names)
      await this.ok('POST', '/api/v1/hosts', { name, address: '127.0.0.1', transport: 'local', class: hostClass });
  }

  /** @returns the id of an investigation that was started. */
  async triage(hosts: readonly string[], window = '1s'): Promise<string> {
    const { id } = (await this.ok('POST', '/api/v1/investigations', {
      runbook: 'triage-60s',
      targets: { hosts },
      parameters: { window },
    })) as { id: string };
    return id;
  }

  async snapshot(id: string): Promise<Answer['body']> {
    return (await this.ok('GET', `/api/v1/investigations/${id}`)) as unknown;
  }

  /** Waits until an investigation has ended. @returns its snapshot. */
  async ended(id: string, timeoutMs = 25_000): Promise<Answer['body']> {
    let last: Answer['body'];
    await until(
      `investigation ${id} to end`,
      async () => {
        last = await this.snapshot(id);
        return !['queued', 'running'].includes(last.investigation.state as string);
      },
      timeoutMs,
    );
    return last;
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.child?.kill(signal);
    for (let waited = 0; this.isAlive && waited < 20_000; waited += 20) await sleep(20);
    if (this.isAlive) this.child?.kill('SIGKILL');
    rmSync(join(this.dataDir, 'state.json'), { force: true });
  }
}

/** The built program in the role `worker`, which announces itself nowhere but at its port. */
export class WorkerProcess {
  private child: ChildProcess | undefined;
  private exit: number | null | undefined;
  private output = '';

  constructor(
    private readonly env: Record<string, string>,
    readonly port: number,
    private readonly dataDir = temporaryDir('worker'),
  ) {}

  async up(): Promise<void> {
    this.exit = undefined;
    const child = spawn(process.execPath, ['--enable-source-maps', join(DIST, 'main.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], ...this.env },
        ...{ FLEETSCOPE_ROLE: 'worker', FLEETSCOPE_DATA: this.dataDir, FLEETSCOPE_WORKER_PORT: String(this.port) },
      },
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    child.once('exit', (code) => (this.exit = code));
    const isWell = (): Promise<boolean> =>
      this.get('/healthz').then(
        ({ status }) => status === 200,
        () => false,
      );
    await until('the worker to be well', async () => this.exit !== undefined || (await isWell()), 30_000);
    if (this.exit !== undefined) throw new Error(`the worker ended (${this.exit}): ${this.output}`);
  }

  async get(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; type: string; text: string }> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { headers });
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.child?.kill(signal);
    await until('the worker to end', () => this.exit !== undefined || this.child === undefined, 20_000);
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
