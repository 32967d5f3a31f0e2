import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const LAUNCHER = join(ROOT, 'fleetscope');

export interface CliResult {
  status: number;
  stdout: string;
  stderr: string;
}

/** A control plane of its own, in a data directory of its own, driven by the CLI as a person would. */
export class ControlPlane {
  readonly dataDir: string;

  constructor(
    name: string,
    /** Settings of the control plane itself. */
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {
    this.dataDir = mkdtempSync(join(tmpdir(), `fleetscope-${name}-`));
    // Postgres runs under an account of its own, which must be able to pass through.
    chmodSync(this.dataDir, 0o711);
  }

  /** Runs a verb; never throws for an exit status. */
  cli(args: string[], options: { timeoutMs?: number; input?: string } = {}): Promise<CliResult> {
    return new Promise((done) => {
      const child = execFile(
        LAUNCHER,
        this.withData(args),
        {
          cwd: '/',
          encoding: 'utf8',
          maxBuffer: 256 * 1024 * 1024,
          timeout: options.timeoutMs ?? 120_000,
          env: { ...process.env, ...this.settings, NO_COLOR: '1' },
        },
        (error, stdout, stderr) =>
          done({ status: error ? (typeof error.code === 'number' ? error.code : 99) : 0, stdout, stderr }),
      );
      child.stdin?.end(options.input ?? '');
    });
  }

  /** Verbs that work without a control plane know no data directory. */
  private withData(args: string[]): string[] {
    const offline = ['parse', 'fold', 'flame', 'runbooks'].includes(args[0] ?? '') || args[0]?.startsWith('--');
    return offline || args.includes('--data') ? args : [...args, '--data', this.dataDir];
  }

  /** A verb that must succeed, with its JSON. */
  async json<T>(args: string[]): Promise<T> {
    const { status, stdout, stderr } = await this.cli([...args, '--json']);
    if (stdout.trim() === '')
      throw new Error(`fleetscope ${args.join(' ')} printed nothing (exit ${status}): ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  async up(): Promise<void> {
    const { status, stdout, stderr } = await this.cli(['up', '--detach', '--no-triage', '--port', '0']);
    if (status !== 0) throw new Error(`up failed (${status}): ${stdout}${stderr}`);
  }

  /** Starts a verb and leaves it running. */
  start(args: string[]): { stop(): void; ended: Promise<number | null> } {
    const child = spawn(LAUNCHER, this.withData(args), {
      cwd: '/',
      stdio: 'ignore',
    });
    return {
      stop: () => child.kill('SIGKILL'),
      ended: new Promise((done) => child.once('exit', (code) => done(code))),
    };
  }

  get state(): { pid: number; url: string } {
    return JSON.parse(readFileSync(join(this.dataDir, 'state.json'), 'utf8')) as { pid: number; url: string };
  }

  get token(): string {
    return readFileSync(join(this.dataDir, 'admin.token'), 'utf8').trim();
  }

  /** A call to the API with the admin token. */
  async api(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.state.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  async down(): Promise<void> {
    await this.cli(['down']);
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
