import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane } from './control-plane';
import { until } from './processes';

export const AGENT_PROGRAM = join(__dirname, '..', '..', 'apps', 'agent', 'dist', 'fleetscope-agent.cjs');

/** A TCP proxy that can be cut: what is under way stalls or breaks, and nothing new gets through. */
export class CuttableProxy {
  private readonly sockets = new Set<Socket>();
  private cut = false;
  private server: Server | undefined;

  /** @returns its URL; `target` is asked at each connection, so that the server behind it may move. */
  async start(target: () => string): Promise<string> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
      if (this.cut) return; // as a firewall that drops: no answer, no refusal
      let to: URL;
      try {
        to = new URL(target());
      } catch {
        socket.destroy(); // the server is down
        return;
      }
      const onward = connect(Number(to.port), to.hostname);
      this.sockets.add(onward);
      onward.on('error', () => socket.destroy()).on('close', () => (this.sockets.delete(onward), socket.destroy()));
      socket.on('close', () => onward.destroy());
      socket.on('data', (bytes) => this.cut || onward.write(bytes));
      onward.on('data', (bytes) => this.cut || socket.write(bytes));
    });
    this.server = server;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** From now on nothing passes, in either direction. */
  breakNetwork(): void {
    this.cut = true;
  }

  mend(): void {
    this.cut = false;
    this.dropConnections();
  }

  close(): void {
    this.dropConnections();
    this.server?.close();
  }

  private dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** Every process below `pid`, with its command line. */
export const descendants = (pid: number): { pid: number; command: string }[] => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // gone meanwhile
    }
  }
  const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid).map((child) => ({ pid: child, command: commandOf(child) }));
};

/** Empty when it is gone. */
export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

export const isAlive = (pid: number): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};

/** One real agent, started as the printed command starts it. */
export class AgentProcess {
  readonly stateDir = mkdtempSync(join(tmpdir(), 'fleetscope-agent-'));
  private child: ChildProcess | undefined;
  private output = '';
  exitCode: number | null | undefined;

  constructor(
    private readonly server: string,
    private readonly env: Record<string, string> = {},
    private readonly args: string[] = [],
    /** User and group that it runs as. */
    private readonly account: number | null = null,
    /** Command that it is started by, and that waits for it: `nsenter …`. */
    private readonly under: readonly string[] = [],
  ) {}

  /** Enrols it under a name, and waits until the control plane has seen it. */
  async enrol(plane: ControlPlane, name: string, hostClass = 'web'): Promise<void> {
    const { token } = await plane.json<{ token: string }>(['agents', 'enrol', '--name', name, '--class', hostClass]);
    this.start({ FLEETSCOPE_ENROL_TOKEN: token });
    await until(
      `${name} to be online (it said: ${this.output})`,
      async () => {
        const { body } = await plane.api('GET', `/api/v1/agents/${name}`);
        return (body as { state?: string }).state === 'online';
      },
      15_000,
    );
  }

  start(env: Record<string, string> = {}): void {
    this.exitCode = undefined;
    // An account that is nobody's may not read the folder of a clone.
    const program = this.account === null ? AGENT_PROGRAM : join(this.stateDir, 'fleetscope-agent.cjs');
    if (this.account !== null) {
      copyFileSync(AGENT_PROGRAM, program);
      chownSync(this.stateDir, this.account, this.account);
    }
    const command = [process.execPath, program, '--server', this.server, '--state', this.stateDir, ...this.args];
    const [first = '', ...rest] = [...this.under, ...command];
    const child = spawn(first, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...this.env, ...env },
      cwd: '/',
      ...(this.account === null ? {} : { uid: this.account, gid: this.account }),
    });
    this.child = child;
    child.stdout.on('data', (bytes: Buffer) => (this.output += bytes.toString('utf8')));
    child.stderr.on('data', (bytes: Buffer) => (this.output += bytes.toString('utf8')));
    child.once('exit', (code) => (this.exitCode = code));
  }

  get said(): string {
    return this.output;
  }

  get pid(): number {
    const started = this.child?.pid ?? 0;
    return this.under.length === 0 ? started : (descendants(started)[0]?.pid ?? 0);
  }

  /** The probe's processes. */
  get probes(): { pid: number; command: string }[] {
    return descendants(this.pid);
  }

  kill(signal: NodeJS.Signals): void {
    const { pid } = this;
    if (isAlive(pid)) process.kill(pid, signal);
  }

  close(): void {
    this.kill('SIGKILL');
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/** The part of an agent that runs as root, at a socket that one account may use. */
export class RootHalfProcess {
  private readonly dir = mkdtempSync(join(tmpdir(), 'root-half-'));
  readonly socket = join(this.dir, 'root.sock');
  private child: ChildProcess | undefined;

  async start(account: number, policy: string): Promise<void> {
    chmodSync(this.dir, 0o755);
    writeFileSync(join(this.dir, 'policy.yaml'), policy);
    const args = [
      AGENT_PROGRAM,
      '--root-half',
      '--root-socket',
      this.socket,
      '--policy',
      join(this.dir, 'policy.yaml'),
    ];
    this.child = spawn(process.execPath, args, { stdio: 'ignore', cwd: '/' });
    await until('the root half to listen', () => existsSync(this.socket), 10_000);
    chownSync(this.socket, 0, account);
  }

  /** The probe's processes. */
  get probes(): { pid: number; command: string }[] {
    return descendants(this.child?.pid ?? 0);
  }

  close(): void {
    this.child?.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
