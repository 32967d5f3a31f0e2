import { type ChildProcess, spawn } from 'node:child_process';

/** What outlives a test that was killed ends by itself. */
const LONGEST_SECONDS = '60';

/** Work for this machine's CPUs, ended with the test. */
export class MachineLoad {
  private readonly children: ChildProcess[] = [];

  /** One thread that runs without end on one CPU. */
  pinned(cpu: number): this {
    return this.start('taskset', '-c', String(cpu), 'timeout', LONGEST_SECONDS, 'sh', '-c', 'while :; do :; done');
  }

  runnable(threads: number): this {
    return this.start('stress-ng', '--cpu', String(threads), '--timeout', LONGEST_SECONDS);
  }

  private start(program: string, ...args: string[]): this {
    // A group of its own: stress-ng has children.
    this.children.push(spawn(program, args, { stdio: 'ignore', detached: true }));
    return this;
  }

  stop(): void {
    for (const { pid } of this.children) {
      try {
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // It had ended.
      }
    }
  }
}
