import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs of test/workloads, compiled with frame pointers, running until they are stopped. */
export class Workloads {
  private readonly dir = mkdtempSync(join(tmpdir(), 'workload-'));
  private readonly children: ChildProcess[] = [];

  /** @returns its process id */
  start(name: 'split' | 'waits'): number {
    const binary = join(this.dir, name);
    const source = join(__dirname, '..', 'workloads', `${name}.c`);
    execFileSync('cc', ['-O1', '-g', '-fno-omit-frame-pointer', '-pthread', '-o', binary, source]);
    return this.keep(spawn(binary, [], { stdio: 'ignore' }));
  }

  /** A script of Node in a network namespace. */
  inNamespace(namespace: string, script: string): number {
    return this.keep(spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', script], { stdio: 'ignore' }));
  }

  stop(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }

  private keep(child: ChildProcess): number {
    this.children.push(child);
    if (child.pid === undefined) throw new Error('the workload did not start');
    return child.pid;
  }
}

/**
 * Two network namespaces joined by a veth pair, `ADDRESS.1` and `ADDRESS.2`. The second drops a part of what arrives: drops
 * in the sender's own output would show as local errors, not as retransmits.
 */
export class LossyPair {
  readonly sender: string;
  readonly receiver: string;

  constructor(
    name: string,
    readonly address: string,
  ) {
    this.sender = `${name}-a`;
    this.receiver = `${name}-b`;
    // What a run that was killed left behind.
    for (const left of [this.sender, this.receiver]) spawnSync('ip', ['netns', 'del', left]);
    this.ip(`netns add ${this.sender}`, `netns add ${this.receiver}`);
    this.ip(`link add ${name}a netns ${this.sender} type veth peer name ${name}b netns ${this.receiver}`);
    for (const [namespace, device, host] of [
      [this.sender, `${name}a`, 1],
      [this.receiver, `${name}b`, 2],
    ] as const) {
      this.ip(
        `-n ${namespace} addr add ${address}.${host}/24 dev ${device}`,
        `-n ${namespace} link set ${device} up`,
        `-n ${namespace} link set lo up`,
      );
    }
  }

  drop(probability: number): void {
    this.run(this.receiver, [
      'iptables',
      '-A',
      'INPUT',
      '-p',
      'tcp',
      '-m',
      'statistic',
      '--mode',
      'random',
      '--probability',
      String(probability),
      '-j',
      'DROP',
    ]);
  }

  /** Segmentation offload of both ends. */
  offload(state: 'on' | 'off'): void {
    for (const [namespace, suffix] of [
      [this.sender, 'a'],
      [this.receiver, 'b'],
    ] as const)
      this.run(namespace, [
        'ethtool',
        '-K',
        `${this.sender.slice(0, -2)}${suffix}`,
        'tso',
        state,
        'gso',
        state,
        'gro',
        state,
      ]);
  }

  /** The namespace's number, as it stands in /proc/PID/ns/net. */
  get number(): number {
    return Number(/\[([0-9]+)\]/.exec(this.run(this.sender, ['readlink', '/proc/self/ns/net']))?.[1]);
  }

  /** The kernel's own count of segments sent again, since the namespace began. */
  get retransmitted(): number {
    const rows = this.run(this.sender, ['cat', '/proc/net/snmp'])
      .split('\n')
      .filter((line) => line.startsWith('Tcp:'));
    const place = (rows[0] ?? '').split(' ').indexOf('RetransSegs');
    return Number((rows[1] ?? '').split(' ')[place]);
  }

  close(): void {
    this.ip(`netns del ${this.sender}`, `netns del ${this.receiver}`);
  }

  private ip(...commands: string[]): void {
    for (const command of commands) execFileSync('ip', command.split(' '), { stdio: 'pipe' });
  }

  private run(namespace: string, argv: string[]): string {
    return execFileSync('ip', ['netns', 'exec', namespace, ...argv], { encoding: 'utf8', stdio: 'pipe' });
  }
}
