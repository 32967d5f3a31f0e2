import { bootstrapCommand } from '@fleetscope/runbooks';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  BoundedText,
  type RunEnd,
  type RunOptions,
  type Transport,
  TransportError,
  type TransportTarget,
} from './transport';

export interface LocalLimits {
  /** From closing stdin to a kill of the process group. */
  readonly graceMs: number;
  readonly stderrBytes: number;
}

const DEFAULT_LIMITS: LocalLimits = { graceMs: 4000, stderrBytes: 65_536 };

/**
 * Runs the probe on the control plane's own machine. The child leads a session of its own; its stdin is the lifeline,
 * so it ends too when this process is killed.
 */
export class LocalTransport implements Transport {
  constructor(
    private readonly limits: LocalLimits = DEFAULT_LIMITS,
    private readonly env: NodeJS.ProcessEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  ) {}

  run(target: TransportTarget, program: string, options: RunOptions): Promise<RunEnd> {
    if (options.signal?.aborted)
      return Promise.resolve({ exitStatus: null, signal: null, stderr: '', cancelled: true });
    // `exec`: the probe's shell is the leader of the group then, and takes no other session.
    const command = `exec ${bootstrapCommand(Buffer.byteLength(program), { become: target.become })}`;
    const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'pipe', env: this.env, cwd: '/' });
    return this.supervise(child, target, program, options);
  }

  private supervise(
    child: ChildProcessWithoutNullStreams,
    target: TransportTarget,
    program: string,
    options: RunOptions,
  ): Promise<RunEnd> {
    const stderr = new BoundedText(this.limits.stderrBytes);
    return new Promise((resolve, reject) => {
      let stopped: 'cancelled' | 'deadline' | null = null;
      let killTimer: NodeJS.Timeout | undefined;
      const stop = (why: 'cancelled' | 'deadline'): void => {
        if (stopped !== null) return;
        stopped = why;
        child.stdin.end();
        killTimer = setTimeout(() => {
          killGroup(child);
          // A task in uninterruptible sleep would keep the pipes open for ever.
          child.stdout.destroy();
          child.stderr.destroy();
        }, this.limits.graceMs);
      };
      const deadline = setTimeout(() => stop('deadline'), options.deadlineMs);
      const onAbort = (): void => stop('cancelled');
      options.signal?.addEventListener('abort', onAbort, { once: true });
      const finish = (): void => {
        clearTimeout(deadline);
        clearTimeout(killTimer);
        options.signal?.removeEventListener('abort', onAbort);
      };
      child.stdin.on('error', () => undefined); // EPIPE: the probe ended first, which its exit tells
      child.stdout.on('data', (chunk: Buffer) => options.onBytes(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
      child.on('error', (cause) => {
        finish();
        reject(new TransportError('unreachable', `A shell could not be started here: ${cause.message}.`, { cause }));
      });
      child.on('close', (exitStatus, signal) => {
        finish();
        killGroup(child);
        if (stopped === 'deadline')
          reject(
            new TransportError(
              'timeout',
              `The probe on ${target.name} was ended: it took longer than ${options.deadlineMs} ms.`,
              {
                probeStarted: true,
              },
            ),
          );
        else resolve({ exitStatus, signal, stderr: stderr.toString(), cancelled: stopped === 'cancelled' });
      });
      options.onAsk?.();
      child.stdin.write(program);
    });
  }
}

const killGroup = (child: ChildProcessWithoutNullStreams): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // ESRCH: nothing is left of it, which is what is wanted. EPERM: sudo's; its lifeline is closed.
  }
};
