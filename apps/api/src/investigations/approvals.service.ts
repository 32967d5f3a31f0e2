import { type Identity } from '@fleetscope/contracts';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditService } from '../access';
import { type Approval } from '../generated/prisma/client';
import { EventLog } from '../live';
import { Database, notFound, ProblemException, Rounds, type Tx } from '../platform';
import { CancelService } from './cancel.service';
import { Outbox } from './outbox.service';
import { coverageOfWaiting } from './rows';

const EVERY_MS = 1_000;

type Awaited = Approval & { investigation: { requestedBy: string } };

/** Two people for what is wide or costly: one asks, another agrees or not; nothing is queued before, and not for ever. */
@Injectable()
export class ApprovalsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Approvals');
  private readonly rounds = new Rounds(EVERY_MS, (error) =>
    this.log.warn({ err: error }, 'approvals were not looked at; tried again'),
  );

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly events: EventLog,
    private readonly audit: AuditService,
    private readonly canceller: CancelService,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(() => this.expire());
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  /** Ids of the investigations that wait, the oldest first. */
  async awaiting(): Promise<string[]> {
    const rows = await this.database.approval.findMany({
      where: { state: 'awaiting', expiresAt: { gt: new Date() } },
      orderBy: { requestedAt: 'asc' },
      select: { investigationId: true },
    });
    return rows.map(({ investigationId }) => investigationId);
  }

  /** What was asked for starts, on the hosts that it selected when it was. @throws 403 to who asked, 404, 409 */
  async approve(id: string, reason: string, caller: Identity): Promise<void> {
    const approval = await this.open(id, caller, 'approval.approve');
    await this.database.$transaction(async (tx) => {
      await this.decide(tx, id, { state: 'approved', decidedBy: caller.name, reason });
      const now = new Date();
      await tx.investigation.update({
        where: { id },
        data: { state: 'running', startedAt: now, deadline: new Date(now.getTime() + approval.allowedMs) },
      });
      const runs = await tx.run.findMany({
        where: { investigationId: id, state: 'queued' },
        select: { id: true, heldBack: true },
      });
      await this.outbox.put(
        tx,
        runs.flatMap((run) => (run.heldBack ? [] : [{ runId: run.id }])),
      );
      const coverage = coverageOfWaiting(runs.length);
      await this.events.append(tx, id, [
        { type: 'investigation', state: 'running', coverage, verdict: null, oddness: null },
      ]);
      await this.audit.record(caller.name, 'approval.approve', id, 'done', { reason }, tx);
    });
  }

  /** @throws 403 to who asked, 404, 409 */
  async reject(id: string, reason: string, caller: Identity): Promise<void> {
    await this.open(id, caller, 'approval.reject');
    await this.canceller.stop(id, `rejected by ${caller.name}: ${reason}`, async (tx) => {
      await this.decide(tx, id, { state: 'rejected', decidedBy: caller.name, reason });
      await this.audit.record(caller.name, 'approval.reject', id, 'done', { reason }, tx);
    });
  }

  private async expire(): Promise<void> {
    const late = await this.database.approval.findMany({
      where: { state: 'awaiting', expiresAt: { lte: new Date() } },
      select: { investigationId: true, expiresAt: true },
      take: 20,
    });
    for (const { investigationId: id, expiresAt } of late) {
      const reason = `nobody approved it until ${expiresAt.toISOString()}`;
      await this.canceller
        .stop(id, reason, async (tx) => {
          await this.decide(tx, id, { state: 'expired', decidedBy: null, reason });
          await this.audit.record('installation', 'approval.expire', id, 'done', {}, tx);
        })
        // Another process was faster, or somebody decided at that very moment.
        .catch((error: unknown) => {
          if (!(error instanceof ProblemException)) throw error;
        });
    }
  }

  /** Who asked must not be who agrees, by whichever token or session, nor under the same name. */
  private async open(id: string, caller: Identity, doing: string): Promise<Awaited> {
    const approval = await this.database.approval.findUnique({
      where: { investigationId: id },
      include: { investigation: { select: { requestedBy: true } } },
    });
    if (!approval)
      throw notFound(`request ${id} that awaits approval`, '`fleetscope approvals list` shows those there are');
    if (approval.requester === caller.id || approval.investigation.requestedBy === caller.name) {
      await this.audit.record(caller.name, doing, id, 'denied', { why: 'asked for it' });
      throw new ProblemException(403, `${caller.name} asked for this: another commander must decide`);
    }
    return approval;
  }

  /** Compare-and-set: of several who decide at once, one does. */
  private async decide(
    tx: Tx,
    id: string,
    decision: { state: 'approved' | 'rejected' | 'expired'; decidedBy: string | null; reason: string },
  ): Promise<void> {
    const now = new Date();
    const { count } = await tx.approval.updateMany({
      where: {
        investigationId: id,
        state: 'awaiting',
        ...(decision.state === 'expired' ? {} : { expiresAt: { gt: now } }),
      },
      data: { ...decision, decidedAt: now },
    });
    if (count === 1) return;
    const { state } = await tx.approval.findUniqueOrThrow({ where: { investigationId: id }, select: { state: true } });
    throw new ProblemException(
      409,
      `this request does not await approval: it is ${state === 'awaiting' ? 'expired' : state}`,
    );
  }
}
