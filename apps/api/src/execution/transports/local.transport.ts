import { bootstrapCommand } from '@fleetscope/runbooks';
import { spawn } from 'node:child_process';
import { type ChildLimits, superviseChild } from './child-run';
import { type RunEnd, type RunOptions, type Transport, type TransportTarget } from './transport';

const DEFAULT_LIMITS: ChildLimits = { graceMs: 4000, stderrBytes: 65_536 };

/**
 * Runs the probe on the control plane's own machine. The child leads a session of its own; its stdin is the lifeline,
 * so it ends too when this process is killed.
 */
export class LocalTransport implements Transport {
  constructor(
    private readonly limits: ChildLimits = DEFAULT_LIMITS,
    private readonly env: NodeJS.ProcessEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  ) {}

  run(target: TransportTarget, program: string, options: RunOptions): Promise<RunEnd> {
    if (options.signal?.aborted)
      return Promise.resolve({ exitStatus: null, signal: null, stderr: '', cancelled: true });
    // `exec`: the probe's shell is the leader of the group then, and takes no other session.
    const command = `exec ${bootstrapCommand(Buffer.byteLength(program), { become: target.become })}`;
    const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'pipe', env: this.env, cwd: '/' });
    options.onAsk?.();
    return superviseChild({ child, target, program, options, limits: this.limits, probeStarted: () => true });
  }
}
