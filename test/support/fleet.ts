import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane } from './control-plane';
import { startSshd, type Sshd } from './sshd';

const PORT = 2222;
const SYSSTAT = ['mpstat', 'pidstat', 'iostat', 'sar'];

/**
 * Hosts on loopback addresses, each with an sshd of its own: healthy ones, and one for each way in which a host can
 * disappoint. Every process of a login carries `marker` in its environment.
 */
export class TestFleet {
  readonly marker: string;
  private readonly sshds: Sshd[] = [];
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly dir = mkdtempSync(join(tmpdir(), 'fleet-'));

  /** `subnet` keeps test files apart: hosts are 127.1.<subnet>.N. */
  constructor(private readonly subnet: number) {
    this.marker = `FLEETSCOPE_TEST=${process.pid}.${subnet}`;
  }

  address(n: number): string {
    return `127.1.${this.subnet}.${n}`;
  }

  async healthy(n: number): Promise<Sshd> {
    return this.keep(
      await startSshd({ address: this.address(n), port: PORT, keyTypes: ['ed25519'], marker: this.marker }),
    );
  }

  /** Its account finds no sysstat: the binaries are covered in a mount namespace of the host's own. */
  async withoutSysstat(n: number): Promise<Sshd> {
    const covers = SYSSTAT.map((tool) => `mount --bind /dev/null /usr/bin/${tool}`);
    return this.keep(
      await startSshd({
        address: this.address(n),
        port: PORT,
        keyTypes: ['ed25519'],
        marker: this.marker,
        prepare: covers,
      }),
    );
  }

  /** Its vmstat prints nothing, never ends, and ignores TERM. */
  async withHangingTool(n: number): Promise<Sshd> {
    const hang = join(this.dir, 'hanging-vmstat');
    writeFileSync(hang, "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n");
    chmodSync(hang, 0o755);
    return this.keep(
      await startSshd({
        address: this.address(n),
        port: PORT,
        keyTypes: ['ed25519'],
        marker: this.marker,
        prepare: [`mount --bind ${hang} /usr/bin/vmstat`],
      }),
    );
  }

  /** Accepts connections and says nothing, ever. */
  async silent(n: number): Promise<void> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((done) => server.listen(PORT, this.address(n), done));
    this.servers.push(server);
  }

  async enrol(plane: ControlPlane, name: string, n: number, sshd: Sshd | null, hostClass = 'web'): Promise<void> {
    // A host that lets nobody in needs a key to try all the same.
    const identity = ['--identity', join((sshd ?? this.sshds[0])?.dir ?? '', 'user')];
    const added = await plane.cli([
      'hosts',
      'add',
      name,
      '--address',
      this.address(n),
      '--port',
      String(PORT),
      ...identity,
      '--user',
      'root',
      '--class',
      hostClass,
    ]);
    if (added.status !== 0) throw new Error(added.stderr);
  }

  async enrolAndTrust(plane: ControlPlane, name: string, n: number, sshd: Sshd, hostClass = 'web'): Promise<void> {
    await this.enrol(plane, name, n, sshd, hostClass);
    const trusted = await plane.cli(['hosts', 'trust', name, '--yes']);
    if (trusted.status !== 0) throw new Error(trusted.stderr);
  }

  /** Kills the connections of one host from its own side, as a crash or a reboot would. */
  cutConnections(sshd: Sshd): number {
    const listed = execFileSync('pgrep', ['-P', String(sshd.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .filter(Boolean);
    for (const pid of listed) spawn('kill', ['-9', pid]);
    return listed.length;
  }

  close(): void {
    for (const sshd of this.sshds) sshd.stop();
    for (const socket of this.sockets) socket.destroy();
    for (const server of this.servers) server.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  private keep(sshd: Sshd): Sshd {
    this.sshds.push(sshd);
    return sshd;
  }
}
