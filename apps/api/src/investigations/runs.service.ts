import {
  FINAL_RUN_STATES,
  type HostAnalysis,
  type Labels,
  type LiveEventBody,
  type ParameterValues,
  type RunState,
  type RunStepView,
} from '@fleetscope/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { type Investigation, Prisma, type Run } from '../generated/prisma/client';
import { Database, RUNTIME, type Runtime, type Tx } from '../platform';
import { ConclusionService } from './conclusion.service';
import { type Handout, Outbox } from './outbox.service';
import { RunLedger, type RunPatch } from './run-ledger';

/** How long a claim stands without a heartbeat. */
export const LEASE_MS = 20_000;
/** How soon a heavy run asks again whether its host is free. */
const HEAVY_RETRY_MS = 2_000;
const FINAL = [...FINAL_RUN_STATES];

/** What a worker needs to carry out a run it claimed. */
export interface RunTask {
  readonly runId: string;
  readonly investigation: string;
  readonly fence: number;
  readonly attempt: number;
  readonly hostId: string | null;
  readonly hostName: string;
  readonly hostClass: string;
  readonly labels: Labels;
  readonly runbook: string;
  readonly parameters: ParameterValues;
  readonly deadline: Date;
  /** Its output was brought by hand: the host is not to be contacted for it. */
  readonly imported: boolean;
  /** Whatever is left of its host's budget, it goes on. */
  readonly despiteBudget: boolean;
}

/** A run that is to be ended by somebody else than its worker. */
export interface Overdue {
  readonly id: string;
  readonly state: 'expired' | 'cancelled';
  readonly why: string;
}

/** What a worker knows of its run when it reports; the event carries it. */
export interface RunReport {
  readonly task: RunTask;
  readonly patch: RunPatch;
  readonly startedAt: Date | null;
  readonly changedSteps?: readonly RunStepView[];
  readonly analysis?: HostAnalysis;
  readonly also?: (tx: Tx) => Promise<void>;
}

