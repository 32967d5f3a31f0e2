import { type RetainedKind } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../access';
import { Prisma } from '../generated/prisma/client';
import { Database, notFound, type Tx } from '../platform';

/** What of an investigation goes at a time of its own. */
export interface Prunable {
  readonly id: string;
  readonly runIds: string[];
}

/** Investigations whose data is past its time, and those that are kept whatever their age. */
@Injectable()
export class InvestigationPruning {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** Ended ones that are older than that and have this kind yet, oldest first; none that are held or in `except`. */
  async due(kind: RetainedKind, before: Date, except: readonly string[], limit: number): Promise<Prunable[]> {
    return this.database.$queryRaw<Prunable[]>`
      SELECT i.id, coalesce(array_agg(r.id) FILTER (WHERE r.id IS NOT NULL), '{}') AS "runIds"
      FROM (
        SELECT id FROM investigation
        WHERE created_at < ${before} AND ended_at IS NOT NULL AND hold IS NULL
          AND NOT (${kind} = ANY(pruned)) AND id <> ALL(${[...except]}::uuid[])
        ORDER BY created_at LIMIT ${limit}
      ) i LEFT JOIN run r ON r.investigation_id = i.id GROUP BY i.id`;
  }

  async markPruned(tx: Tx, ids: readonly string[], kind: RetainedKind): Promise<void> {
    await tx.$executeRaw`UPDATE investigation SET pruned = array_append(pruned, ${kind}) WHERE id = ANY(${[...ids]}::uuid[])`;
  }

  async remove(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.investigation.deleteMany({ where: { id: { in: [...ids] } } });
  }

  /** Runs of what is held, and of these. */
  async keptRuns(kept: readonly string[]): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT r.id FROM run r JOIN investigation i ON i.id = r.investigation_id
      WHERE i.hold IS NOT NULL OR i.id = ANY(${[...kept]}::uuid[])`;
    return rows.map(({ id }) => id);
  }

  /** Kept whatever its age; null lets it go with the others. @throws 404 */
  async setHold(id: string, why: string | null, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const hold = why === null ? Prisma.DbNull : { why, by: actor, at: new Date().toISOString() };
      const { count } = await tx.investigation.updateMany({ where: { id }, data: { hold } });
      if (count === 0) throw notFound(`investigation ${id}`);
      const detail = why === null ? {} : { why };
      await this.audit.record(
        actor,
        why === null ? 'investigation.release' : 'investigation.hold',
        id,
        'done',
        detail,
        tx,
      );
    });
  }
}
