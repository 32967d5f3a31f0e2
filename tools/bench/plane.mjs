// A control plane of its own for a benchmark: data directory, port and hosts of its own, gone afterwards.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** `nodeArgs` go to the server's node, for its profiler: ['--cpu-prof', '--cpu-prof-dir=DIR']. */
export const startPlane = async (env = {}, nodeArgs = []) => {
  const dir = mkdtempSync(join(tmpdir(), 'fleetscope-bench-'));
  chmodSync(dir, 0o711);
  const cli = (...args) =>
    execFileSync(join(root, 'fleetscope'), [...args, '--data', dir], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 28,
    });
  cli('--version'); // builds what is stale
  const server = spawn(process.execPath, [...nodeArgs, join(root, 'apps', 'api', 'dist', 'main.js')], {
    env: { ...process.env, ...env, FLEETSCOPE_DATA: dir, FLEETSCOPE_PORT: '0', FLEETSCOPE_LOG_LEVEL: 'warn' },
    stdio: ['ignore', process.env.BENCH_LOG ? 'inherit' : 'ignore', 'inherit'],
  });
  const ended = new Promise((done) => server.once('exit', done));
  const state = join(dir, 'state.json');
  while (!existsSync(state)) await new Promise((done) => setTimeout(done, 50));
  const { url, pid } = JSON.parse(readFileSync(state, 'utf8'));
  const token = readFileSync(join(dir, 'admin.token'), 'utf8').trim();
  const api = async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text === '' ? null : JSON.parse(text);
  };
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  return { dir, url, pid, token, cli, api, stop };
};

/** One real sshd that listens on every loopback address: as many hosts as are wanted, one machine. */
export const startSshd = async (port) => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-sshd-'));
  mkdirSync('/run/sshd', { recursive: true });
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, name)]);
  writeFileSync(join(dir, 'authorized_keys'), readFileSync(join(dir, 'user.pub')));
  writeFileSync(
    join(dir, 'config'),
    [
      `ListenAddress 0.0.0.0:${port}`,
      `HostKey ${join(dir, 'host')}`,
      `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PermitRootLogin prohibit-password',
      'MaxStartups 1000',
      'LogLevel ERROR',
    ].join('\n') + '\n',
  );
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', join(dir, 'config')], { stdio: 'ignore' });
  await new Promise((done) => setTimeout(done, 500));
  const [type, publicKey] = readFileSync(join(dir, 'host.pub'), 'utf8').split(' ');
  return {
    dir,
    port,
    type,
    publicKey,
    identity: join(dir, 'user'),
    stop: () => (child.kill(), rmSync(dir, { recursive: true, force: true })),
  };
};

export const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];
