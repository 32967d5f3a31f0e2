import {
  FINAL_RUN_STATES,
  type Halt,
  type HostFacts,
  type Labels,
  type LiveEventBody,
  type RunState,
  type Verdict,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type Prisma, type Run } from '../generated/prisma/client';
import { Conclusions, InsightService, type JudgedRun, PeersService } from '../insight';
import { EventLog } from '../live';
import { Database, Turns, type Tx } from '../platform';
import { endingRuns } from './ending-runs';
import { analysisOf } from './rows';

const FINAL = [...FINAL_RUN_STATES];
/**
 * How hosts are set up is compared on the thread that answers requests: in an investigation of more, those rules stay
 * unknown rather than hold the others up.
 */
const MAX_PEERS = 2_000;
/** Investigations that are concluded at the same time: each takes a connection of the store, and a thread's time. */
const AT_ONCE = 4;

/** That it was stopped comes before what the hosts say that had answered by then. */
const saidWhy = (verdict: Verdict, halted: Halt | null): Verdict =>
  halted ? { ...verdict, summary: `stopped: ${halted.reason}; ${verdict.summary}` } : verdict;

/** A run as judgement takes it. */
export const judgedRun = (run: Run): JudgedRun => ({
  host: run.hostName,
  hostClass: run.hostClass,
  labels: run.hostLabels as Labels,
  facts: run.facts as HostFacts | null,
  state: run.state as RunState,
  reason: run.reason,
  analysis: analysisOf(run),
  oddness: run.oddness,
  headline: run.headline as JudgedRun['headline'],
});

/** Ends an investigation when its last run has ended: peers, verdict, one event. */
@Injectable()
export class ConclusionService {
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly insight: InsightService,
    private readonly conclusions: Conclusions,
    private readonly peers: PeersService,
  ) {}

  /**
   * Hundreds of runs that end in one commit ask for this at once. Each that went on would hold a connection while it waits
   * for the row, and the one that has the row would find none left to read with.
   */
  concludeIfDone(investigation: string): Promise<void> {
    return this.turns.take(investigation, () => this.look(investigation));
  }

  private async look(investigation: string): Promise<void> {
    const open = await this.database.run.findFirst({
      where: { investigationId: investigation, state: { notIn: FINAL } },
      select: { id: true },
    });
    if (open) return;
    await this.database.$transaction(async (tx) => this.conclude(tx, investigation), {
      timeout: 60_000,
      maxWait: 30_000,
    });
  }

  /** Investigations whose last run ended that long ago, and which nobody has concluded: who was about to is gone. */
  async left(ageMs: number): Promise<string[]> {
    const before = new Date(Date.now() - ageMs);
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT i.id FROM investigation i
      WHERE i.state IN ('queued', 'running') AND i.created_at < ${before}
        AND EXISTS (SELECT 1 FROM run r WHERE r.investigation_id = i.id)
        AND NOT EXISTS (SELECT 1 FROM run r WHERE r.investigation_id = i.id
          AND (r.state <> ALL(${FINAL}::text[]) OR coalesce(r.ended_at, now()) > ${before}))`;
    return rows.map(({ id }) => id);
  }

  private async conclude(tx: Tx, id: string): Promise<void> {
    const { cancelRequested, runbook, createdAt, halted } = await tx.investigation.findUniqueOrThrow({
      where: { id },
      select: { cancelRequested: true, runbook: true, createdAt: true, halted: true },
    });
    const state = cancelRequested ? 'cancelled' : 'succeeded';
    // Of several runs that end at once, one concludes.
    const { count } = await tx.investigation.updateMany({
      where: { id, state: { in: ['queued', 'running'] } },
      data: { state, endedAt: new Date() },
    });
    if (count === 0) return;
    const size = await tx.run.count({ where: { investigationId: id } });
    const news = size <= MAX_PEERS ? await this.heldAgainstPeers(tx, id, runbook) : [];
    const { coverage, hosts, oddness, fingerprint, ...concluded } = await this.conclusions.of(size, () =>
      endingRuns(tx, id),
    );
    const verdict = saidWhy(concluded.verdict, halted as Halt | null);
    await tx.$executeRaw`
      UPDATE run SET oddness = odd.oddness FROM unnest(${hosts}::text[], ${oddness}::float8[]) AS odd(host, oddness)
      WHERE run.investigation_id = ${id}::uuid AND run.host_name = odd.host`;
    await tx.investigation.update({
      where: { id },
      data: { verdict: verdict as unknown as Prisma.InputJsonObject, endedAt: new Date() },
    });
    await this.insight.keepFingerprint(tx, { id, runbook, at: createdAt }, fingerprint);
    await this.events.append(tx, id, [
      ...news,
      {
        type: 'investigation',
        state,
        coverage,
        verdict,
        oddness: Object.fromEntries(hosts.map((host, i) => [host, oddness[i] ?? 0])),
      },
    ]);
  }

  /** What the peers add to what was said of the runs. @returns the news for those who watch */
  private async heldAgainstPeers(tx: Tx, id: string, runbook: string): Promise<LiveEventBody[]> {
    const runs = await tx.run.findMany({ where: { investigationId: id } });
    const judged = runs.map((run) => ({ ...judgedRun(run), runId: run.id, facts: run.facts as HostFacts | null }));
    const news = await this.peers.against(tx, runbook, judged);
    const events: LiveEventBody[] = [];
    for (const run of runs) {
      const analysis = news.get(run.id);
      if (!analysis) continue;
      run.analysis = analysis as unknown as Prisma.JsonValue;
      await tx.run.update({
        where: { id: run.id },
        data: { analysis: analysis as unknown as Prisma.InputJsonObject },
      });
      const { use, findings } = analysis;
      events.push({ type: 'analysis', runId: run.id, host: run.hostName, use, findings, oddness: run.oddness });
    }
    return events;
  }
}
