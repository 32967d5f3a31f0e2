import { type Identity } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../access';
import { EventLog } from '../live';
import { Database, notFound, ProblemException, type Tx } from '../platform';
import { ConclusionService } from './conclusion.service';

/** Payload: the investigation's id. */
export const CANCEL_CHANNEL = 'fleetscope_cancel';

/** Cancels what waits at once, and tells the workers of what runs. */
@Injectable()
export class CancelService {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly audit: AuditService,
    private readonly conclusion: ConclusionService,
  ) {}

  async cancel(id: string, caller: Identity): Promise<void> {
    await this.stop(id, `cancelled by ${caller.name} before it started`, async (tx) => {
      await tx.approval.updateMany({
        where: { investigationId: id, state: 'awaiting' },
        data: { state: 'withdrawn', decidedBy: caller.name, decidedAt: new Date() },
      });
      await this.audit.record(caller.name, 'investigation.cancel', id, 'done', {}, tx);
    });
  }

  /** `reason` is what the runs say that have not begun; `also` joins the transaction. @throws 404, 409 when it has ended */
  async stop(id: string, reason: string, also: (tx: Tx) => Promise<void>): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.investigation.updateMany({
        where: { id, state: { in: ['queued', 'running'] } },
        data: { cancelRequested: true },
      });
      if (count === 0) {
        const found = await tx.investigation.findUnique({ where: { id }, select: { state: true } });
        if (!found) throw notFound(`investigation ${id}`);
        throw new ProblemException(409, `investigation ${id} has ended already: ${found.state}`);
      }
      const waiting = await tx.run.findMany({
        where: { investigationId: id, state: 'queued' },
        select: { id: true, hostName: true, attempt: true },
      });
      const endedAt = new Date();
      await tx.run.updateMany({
        where: { id: { in: waiting.map((run) => run.id) }, state: 'queued' },
        data: { state: 'cancelled', reason, endedAt, fence: { increment: 1 } },
      });
      if (waiting.length > 0) {
        await this.events.append(
          tx,
          id,
          waiting.map((run) => ({
            type: 'run' as const,
            runId: run.id,
            host: run.hostName,
            state: 'cancelled' as const,
            reason,
            attempt: run.attempt,
            startedAt: null,
            endedAt: endedAt.toISOString(),
            cost: null,
          })),
        );
      }
      await also(tx);
      // Workers that run it hear of it when this commits.
      await tx.$executeRaw`SELECT pg_notify(${CANCEL_CHANNEL}, ${id})`;
    });
    await this.conclusion.concludeIfDone(id);
  }
}
