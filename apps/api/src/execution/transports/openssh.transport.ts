import { bootstrapCommand } from '@fleetscope/runbooks';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ChildLimits, superviseChild } from './child-run';
import { HandshakeGate } from './handshake-gate';
import { knownHosts, namesIn, openSshConfig, settingsOf } from './openssh-config';
import { openSshError, withoutTalk } from './openssh-errors';
import { type RunEnd, type RunOptions, type Transport, TransportError, type TransportTarget } from './transport';

export interface OpenSshLimits extends ChildLimits {
  readonly connectSeconds: number;
}

export interface OpenSshOptions {
  readonly limits?: OpenSshLimits;
  readonly gate?: HandshakeGate;
  /** Files of ssh_config(5) that say what ours does not; default: the user's and the system's. */
  readonly configs?: readonly string[];
}

const LIMITS: OpenSshLimits = { graceMs: 4000, stderrBytes: 65_536, connectSeconds: 10 };
const CANCELLED: RunEnd = { exitStatus: null, signal: null, stderr: '', cancelled: true };
/** ssh's own failures; a remote command that ends so can't be told from them. */
const OWN_FAILURE = 255;
const ASK_MS = 5000;
const run = promisify(execFile);

/**
 * The system's ssh, for what ssh2 can't do: certificates, hardware keys, ProxyCommand, newer key exchanges, all that
 * ssh_config(5) says. One process and one command a run, no terminal; host keys are always verified, by known_hosts files and
 * by what is trusted here.
 */
export class OpenSshTransport implements Transport {
  private sockets: Promise<string> | null = null;
  private readonly limits: OpenSshLimits;
  private readonly gate: HandshakeGate;
  private readonly configs: readonly string[];

  constructor({ limits, gate, configs }: OpenSshOptions = {}) {
    this.limits = limits ?? LIMITS;
    this.gate = gate ?? new HandshakeGate({ total: 64, perBastion: 8 });
    this.configs = configs ?? [join(homedir(), '.ssh', 'config'), '/etc/ssh/ssh_config'];
  }

  async run(target: TransportTarget, program: string, options: RunOptions): Promise<RunEnd> {
    if (options.signal?.aborted) return CANCELLED;
    const stored = [...target.jump, target].find(({ identities }) => identities.some(({ kind }) => kind === 'key'));
    if (stored)
      throw new TransportError(
        'auth',
        `${stored.name} logs in with a stored secret, which ssh can't be given: name a key file, or load the key into ssh-agent.`,
      );
    // Short: the path of a socket has about a hundred characters.
    const dir = await mkdtemp(join(tmpdir(), 'fs-ssh-'));
    try {
      return await this.connect(target, program, options, dir);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  private async connect(target: TransportTarget, program: string, options: RunOptions, dir: string): Promise<RunEnd> {
    const config = join(dir, 'config');
    this.sockets ??= mkdtemp(join(tmpdir(), 'fs-ssh-'));
    const files = {
      dir,
      sockets: await this.sockets,
      include: this.configs.filter((file) => existsSync(file)),
      connectSeconds: this.limits.connectSeconds,
    };
    await writeFile(config, openSshConfig(target, files), { mode: 0o600 });
    const settings = await this.settings(target, config);
    await writeFile(join(dir, 'known_hosts'), knownHosts(target, namesIn(settings)), { mode: 0o600 });
    const login = `Authenticated to ${settings.get('hostname') ?? target.address} `;
    const bastion = target.jump[0] ? `${target.jump[0].address}:${target.jump[0].port}` : null;
    return new Promise((resolve, reject) => {
      // The gate counts logins, not sessions: it lets the next one in as soon as this one is logged in.
      this.gate
        .pass(
          bastion,
          () =>
            new Promise<void>((loggedIn) => {
              this.session(target, program, options, { config, login, loggedIn })
                .then(resolve, reject)
                .finally(loggedIn);
            }),
        )
        .catch(reject);
    });
  }

  private async session(
    target: TransportTarget,
    program: string,
    options: RunOptions,
    { config, login, loggedIn }: { config: string; login: string; loggedIn: () => void },
  ): Promise<RunEnd> {
    if (options.signal?.aborted) return CANCELLED;
    const command = bootstrapCommand(Buffer.byteLength(program), { become: target.become });
    const child = spawn('ssh', ['-F', config, '-T', '--', target.address, command], {
      detached: true,
      stdio: 'pipe',
      env: this.environment(target),
      cwd: '/',
    });
    let probeStarted = false;
    let head = '';
    const onStderr = (chunk: Buffer): void => {
      if (probeStarted) return;
      head += chunk.toString('utf8');
      if (!`\n${head}`.includes(`\n${login}`)) return;
      probeStarted = true;
      options.onAsk?.();
      loggedIn();
    };
    const limits = this.limits;
    const end = await superviseChild({
      child,
      target,
      program,
      options,
      limits,
      onStderr,
      probeStarted: () => probeStarted,
    });
    if (end.exitStatus === OWN_FAILURE && !end.cancelled) {
      if (!probeStarted) throw openSshError(target, end.stderr);
      throw new TransportError(
        'dropped',
        `The connection to ${target.name} was lost while the probe ran (${withoutTalk(end.stderr).trim().slice(-200)}). What came back until then is kept; the probe ends itself on the host.`,
        { probeStarted },
      );
    }
    return { ...end, stderr: withoutTalk(end.stderr) };
  }

  /** What ssh makes of all configuration files, ours first. */
  private async settings(target: TransportTarget, config: string): Promise<ReadonlyMap<string, string>> {
    try {
      const { stdout } = await run('ssh', ['-G', '-F', config, '--', target.address], {
        env: this.environment(target),
        timeout: ASK_MS,
      });
      return settingsOf(stdout);
    } catch (error) {
      const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
      if (code === 'ENOENT')
        throw new TransportError(
          'unreachable',
          "ssh is not installed here: install OpenSSH's client, or use another transport.",
        );
      throw new TransportError(
        'unreachable',
        `ssh does not take its configuration: ${(stderr ?? '').trim().slice(0, 300)}`,
      );
    }
  }

  /** Nothing that asks a person, and the agent that the host's record means. */
  private environment({ identities }: TransportTarget): NodeJS.ProcessEnv {
    const agent = identities.find((one) => one.kind === 'agent');
    return {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: homedir(),
      SSH_ASKPASS_REQUIRE: 'never',
      ...(agent?.kind === 'agent' ? { SSH_AUTH_SOCK: agent.socket } : {}),
    };
  }
}
