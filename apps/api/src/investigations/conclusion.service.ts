import {
  FINAL_RUN_STATES,
  type HostFacts,
  type Labels,
  type LiveEventBody,
  type RunState,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type Prisma, type Run } from '../generated/prisma/client';
import { InsightService, type JudgedRun, PeersService } from '../insight';
import { EventLog } from '../live';
import { Database, type Tx } from '../platform';
import { analysisOf } from './rows';

const FINAL = [...FINAL_RUN_STATES];

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
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly insight: InsightService,
    private readonly peers: PeersService,
  ) {}

  async concludeIfDone(investigation: string): Promise<void> {
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

  private async conclude(tx: Tx, id: string): Promise<void> {
    const { cancelRequested, runbook, createdAt } = await tx.investigation.findUniqueOrThrow({
      where: { id },
      select: { cancelRequested: true, runbook: true, createdAt: true },
    });
    const state = cancelRequested ? 'cancelled' : 'succeeded';
    // Of several runs that end at once, one concludes.
    const { count } = await tx.investigation.updateMany({
      where: { id, state: { in: ['queued', 'running'] } },
      data: { state, endedAt: new Date() },
    });
    if (count === 0) return;
    const runs = await tx.run.findMany({ where: { investigationId: id } });
    const news = await this.heldAgainstPeers(tx, runbook, runs);
    const oddness = this.insight.oddness(runs.map(judgedRun));
    for (const run of runs) {
      const value = oddness.get(run.hostName) ?? null;
      run.oddness = value;
      if (value !== null) await tx.run.update({ where: { id: run.id }, data: { oddness: value } });
    }
    const concluded = runs.map(judgedRun);
    const coverage = this.insight.coverage(concluded);
    const verdict = this.insight.conclude(concluded);
    await tx.investigation.update({ where: { id }, data: { verdict: verdict as unknown as Prisma.InputJsonObject } });
    await this.insight.keepFingerprint(tx, { id, runbook, at: createdAt }, concluded);
    await this.events.append(tx, id, [
      ...news,
      { type: 'investigation', state, coverage, verdict, oddness: Object.fromEntries(oddness) },
    ]);
  }

  /** What the peers add to what was said of the runs. @returns the news for those who watch */
  private async heldAgainstPeers(tx: Tx, runbook: string, runs: readonly Run[]): Promise<LiveEventBody[]> {
    const judged = runs.map((run) => ({ ...judgedRun(run), runId: run.id, facts: run.facts as HostFacts | null }));
    const news = await this.peers.against(runbook, judged);
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
