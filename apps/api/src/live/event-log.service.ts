import { type LiveEvent, type LiveEventBody } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Database, PostgresBus, storableJson, type Tx } from '../platform';

/** Payload: `investigation id:last sequence number`. */
export const EVENTS_CHANNEL = 'fleetscope_events';

/** Postgres's integer: nothing comes after it, and it takes nothing greater. */
const MAX_SEQ = 2_147_483_647;

/**
 * The event log: every change of an investigation, numbered without gaps in commit order. Append in the transaction that
 * makes the change; subscribers hear of it when that commits.
 */
@Injectable()
export class EventLog {
  constructor(
    private readonly database: Database,
    private readonly bus: PostgresBus,
  ) {}

  /** @returns the number of the last event appended. */
  async append(tx: Tx, investigation: string, bodies: readonly LiveEventBody[]): Promise<number> {
    const [counter] = await tx.$queryRaw<{ seq: number }[]>`
      INSERT INTO event_counter (investigation_id, seq) VALUES (${investigation}::uuid, ${bodies.length})
      ON CONFLICT (investigation_id) DO UPDATE SET seq = event_counter.seq + ${bodies.length}
      RETURNING seq`;
    const last = counter?.seq ?? 0;
    const first = last - bodies.length + 1;
    await tx.$executeRaw`
      INSERT INTO event_log (investigation_id, seq, at, body)
      SELECT ${investigation}::uuid, ${first} + (n - 1), now(), body::jsonb
      FROM unnest(${bodies.map((body) => storableJson(body))}::text[]) WITH ORDINALITY AS given(body, n)`;
    await this.bus.notify(EVENTS_CHANNEL, `${investigation}:${last}`, tx);
    return last;
  }

  /** The number an investigation stands at, as this transaction sees it. */
  async position(investigation: string, tx: Tx = this.database): Promise<number> {
    const row = await tx.eventCounter.findUnique({ where: { investigationId: investigation } });
    return row?.seq ?? 0;
  }

  /** The number an investigation stands at stays: what comes later has the next ones. */
  async forget(tx: Tx, investigations: readonly string[]): Promise<void> {
    await tx.eventLog.deleteMany({ where: { investigationId: { in: [...investigations] } } });
  }

  /** Of investigations that are to be no more. */
  async drop(tx: Tx, investigations: readonly string[]): Promise<void> {
    await this.forget(tx, investigations);
    await tx.eventCounter.deleteMany({ where: { investigationId: { in: [...investigations] } } });
  }

  /** Events after `since`, in order, at most `limit`. */
  async after(investigation: string, since: number, limit: number): Promise<LiveEvent[]> {
    const rows = await this.database.eventLog.findMany({
      where: { investigationId: investigation, seq: { gt: Math.min(since, MAX_SEQ) } },
      orderBy: { seq: 'asc' },
      take: limit,
    });
    return rows.map((row) => ({ ...(row.body as object), seq: row.seq, at: row.at.toISOString() }) as LiveEvent);
  }
}
