import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { commandOf, descendants, isAlive } from './agent-process';
import { type ControlPlane } from './control-plane';
import { until } from './processes';
import { quietly, run } from './shell';
import { startSshd, type Sshd } from './sshd';

const PORT = 2222;

/** Command that runs what it is followed by in namespaces of its own; `ip netns exec` mounts a /sys of the network's. */
const isolatedIn = (ns: string): string[] => [
  ...['ip', 'netns', 'exec', ns, 'unshare', '-p', '-m', '-u', '--fork', '--kill-child', '--mount-proc'],
];
/** The kernel's log is the machine's: what happened to others before would be found on every host. */
const named = (name: string): string[] => [`hostname ${name}`, 'mount --bind /usr/bin/true /usr/bin/dmesg'];

/** PID 1 of a host without a service: it outlives what runs there, and reaps what that leaves behind. */
const INIT = `import os, time
while True:
    try:
        os.wait()
    except ChildProcessError:
        time.sleep(0.05)`;

/** A host that nobody can log in to: what runs there is started under `under`. */
export interface BareHost {
  readonly address: string;
  readonly under: readonly string[];
  /** This side's end of its cable. */
  readonly link: string;
  /** Runs a command in its network. */
  inNetwork(command: string): void;
  /** Command lines of what runs there beside its init. */
  processes(): string[];
}

/**
 * Hosts of their own network, PID, mount and UTS namespaces with /proc and /sys mounted anew, joined by a bridge. They share
 * the kernel: CPU, memory and disk figures are the machine's, sockets and network counters are the host's.
 */
export class NamespacedFleet {
  private readonly sshds: Sshd[] = [];
  private readonly children: ChildProcess[] = [];
  private readonly undo: string[] = [];
  private readonly bridge: string;

  /** `subnet` keeps test files apart: hosts are 10.77.<subnet>.N, this side is .1. */
  constructor(private readonly subnet: number) {
    this.bridge = `fsbr${subnet}`;
    this.clean();
    run(
      `ip link add ${this.bridge} type bridge; ip addr add ${this.address(1)}/24 dev ${this.bridge}; ip link set ${this.bridge} up`,
    );
  }

  address(n: number): string {
    return `10.77.${this.subnet}.${n}`;
  }

  private namespace(n: number): string {
    return `fsp-${this.subnet}-${n}`;
  }

  /** @returns the namespace's name. */
  private cable(n: number): string {
    const ns = this.namespace(n);
    const [outer, inner] = [this.link(n), `fsi${this.subnet}x${n}`];
    run(`ip netns add ${ns}
      ip link add ${outer} type veth peer name ${inner} netns ${ns}
      ip link set ${outer} master ${this.bridge} up
      ip netns exec ${ns} ip link set lo up
      ip netns exec ${ns} ip addr add ${this.address(n)}/24 dev ${inner}
      ip netns exec ${ns} ip link set ${inner} up`);
    return ns;
  }

  private link(n: number): string {
    return `fso${this.subnet}x${n}`;
  }

  /** `prepare` runs in the host's namespaces before its sshd starts; what it leaves in the background ends with the host. */
  async host(n: number, name: string, prepare: readonly string[] = []): Promise<Sshd> {
    const ns = this.cable(n);
    const sshd = await startSshd({
      address: this.address(n),
      port: PORT,
      keyTypes: ['ed25519'],
      under: isolatedIn(ns),
      prepare: [...named(name), ...prepare],
    });
    this.sshds.push(sshd);
    return sshd;
  }

  async bare(n: number, name: string): Promise<BareHost> {
    const ns = this.cable(n);
    const script = `${named(name).join(' && ')} && exec python3 -c '${INIT}'`;
    const [program = '', ...args] = [...isolatedIn(ns), 'sh', '-c', script];
    const child = spawn(program, args, { stdio: 'ignore' });
    this.children.push(child);
    // Once the shell that prepared it has become it.
    const init = (): number => {
      const [first] = descendants(child.pid ?? 0);
      return first?.command.startsWith('sh ') === false ? first.pid : 0;
    };
    await until(`${name} to be there`, () => init() > 0, 5_000);
    const pid = init();
    return {
      address: this.address(n),
      under: ['nsenter', '--target', String(pid), '--net', '--pid', '--mount', '--uts'],
      link: this.link(n),
      inNetwork: (command) => void run(`ip netns exec ${ns} ${command}`),
      processes: () =>
        run(`ip netns pids ${ns}`)
          .split('\n')
          .map(Number)
          .filter((other) => isAlive(other) && other !== child.pid && other !== pid)
          .map((other) => `${other} ${commandOf(other)}`),
    };
  }

  /** A program on this side of the bridge, ended with the fleet. */
  python(script: string): void {
    this.children.push(spawn('python3', ['-c', script], { stdio: 'ignore' }));
  }

  /** On this side; `back` takes it back. */
  change(command: string, back: string): void {
    this.undo.push(back);
    run(command);
  }

  async enrol(plane: ControlPlane, name: string, n: number, sshd: Sshd): Promise<void> {
    const target = ['--address', this.address(n), '--port', String(PORT), '--identity', join(sshd.dir, 'user')];
    const added = await plane.cli(['hosts', 'add', name, ...target, '--user', 'root', '--class', 'web']);
    const trusted = added.status === 0 ? await plane.cli(['hosts', 'trust', name, '--yes']) : added;
    if (trusted.status !== 0) throw new Error(trusted.stderr);
  }

  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
    for (const sshd of this.sshds) sshd.stop();
    for (const back of [...this.undo].reverse()) quietly(back);
    this.clean();
  }

  /** Also what a run that was killed left behind. */
  private clean(): void {
    const { subnet, bridge } = this;
    quietly(
      `for ns in $(ip netns list | sed -n 's/^\\(fsp-${subnet}-[0-9]*\\).*/\\1/p'); do
        ip netns pids $ns | xargs -r kill -9 || true
        ip netns del $ns || true
      done`,
    );
    // A namespace goes when its last process has gone, and holds its end of a pair until then.
    quietly(
      `for link in $(ip -o link | sed -n 's/^[0-9]*: \\(fso${subnet}x[0-9]*\\)@.*/\\1/p'); do ip link del $link || true; done`,
    );
    quietly(`ip link del ${bridge}`);
  }
}

/** A script for the background of a host: `sh` ends nothing of it, the end of its PID namespace does. */
export const inBackground = (script: string): string =>
  `{ python3 -c '${script.replaceAll("'", `'\\''`)}' >/dev/null 2>&1 </dev/null & }`;
