import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostPublicKey, type TransportTarget } from '../../apps/api/src/execution/transports/transport';

/** A real sshd on a loopback address, with keys and configuration of its own; for tests. */
export interface Sshd {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  readonly dir: string;
  readonly hostKeys: readonly HostPublicKey[];
  /** A target that is trusted and let in. */
  target(name: string): TransportTarget;
  stop(): void;
}

export interface SshdOptions {
  readonly address: string;
  readonly port: number;
  readonly keyTypes?: readonly ('ed25519' | 'rsa' | 'ecdsa')[];
  readonly config?: readonly string[];
  /** `NAME=value` that every process of a login gets. */
  readonly marker?: string;
  /** Commands of ours that prepare a mount namespace of the host's own (bind mounts), before its sshd starts. */
  readonly prepare?: readonly string[];
  /** Command that what it is followed by is run under: `ip netns exec …`. */
  readonly under?: readonly string[];
}

const USER = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();

const publicKeyOf = (file: string): HostPublicKey => {
  const [type = '', publicKey = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ');
  return { type, publicKey };
};

const accepts = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

export const startSshd = async (options: SshdOptions): Promise<Sshd> => {
  const dir = mkdtempSync(join(tmpdir(), 'sshd-'));
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const keygen = (name: string, type: string): void => {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', join(dir, name), '-C', 'test']);
  };
  const types = options.keyTypes ?? ['ed25519', 'rsa'];
  for (const type of types) keygen(`host_${type}`, type);
  keygen('user', 'ed25519');
  writeFileSync(join(dir, 'authorized_keys'), readFileSync(join(dir, 'user.pub')), { mode: 0o600 });
  const config = [
    ...(options.config ?? []),
    `ListenAddress ${options.address}:${options.port}`,
    ...types.map((type) => `HostKey ${join(dir, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'LogLevel ERROR',
    ...(options.marker === undefined ? [] : [`SetEnv ${options.marker}`]),
  ];
  writeFileSync(join(dir, 'sshd_config'), `${config.join('\n')}\n`);
  const command = ['/usr/sbin/sshd', '-D', '-e', '-f', join(dir, 'sshd_config')];
  const prepared = [
    'unshare',
    '-m',
    '--propagation',
    'private',
    'sh',
    '-c',
    `${(options.prepare ?? []).join(' && ')} && exec "$@"`,
    'sh',
    ...command,
  ];
  const whole = options.prepare ? prepared : command;
  const [program = '', ...args] = [...(options.under ?? []), ...whole];
  const child: ChildProcess = spawn(program, args, { stdio: 'ignore' });
  for (let tries = 0; !(await accepts(options.address, options.port)); tries += 1) {
    if (tries > 100) throw new Error(`sshd did not start on ${options.address}:${options.port}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const hostKeys = types.map((type) => publicKeyOf(join(dir, `host_${type}`)));
  return {
    address: options.address,
    port: options.port,
    pid: child.pid ?? 0,
    dir,
    hostKeys,
    target: (name) => ({
      name,
      address: options.address,
      port: options.port,
      user: USER,
      become: null,
      identities: [{ kind: 'key', privateKey: readFileSync(join(dir, 'user'), 'utf8') }],
      trustedKeys: hostKeys,
      revokedKeys: [],
      jump: [],
    }),
    stop: () => {
      child.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

/** Children of a process, by /proc: sshd's connection processes. */
export const childrenOf = (pid: number): number[] =>
  execFileSync('sh', ['-c', 'cat /proc/[0-9]*/stat 2>/dev/null || true'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
      return Number(fields[1]) === pid ? [Number.parseInt(line, 10)] : [];
    });
