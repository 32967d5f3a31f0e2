import { MaskedFrames } from '@fleetscope/runbooks';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { type Probe, type ProbeEnd } from './probe';

/** The compiled program, and the one command that reads it from stdin. */
export interface Program {
  readonly text: string;
  readonly command: string;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MAX_STDERR = 4_000;

/** One probe under way. Its stdin is its lifeline: closed by us, or by our death, it ends all that it started. */
export class ProbeRunner implements Probe {
  private readonly child: ChildProcessWithoutNullStreams;
  private killTimer: NodeJS.Timeout | undefined;
  private stderr = '';
  readonly ended: Promise<ProbeEnd>;

  constructor(
    { text, command }: Program,
    onBytes: (bytes: Buffer) => void,
    private readonly graceMs = 3_500,
  ) {
    // `exec`: the probe's shell leads the group that this child leads, and takes no other session.
    const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
      detached: true,
      stdio: 'pipe',
      env: { PATH },
      cwd: '/',
    });
    this.child = child;
    child.stdin.on('error', () => undefined); // EPIPE: the probe ended first, which its exit tells
    // No secret of the host's processes leaves it.
    const mask = new MaskedFrames();
    child.stdout.on('data', (bytes: Buffer) => onBytes(mask.push(bytes)));
    child.stderr.on('data', (bytes: Buffer) => {
      if (this.stderr.length < MAX_STDERR) this.stderr = (this.stderr + bytes.toString('utf8')).slice(0, MAX_STDERR);
    });
    this.ended = new Promise((done) => {
      child.once('error', (error) =>
        done({ exitStatus: null, signal: null, stderr: `a shell could not be started: ${error.message}` }),
      );
      child.once('close', (exitStatus, signal) => {
        clearTimeout(this.killTimer);
        onBytes(mask.end());
        this.killGroup();
        done({ exitStatus, signal, stderr: this.stderr });
      });
    });
    child.stdin.write(text);
  }

  /** Closes the lifeline; what does not end by that is killed. */
  stop(): void {
    if (this.killTimer) return;
    this.child.stdin.end();
    this.killTimer = setTimeout(() => {
      this.killGroup();
      // A task in uninterruptible sleep would keep the pipes open for ever.
      this.child.stdout.destroy();
      this.child.stderr.destroy();
    }, this.graceMs);
  }

  pause(): void {
    this.child.stdout.pause();
  }

  resume(): void {
    this.child.stdout.resume();
  }

  private killGroup(): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // ESRCH: nothing is left of it, which is what is wanted.
    }
  }
}
