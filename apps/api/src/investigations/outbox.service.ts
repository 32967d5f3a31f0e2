import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform';

/** Payload: nothing; there is mail. */
export const OUTBOX_CHANNEL = 'fleetscope_outbox';

/** A run to be claimed, and the claim that it has had last: the next one is another job. */
export interface Handout {
  readonly runId: string;
  readonly fence: number;
}

interface Entry extends Handout {
  id: bigint;
}

/**
 * Runs that the queue has yet to hear of, written in the transaction that made them. Whoever dispatches takes entries,
 * hands them to the queue, and only then lets go of them: a crash in between hands them over twice, which the fencing
 * token makes harmless.
 */
@Injectable()
export class Outbox {
  constructor(private readonly database: Database) {}

  async put(tx: Tx, runs: readonly { readonly runId: string; readonly notBefore?: Date }[]): Promise<void> {
    const now = new Date();
    await tx.outbox.createMany({ data: runs.map(({ runId, notBefore = now }) => ({ runId, notBefore })) });
    await tx.$executeRaw`SELECT pg_notify(${OUTBOX_CHANNEL}, '')`;
  }

  /** Calls `hand` with what is due, at most `limit`; entries are gone when it has resolved. */
  async dispatch(limit: number, hand: (entries: Handout[]) => Promise<void>): Promise<number> {
    return this.database.$transaction(
      async (tx) => {
        const due = await tx.$queryRaw<Entry[]>`
          SELECT o.id, o.run_id AS "runId", coalesce(r.fence, 0) AS fence FROM outbox o LEFT JOIN run r ON r.id = o.run_id
          WHERE o.not_before <= now() ORDER BY o.id LIMIT ${limit} FOR UPDATE OF o SKIP LOCKED`;
        if (due.length === 0) return 0;
        await hand(due);
        await tx.outbox.deleteMany({ where: { id: { in: due.map(({ id }) => id) } } });
        return due.length;
      },
      { timeout: 30_000 },
    );
  }
}
