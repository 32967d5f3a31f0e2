import { EXIT } from '@fleetscope/contracts';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../cli-error';
import { note } from '../output';
import { isRunning, logFile, readState } from './installation';

export interface ControlPlane {
  readonly pid: number;
  readonly startedHere: boolean;
  /** Lets it live on when this process ends. */
  release(): void;
  stop(): Promise<void>;
  /** Resolves when it has ended. */
  ended(): Promise<'stopped' | 'crashed'>;
}

const START_MS = 60_000;
const STOP_MS = 30_000;
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** The bundle lies in apps/cli/dist; the server's entries beside it. */
const serverEntry = (name: string): string => {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (dir !== dirname(dir)) {
    const candidate = join(dir, 'apps', 'api', 'dist', name);
    if (statSync(candidate, { throwIfNoEntry: false })) return candidate;
    dir = dirname(dir);
  }
  throw new CliError(
    'the server is not built',
    EXIT.fault,
    'run ./fleetscope from the checkout: it builds what is missing',
  );
};

/** mkdir -p, one folder at a time: Node's recursive form never returns below a folder that takes none, such as /proc. */
const makeFolder = (dir: string, mode: number): void => {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dir !== dirname(dir)) makeFolder(dirname(dir), 0o755);
  mkdirSync(dir, { mode });
};

const healthy = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

/** The lines the server meant for people: it prefixes them with its name. */
const complaint = (file: string, from: number): string => {
  const lines = readFileSync(file).subarray(from).toString('utf8').split('\n');
  const said = lines.filter((line) => line.startsWith('fleetscope: ')).map((line) => line.slice('fleetscope: '.length));
  return said.join('\n') || 'it ended without saying why';
};

const running = (pid: number): ControlPlane => ({
  pid,
  startedHere: false,
  release: () => undefined,
  stop: () => stopProcess(pid),
  ended: () => new Promise(() => undefined),
});

export const stopProcess = async (pid: number): Promise<void> => {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    return;
  }
  for (let waited = 0; waited < STOP_MS && isRunning(pid); waited += 50) await sleep(50);
};

/** Stops the Postgres that a killed control plane left behind. False when there was none. */
export const stopDatabase = (dir: string): boolean =>
  spawnSync(process.execPath, [serverEntry('stop-database.js')], {
    env: { ...process.env, FLEETSCOPE_DATA: dir },
    stdio: 'ignore',
  }).status === 0;

/** @throws CliError with the server's own line when it can't start. */
export const startControlPlane = async (options: {
  dir: string;
  port: number;
  host: string;
  foreground: boolean;
}): Promise<ControlPlane> => {
  const existing = readState(options.dir);
  if (existing && (await healthy(existing.url))) return running(existing.pid);
  note('starting …');
  const log = logFile(options.dir);
  try {
    makeFolder(options.dir, 0o711);
    makeFolder(dirname(log), 0o700);
  } catch (error) {
    throw new CliError(
      `the data directory ${options.dir} can't be written: ${(error as Error).message}`,
      EXIT.usage,
      'give another folder with --data',
    );
  }
  const fd = openSync(log, 'a', 0o600);
  const from = statSync(log).size;
  const child = spawn(process.execPath, ['--enable-source-maps', serverEntry('main.js')], {
    // Its own session: a Ctrl-C reaches us, and we stop it in order. In the foreground our end of its stdin is its
    // lifeline, so that it does not outlive a killed terminal.
    detached: true,
    stdio: [options.foreground ? 'pipe' : 'ignore', fd, fd],
    env: {
      ...process.env,
      FLEETSCOPE_DATA: options.dir,
      FLEETSCOPE_PORT: String(options.port),
      FLEETSCOPE_HOST: options.host,
      FLEETSCOPE_ROLE: 'all',
      ...(options.foreground ? { FLEETSCOPE_LIFELINE: 'stdin' } : {}),
    },
  });
  closeSync(fd);
  const exited = new Promise<number | null>((done) =>
    child.once('exit', (code) => done(code)).once('error', () => done(EXIT.fault)),
  );
  // Whoever gives up on the start (Ctrl-C, a timeout) leaves nothing half-started behind.
  const abandon = (): void => {
    child.kill('SIGTERM');
    void exited.then(() => process.exit(EXIT.fault));
  };
  process.on('SIGINT', abandon).on('SIGTERM', abandon);
  let code: number | null | undefined;
  void exited.then((status) => (code = status ?? EXIT.fault));
  const began = Date.now();
  for (;;) {
    const state = readState(options.dir);
    if (state && state.pid === child.pid && (await healthy(state.url))) break;
    if (code !== undefined) throw new CliError(complaint(log, from), code === 0 ? EXIT.fault : (code as number));
    if (Date.now() - began > START_MS) {
      child.kill('SIGTERM');
      throw new CliError(`it was not ready after ${START_MS / 1000} s`, EXIT.fault, `its log is ${log}`);
    }
    await sleep(40);
  }
  process.removeListener('SIGINT', abandon).removeListener('SIGTERM', abandon);
  return supervised(child, exited, options.foreground);
};

const supervised = (child: ChildProcess, exited: Promise<number | null>, foreground: boolean): ControlPlane => {
  const pid = child.pid as number;
  let asked = false;
  const stop = async (): Promise<void> => {
    asked = true;
    child.kill('SIGTERM');
    await Promise.race([exited, sleep(STOP_MS)]);
  };
  if (foreground) {
    process.on('SIGINT', () => void stop());
    process.on('SIGTERM', () => void stop());
  }
  return {
    pid,
    startedHere: true,
    release: () => child.unref(),
    stop,
    ended: async () => {
      await exited;
      return asked ? 'stopped' : 'crashed';
    },
  };
};
