import { type AgentPolicy, type Lease, type RefusedRunbook } from '@fleetscope/contracts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AgentError, EXIT_REVOKED } from './agent-error';
import { AgentRun } from './agent-run';
import { askClerk, type PreparedErrand } from './ask-clerk';
import { backoffMs, BUSY_BACKOFF, IDLE_BACKOFF, pause } from './backoff';
import { Refusal, type ControlPlaneClient } from './control-plane.client';
import { type Log } from './log';
import { type Errand } from './root-frames';
import { ProbeRunner } from './probe-runner';
import { RootProbe } from './root-probe';
import { VERSION } from './settings';
import { Spool, SpoolBudget } from './spool';

export interface LoopLimits {
  readonly maxRuns: number;
  readonly spoolBytes: number;
  readonly idleWaitMs: number;
  /** With a run in hand: the poll is its heartbeat. */
  readonly busyWaitMs: number;
}

export const LOOP_LIMITS: Omit<LoopLimits, 'spoolBytes'> = { maxRuns: 4, idleWaitMs: 25_000, busyWaitMs: 5_000 };
/** Between two answers that brought no work. */
const LEAST_POLL_MS = 300;
const STOP_MS = 6_000;

const errandOf = ({ runbook, runbookVersion, runbookDigest, signed, parameters }: Lease): Errand => ({
  ...{ runbook, runbookVersion, runbookDigest, signed, parameters },
});

/** A lease that can't be prepared is refused with the reason: whoever asked waits for it. */
const prepared = async (lease: Lease, policy: AgentPolicy): Promise<PreparedErrand | { refused: string }> => {
  try {
    const answer = await askClerk({ kind: 'errand', lease, policy });
    return 'program' in answer || 'refused' in answer ? answer : { refused: 'the errand was not prepared' };
  } catch (error) {
    return { refused: (error as Error).message };
  }
};

/** Asks for runs of this host, one poll after the other; each poll extends the leases of what is in hand. */
export class LeaseLoop {
  private readonly runs = new Map<string, AgentRun>();
  private readonly budget: SpoolBudget;
  private readonly stopping = new AbortController();

  constructor(
    private readonly client: ControlPlaneClient,
    private readonly spoolDir: string,
    private readonly rootSocket: string,
    private readonly policy: AgentPolicy,
    private readonly refused: RefusedRunbook[],
    private readonly log: Log,
    private readonly limits: LoopLimits,
  ) {
    this.budget = new SpoolBudget(limits.spoolBytes);
  }

  /** Until `stop`. @throws AgentError when this agent is not wanted any more. */
  async work(): Promise<void> {
    for (const { runId, fence, dir } of Spool.leftovers(this.spoolDir)) {
      this.log(`run ${runId} was cut off by the end of the last process; sending what there is of it`);
      this.hold({ runId, fence }, dir, (run) => run.deliver('the agent was stopped in mid-run'));
    }
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const began = Date.now();
      try {
        const answer = await this.poll();
        if (failures > 0) this.log('the control plane answers again');
        failures = 0;
        for (const id of answer.gone) this.runs.get(id)?.abandon();
        for (const id of answer.cancel) this.runs.get(id)?.stop();
        if (answer.lease) await this.begin(answer.lease);
        else if (Date.now() - began < LEAST_POLL_MS) await pause(LEAST_POLL_MS, this.stopping.signal);
      } catch (error) {
        if (this.stopping.signal.aborted) break;
        await this.endIfUnwanted(error);
        failures += 1;
        if (failures === 1) this.log(`the control plane can't be reached: ${(error as Error).message}; trying again`);
        await pause(backoffMs(failures, this.runs.size > 0 ? BUSY_BACKOFF : IDLE_BACKOFF), this.stopping.signal);
      }
    }
  }

  /** Takes no more, ends the probes, and gives what they said a moment to arrive. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const run of this.runs.values()) run.stop('the agent was stopped in mid-run');
    for (let waited = 0; this.runs.size > 0 && waited < STOP_MS; waited += 50) await pause(50);
  }

  private poll(): ReturnType<ControlPlaneClient['lease']> {
    const holding = [...this.runs.keys()];
    return this.client.lease(
      {
        version: VERSION,
        holding,
        room: Math.max(0, this.limits.maxRuns - holding.length),
        waitMs: holding.length > 0 ? this.limits.busyWaitMs : this.limits.idleWaitMs,
        skewMs: this.client.skewMs,
        refused: this.refused,
      },
      this.stopping.signal,
    );
  }

  private async begin(lease: Lease): Promise<void> {
    if (this.runs.has(lease.runId)) return;
    const errand = await prepared(lease, this.policy);
    // Nobody else asks for it meanwhile: polls come one after the other.
    const dir = join(this.spoolDir, `${lease.runId}.${lease.fence}`);
    if ('refused' in errand) {
      this.log(`refused run ${lease.runId}: ${errand.refused}`);
      this.hold(lease, dir, (run) => run.refuse(errand.refused));
    } else {
      const socket = errand.needsRoot && existsSync(this.rootSocket) ? this.rootSocket : null;
      this.log(`run ${lease.runId}: ${errand.runbook}${socket === null ? '' : ', by the root half'}`);
      this.hold(lease, dir, (run) =>
        run.carry(
          (onBytes) =>
            socket === null
              ? new ProbeRunner({ text: errand.program, command: errand.command }, onBytes)
              : new RootProbe(socket, errandOf(lease), onBytes),
          lease.deadlineMs,
        ),
      );
    }
  }

  private hold(
    lease: { readonly runId: string; readonly fence: number },
    dir: string,
    work: (run: AgentRun) => Promise<void>,
  ): void {
    const run = new AgentRun(lease, new Spool(dir, this.budget), this.client);
    this.runs.set(lease.runId, run);
    work(run)
      .catch((error: unknown) => this.log(`run ${lease.runId} failed: ${(error as Error).message}`))
      .finally(() => this.runs.delete(lease.runId));
  }

  private async endIfUnwanted(error: unknown): Promise<void> {
    if (!(error instanceof Refusal) || error.status !== 403) return;
    for (const run of this.runs.values()) run.abandon();
    for (let waited = 0; this.runs.size > 0 && waited < STOP_MS; waited += 50) await pause(50);
    throw new AgentError(error.message, EXIT_REVOKED, error.hint ?? undefined);
  }
}
