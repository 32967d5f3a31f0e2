import { type ChildProcessWithoutNullStreams } from 'node:child_process';
import { BoundedText, type RunEnd, type RunOptions, TransportError, type TransportTarget } from './transport';

export interface ChildLimits {
  /** From closing stdin to a kill of the process group. */
  readonly graceMs: number;
  readonly stderrBytes: number;
}

export interface ChildRun {
  readonly child: ChildProcessWithoutNullStreams;
  readonly target: TransportTarget;
  readonly program: string;
  readonly options: RunOptions;
  readonly limits: ChildLimits;
  readonly onStderr?: (chunk: Buffer) => void;
  /** Whether the probe may have run, when the deadline comes. */
  readonly probeStarted: () => boolean;
}

/**
 * Sends the probe to a child process that leads a session of its own, and waits for its end; stdin is the lifeline. What is left
 * of the group is killed.
 * @throws TransportError when the child can't be started or takes too long
 */
export const superviseChild = (run: ChildRun): Promise<RunEnd> => {
  const { child, target, program, options, limits } = run;
  const stderr = new BoundedText(limits.stderrBytes);
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
      }, limits.graceMs);
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
    child.stderr.on('data', (chunk: Buffer) => {
      stderr.add(chunk);
      run.onStderr?.(chunk);
    });
    child.on('error', (cause) => {
      finish();
      reject(
        new TransportError('unreachable', `${child.spawnfile} could not be started here: ${cause.message}.`, { cause }),
      );
    });
    child.on('close', (exitStatus, signal) => {
      finish();
      killGroup(child);
      const probeStarted = run.probeStarted();
      if (stopped === 'deadline')
        reject(
          new TransportError(
            'timeout',
            `The probe on ${target.name} was ended: it took longer than ${options.deadlineMs} ms.`,
            { probeStarted },
          ),
        );
      else resolve({ exitStatus, signal, stderr: stderr.toString(), cancelled: stopped === 'cancelled' });
    });
    child.stdin.write(program);
  });
};

const killGroup = (child: ChildProcessWithoutNullStreams): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // ESRCH: nothing is left of it, which is what is wanted. EPERM: sudo's; its lifeline is closed.
  }
};
