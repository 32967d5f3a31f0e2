import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { KeyFiles, type SecretKeys } from './platform/secret-keys';
import { StartupError } from './platform/startup-error';

/** Files of a data directory that other programs of this machine read. */
export interface InstallationState {
  pid: number;
  url: string;
  version: string;
  startedAt: string;
}

const STATE = 'state.json';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('main.js');
  } catch {
    return false;
  }
};

/** The data directory of one control plane on this machine: lock, keys, admin token, state. */
export class Installation {
  constructor(readonly dir: string) {}

  /** @throws StartupError when another process uses the directory, or it can't be written. */
  take(): void {
    try {
      // Others may pass through (Postgres runs under an account of its own) but see nothing: each file is 0600.
      mkdirSync(this.dir, { recursive: true, mode: 0o711 });
      writeFileSync(join(this.dir, '.writable'), '');
      rmSync(join(this.dir, '.writable'));
    } catch (error) {
      throw new StartupError(
        `the data directory ${this.dir} can't be written: ${(error as Error).message}`,
        'give another folder with --data',
      );
    }
    const state = this.state();
    if (state && state.pid !== process.pid && isAlive(state.pid)) {
      throw new StartupError(
        `Fleetscope runs already on ${this.dir} (process ${state.pid}, ${state.url})`,
        'stop it with: fleetscope down',
      );
    }
    rmSync(join(this.dir, STATE), { force: true });
  }

  state(): InstallationState | null {
    try {
      return JSON.parse(readFileSync(join(this.dir, STATE), 'utf8')) as InstallationState;
    } catch {
      return null;
    }
  }

  announce(state: InstallationState): void {
    this.write(STATE, JSON.stringify(state), 0o600);
  }

  leave(): void {
    rmSync(join(this.dir, STATE), { force: true });
  }

  /** The token of the machine's administrator: made once, readable by its owner alone. */
  adminToken(): string {
    return this.once('admin.token', () => `fs_${randomBytes(32).toString('base64url')}`);
  }

  /** Keys of the secrets at rest: `secret.key`, and `secret.key.old` while they are being exchanged. */
  secretKeys(): SecretKeys {
    return new KeyFiles(join(this.dir, 'secret.key'));
  }

  /** Names this installation's worker in leases; a restarted process finds the runs of the one before it. */
  workerName(): string {
    return this.once('worker.name', () => `${hostname()}-${randomBytes(4).toString('hex')}`);
  }

  private once(name: string, make: () => string): string {
    const path = join(this.dir, name);
    if (!existsSync(path)) this.write(name, make(), 0o600);
    return readFileSync(path, 'utf8').trim();
  }

  /** Whole or not at all. */
  private write(name: string, text: string, mode: number): void {
    const half = join(this.dir, `.${name}.${process.pid}`);
    writeFileSync(half, `${text}\n`, { mode });
    renameSync(half, join(this.dir, name));
  }
}

/** Before anything is started: a port in use is one clear line, not a half-started installation. */
export const checkPort = (host: string, port: number): Promise<void> =>
  new Promise((done, failed) => {
    if (port === 0) return done();
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        error.code === 'EADDRINUSE'
          ? new StartupError(`port ${port} on ${host} is in use`, 'give another one with --port N')
          : new StartupError(
              `${host}:${port} can't be listened on: ${error.message}`,
              'give another one with --port N',
            ),
      ),
    );
    probe.listen(port, host, () => probe.close(() => done()));
  });
