import { type Halt, type Rollout } from '@fleetscope/contracts';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditService } from '../access';
import { Database, ProblemException, Rounds, type Tx } from '../platform';
import { CancelService } from './cancel.service';
import { Outbox } from './outbox.service';
import { nextStep, type RolloutRun } from './rollout';

const EVERY_MS = 500;

/**
 * Lets the runs of a rollout begin, by what the store says of those before them. Nothing is kept in memory: after a
 * restart, or in another process, the same rows give the same answer.
 */
@Injectable()
export class RolloutService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Rollouts');
  private readonly rounds = new Rounds(EVERY_MS, (error) =>
    this.log.warn({ err: error }, 'rollouts were not looked at; tried again'),
  );

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly canceller: CancelService,
    private readonly audit: AuditService,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(() => this.pass());
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async pass(): Promise<void> {
    const open = await this.database.$queryRaw<{ id: string }[]>`
      SELECT i.id FROM investigation i
      WHERE i.state = 'running' AND i.rollout IS NOT NULL AND i.halted IS NULL AND NOT i.cancel_requested
      ORDER BY i.created_at`;
    for (const { id } of open) {
      const reason = await this.step(id);
      if (reason !== null) await this.halt(id, reason);
    }
  }

  /** @returns why it is to be stopped. */
  private step(id: string): Promise<string | null> {
    return this.database.$transaction(
      async (tx) => {
        // One process at a time decides for an investigation: two would let twice as many begin.
        const [row] = await tx.$queryRaw<{ rollout: Rollout }[]>`
          SELECT rollout FROM investigation
          WHERE id = ${id}::uuid AND state = 'running' AND halted IS NULL AND NOT cancel_requested FOR UPDATE SKIP LOCKED`;
        if (!row) return null;
        const next = nextStep(row.rollout, await this.runsOf(tx, id));
        if ('halt' in next) return next.halt;
        if (next.start.length === 0) return null;
        await tx.run.updateMany({ where: { id: { in: [...next.start] } }, data: { heldBack: false } });
        await this.outbox.put(
          tx,
          next.start.map((runId) => ({ runId })),
        );
        return null;
      },
      { timeout: 30_000 },
    );
  }

  private runsOf(tx: Tx, id: string): Promise<RolloutRun[]> {
    return tx.$queryRaw<RolloutRun[]>`
      SELECT r.id, r.host_name AS host, r.host_class AS class, r.host_labels AS labels, r.state,
        r.held_back AS "heldBack", r.cost, coalesce(h.jump, '{}') AS jump
      FROM run r LEFT JOIN host h ON h.id = r.host_id
      WHERE r.investigation_id = ${id}::uuid ORDER BY r.host_name`;
  }

  /** What has not begun never does, and what runs is stopped, as when somebody cancels it. */
  private async halt(id: string, why: string): Promise<void> {
    const halted: Halt = { at: new Date().toISOString(), reason: why };
    try {
      await this.canceller.stop(id, `not started: ${why}`, async (tx) => {
        await tx.investigation.update({ where: { id }, data: { halted: { ...halted } } });
        await this.audit.record('installation', 'investigation.halt', id, 'done', { why }, tx);
      });
    } catch (error) {
      // It ended at that very moment.
      if (!(error instanceof ProblemException)) throw error;
    }
  }
}
