import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './processes';
import { quietly, run } from './shell';

const PROGRAM = join(__dirname, '..', 'workloads', 'slow-disk.py');
/** More than a machine of 32 GB lets be dirty. */
const BYTES = 8 * 1024 ** 3;
/** What outlives a test that was killed ends by itself. */
const LONGEST_SECONDS = 120;

/**
 * A block device that takes its time: a loop over a file of a FUSE file system that answers late. dm-delay, null_blk and nbd
 * are missing from many kernels; loop and FUSE seldom are.
 */
export class SlowDisk {
  private readonly writers: ChildProcess[] = [];
  /** Whoever closes a block device last waits for all that is dirty: this one keeps it open. */
  private readonly keeper: ChildProcess;

  private constructor(
    private readonly point: string,
    private readonly server: ChildProcess,
    readonly device: string,
  ) {
    this.keeper = spawn('sh', ['-c', `exec 9<${device}; exec sleep ${LONGEST_SECONDS}`], { stdio: 'ignore' });
  }

  static async make(name: string, delaySeconds: number): Promise<SlowDisk> {
    const point = `/run/fleetscope-slow-${name}`;
    clean(point);
    mkdirSync(point, { recursive: true });
    const server = spawn('python3', [PROGRAM, point, String(BYTES), String(delaySeconds)], { stdio: 'ignore' });
    try {
      await until('the slow file system', () => existsSync(join(point, 'disk')), 10_000);
      return new SlowDisk(point, server, run(`losetup -f --show ${point}/disk`).trim());
    } catch (error) {
      server.kill('SIGKILL');
      clean(point);
      throw error;
    }
  }

  /** So many at a time, each waiting for the device. */
  writePastTheCache(count: number): void {
    for (let i = 0; i < count; i++) this.write('bs=4k', 'oflag=direct');
  }

  /** As fast as memory takes it, which is much faster than the device. */
  writeToTheCache(): void {
    this.write('bs=1M');
  }

  private write(...how: string[]): void {
    const dd = ['dd', 'if=/dev/zero', `of=${this.device}`, ...how];
    this.writers.push(spawn('timeout', ['-s', 'KILL', String(LONGEST_SECONDS), ...dd], { stdio: 'ignore' }));
  }

  close(): void {
    for (const child of [...this.writers, this.keeper]) child.kill('SIGKILL');
    clean(this.point);
    this.server.kill('SIGKILL');
  }
}

const processes = (is: (pid: string) => boolean): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && is(pid);
    } catch {
      return false; // gone meanwhile
    }
  });

const serves = (point: string) => (pid: string) => {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  return words.includes(PROGRAM) && words.includes(point);
};

const holds = (device: string) => (pid: string) =>
  readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === device);

/** Also what a run that was killed left behind. In haste first: what is dirty must be written before anything can go. */
const clean = (point: string): void => {
  if (!existsSync(point)) return;
  const servers = processes(serves(point));
  for (const pid of servers) quietly(`kill -USR1 ${pid}`);
  const devices = servers.length === 0 ? [] : run(`losetup -nO NAME -j ${point}/disk`).split('\n').filter(Boolean);
  for (const device of devices) {
    for (const pid of processes(holds(device))) quietly(`kill -9 ${pid}`);
    // The loop goes with its last user, which may still be writing.
    quietly(`blockdev --flushbufs ${device}; losetup -d ${device}`);
  }
  quietly(`for try in $(seq 50); do umount ${point} && break; sleep 0.1; done`);
  for (const pid of servers) quietly(`kill -9 ${pid}`);
  quietly(`umount -l ${point}`);
  quietly(`rmdir ${point}`);
};
