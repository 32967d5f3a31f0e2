import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform';

/** Marks that schedules make by themselves: those of people are never dropped. */
const BY_SCHEDULE = 'schedule:';

/** What insight keeps of investigations, taken away when its time is over. */
@Injectable()
export class InsightPruning {
  constructor(private readonly database: Database) {}

  /** Investigations that somebody marked: kept whole, whatever their age. */
  async markedByPeople(): Promise<string[]> {
    const rows = await this.database.baselineMark.findMany({
      where: { NOT: { markedBy: { startsWith: BY_SCHEDULE } } },
      select: { investigationId: true },
    });
    return rows.map(({ investigationId }) => investigationId);
  }

  /** All but what feeds the baselines, which has a time of its own. */
  async forget(tx: Tx, ids: readonly string[], runIds: readonly string[]): Promise<void> {
    const of = { investigationId: { in: [...ids] } };
    await tx.fingerprint.deleteMany({ where: of });
    await tx.analysisVersion.deleteMany({ where: of });
    await tx.investigationNote.deleteMany({ where: of });
    await tx.runAnalysis.deleteMany({ where: { runId: { in: [...runIds] } } });
  }

  /** Samples that schedules fed before that. @returns how many rows went */
  async forgetBaselines(before: Date): Promise<number> {
    const [row] = await this.database.$queryRaw<{ count: number }[]>`
      WITH gone AS (
        DELETE FROM baseline_sample s USING baseline_mark m
        WHERE m.investigation_id = s.investigation_id AND s.at < ${before} AND starts_with(m.marked_by, ${BY_SCHEDULE})
        RETURNING s.investigation_id
      ), marks AS (
        DELETE FROM baseline_mark WHERE investigation_id IN (SELECT investigation_id FROM gone)
      ) SELECT count(*)::int AS count FROM gone`;
    return row?.count ?? 0;
  }
}
