import { agentRunEndSchema, type AgentRunEnd, type Chunk, type Lease, type SignedRunbook } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type Prisma } from '../generated/prisma/client';
import { Database, type PostgresBus, ProblemException, type Tx } from '../platform';
import { CatalogueService } from '../runbooks';
import { LEASE_MS } from './lease-time';

/** Payload: a host's id; something waits for its agent. */
export const HOST_CHANNEL = 'fleetscope_agent_host';
/** Payload: a run's id; its lease changed, or bytes came. */
export const LEASE_CHANNEL = 'fleetscope_agent_lease';

export const wakeHost = (bus: PostgresBus, hostId: string): Promise<void> => bus.notify(HOST_CHANNEL, hostId);

/** A run that is to be carried out by the agent of its host. */
export interface Errand {
  readonly runId: string;
  readonly fence: number;
  readonly hostId: string;
  readonly runbook: string;
  readonly runbookVersion: number;
  readonly runbookDigest: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly deadline: Date;
}

export interface LeaseStatus {
  readonly state: 'open' | 'taken' | 'ended' | 'closed';
  readonly leasedUntil: Date | null;
  /** Chunks below it have arrived. */
  readonly nextSeq: number;
  readonly end: AgentRunEnd | null;
}

interface TakenRow {
  run_id: string;
  fence: number;
  runbook: string;
  runbook_version: number;
  runbook_digest: string;
  signed: SignedRunbook | null;
  parameters: Record<string, string | number>;
  deadline: Date;
}

const over = (): ProblemException =>
  new ProblemException(409, 'the lease of this run is over: nothing more of it is wanted', {
    hint: 'end the probe and forget the run',
  });
const until = (): Date => new Date(Date.now() + LEASE_MS);

/**
 * Leases of runs that agents carry out, and the bytes they send. The worker that holds a run opens its lease and closes
 * it; an agent takes it, extends it, and shows its fence with every chunk. The fence is the run's when the lease was
 * opened, so a worker that takes over in mid-run goes on with the same lease, and a run that is tried again has another.
 */
@Injectable()
export class LeasesService {
  constructor(
    private readonly database: Database,
    private readonly catalogue: CatalogueService,
  ) {}

  /** @returns the fence that the agent shows: of this lease, or of the one that is under way for the run already. */
  async open(errand: Errand): Promise<number> {
    return this.database.$transaction(async (tx) => {
      const parameters = JSON.stringify(errand.parameters);
      const own = this.catalogue.signed(errand.runbook);
      const signed = own && JSON.stringify(own);
      const opened = await tx.$queryRaw<{ fence: number }[]>`
        INSERT INTO agent_lease (run_id, fence, host_id, runbook, runbook_version, runbook_digest, signed, parameters,
          deadline)
        VALUES (${errand.runId}::uuid, ${errand.fence}, ${errand.hostId}::uuid, ${errand.runbook}, ${errand.runbookVersion},
                ${errand.runbookDigest}, ${signed}::jsonb, ${parameters}::jsonb, ${errand.deadline})
        ON CONFLICT (run_id) DO UPDATE SET fence = EXCLUDED.fence, state = 'open', agent_id = NULL, cancel = false,
          leased_until = NULL, next_seq = 0, "end" = NULL, deadline = EXCLUDED.deadline
        WHERE agent_lease.state = 'closed' RETURNING fence`;
      if (opened[0]) {
        await tx.$executeRaw`SELECT pg_notify(${HOST_CHANNEL}, ${errand.hostId})`;
        return opened[0].fence;
      }
      // While nobody was there to be asked, the agent could not extend it either.
      await tx.agentLease.updateMany({
        where: { runId: errand.runId, state: 'taken' },
        data: { leasedUntil: until() },
      });
      return (await tx.agentLease.findUniqueOrThrow({ where: { runId: errand.runId } })).fence;
    });
  }

  /** True while an agent has it, may take it, or has sent all of it and nobody has read it yet. */
  async isUnderWay(runId: string): Promise<boolean> {
    return (await this.database.agentLease.count({ where: { runId, state: { not: 'closed' } } })) > 0;
  }

  async status(runId: string, fence: number): Promise<LeaseStatus | null> {
    const row = await this.database.agentLease.findFirst({ where: { runId, fence } });
    if (!row) return null;
    const { state, leasedUntil, nextSeq } = row;
    return {
      state: state as LeaseStatus['state'],
      leasedUntil,
      nextSeq,
      end: row.end === null ? null : agentRunEndSchema.parse(row.end),
    };
  }

  async chunks(
    runId: string,
    fence: number,
    from: number,
    limit: number,
  ): Promise<{ seq: number; bytes: Uint8Array }[]> {
    return this.database.agentChunk.findMany({
      where: { runId, fence, seq: { gte: from } },
      orderBy: { seq: 'asc' },
      take: limit,
      select: { seq: true, bytes: true },
    });
  }

