import { type AgentPolicy, signedRunbookSchema } from '@fleetscope/contracts';
import { type LoadedRunbook } from '@fleetscope/runbooks';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { prepareErrand } from './errand';
import { type Log } from './log';
import { ProbeRunner } from './probe-runner';
import { type Errand, frame, MAX_ERRAND, type RootEnd } from './root-frames';

const errandSchema = z.strictObject({
  runbook: z.string().max(64),
  runbookVersion: z.int(),
  runbookDigest: z.string().max(128),
  signed: signedRunbookSchema.optional(),
  parameters: z.record(z.string().max(64), z.union([z.string().max(4096), z.number()])),
}) satisfies z.ZodType<Errand>;

export interface RootHalfLimits {
  readonly maxProbes: number;
  /** From a connection to its errand. */
  readonly askMs: number;
}

const LIMITS: RootHalfLimits = { maxProbes: 4, askMs: 5_000 };
/** Connecting, and noticing the end, beside the probe's own deadline. */
const CONTACT_MS = 5_000;
/** The first descriptor that systemd passes to a socket's service; see sd_listen_fds(3). */
const PASSED_SOCKET = 3;

/**
 * What runs as root: takes runbooks of its own catalogue by id, version and parameters over a local socket, compiles them itself,
 * by the policy of this host, and runs them. It reads no network, and nobody can give it a program. Who may connect is for the
 * socket's owner and mode to say.
 */
export class RootHalf {
  private readonly server: Server;
  private probes = 0;

  constructor(
    private readonly policy: AgentPolicy,
    private readonly runbooks: readonly LoadedRunbook[],
    private readonly log: Log,
    private readonly limits: RootHalfLimits = LIMITS,
  ) {
    // Half-open: the agent closes its side to end a probe, and still reads what that says.
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.serve(socket));
  }

  /** At a path, or (null) at the socket that systemd has opened for us. */
  async listen(path: string | null): Promise<void> {
    await new Promise<void>((done, fail) => {
      this.server.once('error', fail);
      if (path === null) this.server.listen({ fd: PASSED_SOCKET }, done);
      else {
        rmSync(path, { force: true });
        this.server.listen(path, () => {
          chmodSync(path, 0o660);
          done();
        });
      }
    });
  }

  private serve(socket: Socket): void {
    const timer = setTimeout(() => socket.destroy(), this.limits.askMs);
    let asked = '';
    const onAsk = (bytes: Buffer): void => {
      asked += bytes.toString('utf8');
      const end = asked.indexOf('\n');
      if (end === -1 && asked.length <= MAX_ERRAND) return;
      clearTimeout(timer);
      socket.off('data', onAsk);
      this.begin(socket, end === -1 ? '' : asked.slice(0, end));
    };
    socket.on('error', () => undefined); // 'close' follows
    socket.on('data', onAsk);
    socket.once('close', () => clearTimeout(timer));
  }

  private begin(socket: Socket, line: string): void {
    const prepared = this.prepare(line);
    if ('refused' in prepared) {
      this.log(`refused: ${prepared.refused}`);
      finish(socket, { exitStatus: null, signal: null, stderr: '', refused: prepared.refused });
      return;
    }
    this.probes += 1;
    this.log(`runs ${prepared.probe.runbook} as root`);
    const runner = new ProbeRunner({ text: prepared.probe.program, command: prepared.command }, (bytes) => {
      if (!socket.destroyed && !socket.write(frame('O', bytes))) runner.pause();
    });
    const deadline = setTimeout(() => runner.stop(), prepared.probe.deadlineMs + CONTACT_MS);
    socket.on('drain', () => runner.resume());
    // The lifeline: whatever comes or closes on it, the agent's part is over.
    socket.on('data', () => runner.stop());
    socket.on('end', () => runner.stop());
    socket.on('close', () => {
      runner.stop();
      runner.resume();
    });
    void runner.ended.then((end) => {
      clearTimeout(deadline);
      this.probes -= 1;
      finish(socket, { ...end, refused: null });
    });
  }

  private prepare(line: string): ReturnType<typeof prepareErrand> {
    if (this.probes >= this.limits.maxProbes)
      return { refused: `the root half has ${this.limits.maxProbes} probes in hand already` };
    let given: unknown;
    try {
      given = JSON.parse(line);
    } catch {
      return { refused: 'what was asked of the root half is no JSON' };
    }
    const errand = errandSchema.safeParse(given);
    if (!errand.success) return { refused: 'what was asked of the root half is no errand' };
    return prepareErrand(errand.data, this.policy, this.runbooks);
  }
}

const finish = (socket: Socket, end: RootEnd): void => {
  if (!socket.destroyed) socket.end(frame('E', Buffer.from(JSON.stringify(end))));
};
