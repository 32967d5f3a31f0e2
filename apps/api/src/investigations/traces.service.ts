import { Injectable } from '@nestjs/common';
import { type Investigation, type Run } from '../generated/prisma/client';
import { Database } from '../platform';
import { type RunTiming } from './run-ledger';

/** What ended longer ago, nobody looks for any more. */
const RECENT_MS = 86_400_000;

export type EndedForTrace = Omit<Investigation, 'endedAt'> & {
  endedAt: Date;
  runs: (Pick<
    Run,
    'id' | 'hostName' | 'hostClass' | 'state' | 'reason' | 'attempt' | 'startedAt' | 'endedAt' | 'imported'
  > & {
    timing: RunTiming | null;
  })[];
};

/** Hands out each investigation that has ended once, to whoever exports it. */
@Injectable()
export class InvestigationTraces {
  constructor(private readonly database: Database) {}

  async takeEnded(limit: number): Promise<EndedForTrace[]> {
    const taken = await this.database.$queryRaw<{ id: string }[]>`
      UPDATE investigation SET traced_at = now() WHERE id IN (
        SELECT id FROM investigation
        WHERE created_at > ${new Date(Date.now() - RECENT_MS)} AND traced_at IS NULL
          AND verdict IS NOT NULL AND ended_at IS NOT NULL
        ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) RETURNING id`;
    const rows = await this.database.investigation.findMany({
      where: { id: { in: taken.map(({ id }) => id) } },
      include: {
        runs: {
          select: {
            ...{ id: true, hostName: true, hostClass: true, state: true, reason: true, attempt: true },
            ...{ startedAt: true, endedAt: true, imported: true, timing: true },
          },
        },
      },
    });
    return rows.flatMap(({ endedAt, runs, ...row }) =>
      endedAt === null
        ? []
        : [{ ...row, endedAt, runs: runs.map((run) => ({ ...run, timing: run.timing as RunTiming | null })) }],
    );
  }
}