  /** Takes back what no agent has taken. False: one has. */
  async withdraw(runId: string, fence: number): Promise<boolean> {
    const { count } = await this.database.agentLease.updateMany({
      where: { runId, fence, state: 'open' },
      data: { state: 'closed' },
    });
    return count === 1;
  }

  /** Asks the agent to end the probe; what it sends until then is kept. */
  async cancel(runId: string, fence: number, hostId: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      await tx.agentLease.updateMany({ where: { runId, fence, state: 'taken' }, data: { cancel: true } });
      await tx.$executeRaw`SELECT pg_notify(${HOST_CHANNEL}, ${hostId})`;
    });
  }

  /** Nothing more is taken from the agent. */
  async close(runId: string, fence: number): Promise<void> {
    await this.database.agentLease.updateMany({ where: { runId, fence }, data: { state: 'closed' } });
  }

  /** The run has ended, and what it brought is stored elsewhere. */
  async forget(runId: string): Promise<void> {
    const { count } = await this.database.agentLease.deleteMany({ where: { runId } });
    if (count > 0) await this.database.agentChunk.deleteMany({ where: { runId } });
  }

  /** Leases that a crash left behind after their run had ended. */
  async purge(before: Date): Promise<void> {
    const stale = await this.database.agentLease.findMany({
      where: { deadline: { lt: before } },
      select: { runId: true },
      take: 500,
    });
    for (const { runId } of stale) await this.forget(runId);
  }

  // ── the agent's side ─────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * The oldest run that waits for the host's agent. One that this agent was given and knows nothing of is given again:
   * the answer that told of it was lost.
   */
  async take(agentId: string, hostId: string, holding: readonly string[]): Promise<Lease | null> {
    const rows = await this.database.$queryRaw<TakenRow[]>`
      UPDATE agent_lease SET state = 'taken', agent_id = ${agentId}::uuid, leased_until = ${until()}
      WHERE run_id = (
        SELECT run_id FROM agent_lease
        WHERE host_id = ${hostId}::uuid AND NOT cancel AND deadline > ${new Date()}
          AND (state = 'open' OR (state = 'taken' AND agent_id = ${agentId}::uuid AND next_seq = 0
                                  AND NOT (run_id = ANY(${[...holding]}::uuid[]))))
        ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING run_id, fence, runbook, runbook_version, runbook_digest, signed, parameters, deadline`;
    const row = rows[0];
    if (!row) return null;
    return {
      runId: row.run_id,
      fence: row.fence,
      runbook: row.runbook,
      runbookVersion: row.runbook_version,
      runbookDigest: row.runbook_digest,
      ...(row.signed && { signed: row.signed }),
      parameters: row.parameters,
      deadlineMs: Math.max(1_000, row.deadline.getTime() - Date.now()),
    };
  }

  /** Extends what the agent has in hand. */
  async renew(agentId: string, holding: readonly string[]): Promise<{ cancel: string[]; gone: string[] }> {
    if (holding.length === 0) return { cancel: [], gone: [] };
    const rows = await this.database.$queryRaw<{ run_id: string; cancel: boolean }[]>`
      UPDATE agent_lease SET leased_until = ${until()}
      WHERE agent_id = ${agentId}::uuid AND state IN ('taken', 'ended') AND run_id = ANY(${[...holding]}::uuid[])
      RETURNING run_id, cancel`;
    return {
      cancel: rows.filter(({ cancel }) => cancel).map(({ run_id }) => run_id),
      gone: holding.filter((id) => !rows.some(({ run_id }) => run_id === id)),
    };
  }

  /** Keeps a chunk; a repeated one changes nothing. @returns the number to go on with. @throws 409 when the lease is over. */
  async keep(agentId: string, runId: string, { fence, seq, end }: Chunk, bytes: Uint8Array): Promise<number> {
    return this.database.$transaction(async (tx: Tx) => {
      const held = await tx.$queryRaw<{ next_seq: number; state: string }[]>`
        UPDATE agent_lease SET leased_until = ${until()}
        WHERE run_id = ${runId}::uuid AND agent_id = ${agentId}::uuid AND fence = ${fence} AND state IN ('taken', 'ended')
        RETURNING next_seq, state`;
      const lease = held[0];
      if (!lease) throw over();
      if (lease.state === 'ended' || seq !== lease.next_seq) return lease.next_seq;
      if (bytes.length > 0) await tx.agentChunk.create({ data: { runId, fence, seq, bytes: new Uint8Array(bytes) } });
      await tx.agentLease.update({
        where: { runId },
        data: { nextSeq: seq + 1, ...(end ? { state: 'ended', end: end as Prisma.InputJsonObject } : {}) },
      });
      await tx.$executeRaw`SELECT pg_notify(${LEASE_CHANNEL}, ${runId})`;
      return seq + 1;
    });
  }
}