/** The life of runs: claimed, reported on, given back, ended. Every write shows the fencing token of its claim. */
@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly ledger: RunLedger,
    private readonly outbox: Outbox,
    private readonly conclusion: ConclusionService,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  /** Compare-and-set: null when the run isn't there to be had (claimed, cancelled, over). */
  async claim(runId: string): Promise<RunTask | null> {
    try {
      return await this.take(runId);
    } catch (error) {
      if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')) throw error;
      // The store lets one heavy run at a time on a host: it waits for the other, and its investigation's time goes on.
      await this.giveBack(await this.task(runId), 'waits: another heavy runbook runs on this host', HEAVY_RETRY_MS);
      return null;
    }
  }

  private async take(runId: string): Promise<RunTask | null> {
    const leasedUntil = new Date(Date.now() + LEASE_MS);
    const { count } = await this.database.run.updateMany({
      where: {
        id: runId,
        state: 'queued',
        heldBack: false,
        // One that awaits approval is `queued` itself.
        investigation: { state: 'running', cancelRequested: false, deadline: { gt: new Date() } },
      },
      data: {
        state: 'leased',
        worker: this.runtime.worker,
        leasedUntil,
        fence: { increment: 1 },
        attempt: { increment: 1 },
      },
    });
    return count === 1 ? this.task(runId) : null;
  }

  /** A run that a killed process of this worker's name held: taken under a new fence, to be ended with what it left. */
  async reclaim(runId: string): Promise<RunTask | null> {
    const { count } = await this.database.run.updateMany({
      where: { id: runId, worker: this.runtime.worker, state: { in: ['leased', 'running'] } },
      data: { leasedUntil: new Date(Date.now() + LEASE_MS), fence: { increment: 1 } },
    });
    return count === 1 ? this.task(runId) : null;
  }

  /** A run whose worker is gone, to be gone on with: null when somebody else took it, or its worker extends it yet. */
  async seize(runId: string): Promise<RunTask | null> {
    const { count } = await this.database.run.updateMany({
      where: { id: runId, state: { in: ['leased', 'running'] }, leasedUntil: { lt: new Date() } },
      data: { worker: this.runtime.worker, leasedUntil: new Date(Date.now() + LEASE_MS), fence: { increment: 1 } },
    });
    return count === 1 ? this.task(runId) : null;
  }

  /** Runs that this worker's name holds: at start, those a killed process left behind. */
  async held(): Promise<{ id: string; state: string }[]> {
    return this.database.run.findMany({
      where: { worker: this.runtime.worker, state: { in: ['leased', 'running'] } },
      select: { id: true, state: true },
    });
  }

  async heartbeat(runIds: readonly string[]): Promise<void> {
    await this.database.run.updateMany({
      where: { id: { in: [...runIds] }, worker: this.runtime.worker, state: { in: ['leased', 'running'] } },
      data: { leasedUntil: new Date(Date.now() + LEASE_MS) },
    });
  }

  /** Which of these runs are to stop: their investigation was cancelled or its time is up. */
  async toStop(runIds: readonly string[]): Promise<{ id: string; why: 'cancelled' | 'expired' }[]> {
    if (runIds.length === 0) return [];
    const rows = await this.database.run.findMany({
      where: {
        id: { in: [...runIds] },
        investigation: { OR: [{ cancelRequested: true }, { deadline: { lte: new Date() } }] },
      },
      select: { id: true, investigation: { select: { cancelRequested: true } } },
    });
    return rows.map((row) => ({ id: row.id, why: row.investigation.cancelRequested ? 'cancelled' : 'expired' }));
  }

  /** False when the claim was lost: whoever holds it now reports. */
  async report({ task, patch, startedAt, changedSteps = [], analysis, also }: RunReport): Promise<boolean> {
    const events: LiveEventBody[] = changedSteps.map((step) => ({
      type: 'step',
      runId: task.runId,
      host: task.hostName,
      step,
    }));
    if (analysis) {
      events.push({
        type: 'analysis',
        runId: task.runId,
        host: task.hostName,
        use: analysis.use,
        findings: analysis.findings,
        oddness: null,
      });
    }
    if (patch.state !== undefined) events.push(this.runEvent(task, patch.state, patch, startedAt));
    const held = await this.ledger.write({
      runId: task.runId,
      investigation: task.investigation,
      fence: task.fence,
      patch: { ...patch, ...(analysis ? { analysis } : {}) },
      events,
      ...(also ? { also } : {}),
    });
    if (held && patch.state !== undefined && FINAL_RUN_STATES.has(patch.state))
      await this.conclusion.concludeIfDone(task.investigation);
    return held;
  }

  /** Back to the queue, to be tried again not before `delayMs` from now. Only for what never reached the host. */
  async giveBack(task: RunTask, reason: string, delayMs: number): Promise<void> {
    const notBefore = new Date(Date.now() + delayMs);
    await this.ledger.write({
      runId: task.runId,
      investigation: task.investigation,
      fence: task.fence,
      patch: { state: 'queued', reason },
      events: [this.runEvent(task, 'queued', { reason }, null)],
      also: (tx) => this.outbox.put(tx, [{ runId: task.runId, notBefore }]),
    });
  }

  /** Runs that say they wait but that no queue may know of: older than `ageMs`, due, not in the outbox. */
  async forgotten(ageMs: number, limit: number): Promise<Handout[]> {
    return this.database.$queryRaw<Handout[]>`
      SELECT r.id AS "runId", r.fence FROM run r JOIN investigation i ON i.id = r.investigation_id
      WHERE r.state = 'queued' AND NOT r.imported AND NOT r.held_back AND i.state = 'running' AND NOT i.cancel_requested AND i.created_at < ${new Date(Date.now() - ageMs)}
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.run_id = r.id)
      LIMIT ${limit}`;
  }

  /**
   * Runs whose worker stopped extending its lease, runs whose investigation's time is up, and runs that came back to
   * the queue when their investigation had been cancelled.
   */
  async overdue(graceMs: number): Promise<Overdue[]> {
    const before = new Date(Date.now() - graceMs);
    const rows = await this.database.$queryRaw<{ id: string; cancelled: boolean; lapsed: boolean }[]>`
      SELECT r.id, (r.state = 'queued' AND i.cancel_requested) AS cancelled, (r.state <> 'queued' AND r.leased_until < ${before}) AS lapsed
      FROM run r JOIN investigation i ON i.id = r.investigation_id
      WHERE (r.state IN ('leased', 'running') AND r.leased_until < ${before})
         OR (r.state IN ('queued', 'leased', 'running') AND i.deadline < ${before})
         OR (r.state = 'queued' AND i.cancel_requested)`;
    return rows.map(({ id, cancelled, lapsed }) => {
      if (cancelled) return { id, state: 'cancelled', why: 'cancelled before it could be tried again' };
      const why = lapsed
        ? 'the worker that held it is gone'
        : 'the time of the investigation was up before it could run';
      return { id, state: 'expired', why };
    });
  }

  /** Concludes what should have been concluded that long ago. */
  async concludeLeft(ageMs: number): Promise<void> {
    for (const id of await this.conclusion.left(ageMs)) await this.conclusion.concludeIfDone(id);
  }

  /** Ends a run nobody works on. */
  async expire(runId: string, reason: string, state: 'expired' | 'cancelled' = 'expired'): Promise<void> {
    const { count } = await this.database.run.updateMany({
      where: { id: runId, state: { notIn: FINAL } },
      data: { worker: null, fence: { increment: 1 } },
    });
    const task = count === 1 ? await this.task(runId) : null;
    if (task) await this.report({ task, patch: { state, reason, endedAt: new Date() }, startedAt: null });
  }

  private runEvent(task: RunTask, state: RunState, patch: RunPatch, startedAt: Date | null): LiveEventBody {
    return {
      type: 'run',
      runId: task.runId,
      host: task.hostName,
      state,
      reason: patch.reason ?? null,
      attempt: task.attempt,
      startedAt: startedAt?.toISOString() ?? null,
      endedAt: patch.endedAt?.toISOString() ?? null,
      cost: patch.cost ?? null,
    };
  }

  private async task(runId: string): Promise<RunTask> {
    const { investigation, ...run }: Run & { investigation: Investigation } = await this.database.run.findUniqueOrThrow(
      { where: { id: runId }, include: { investigation: true } },
    );
    return {
      runId,
      investigation: run.investigationId,
      fence: run.fence,
      attempt: run.attempt,
      hostId: run.hostId,
      hostName: run.hostName,
      hostClass: run.hostClass,
      labels: run.hostLabels as Labels,
      runbook: investigation.runbook,
      parameters: investigation.parameters as ParameterValues,
      deadline: investigation.deadline,
      imported: run.imported,
      despiteBudget: investigation.despiteBudget || run.startedAt !== null,
    };
  }
}
