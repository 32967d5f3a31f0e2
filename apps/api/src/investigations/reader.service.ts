import {
  ANSWERED_RUN_STATES,
  type InvestigationSnapshot,
  type InvestigationView,
  type Report,
  type RunDetail,
  type Verdict,
} from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Run } from '../generated/prisma/client';
import { InsightService, type EndedInvestigation, type EndedRun } from '../insight';
import { EventLog, Snapshots } from '../live';
import { Database, notFound } from '../platform';
import { judgedRun } from './conclusion.service';
import { reportOf } from './report';
import { analysisOf, clockOf, factsOf, investigationView, runSummary } from './rows';

const endedRun = (run: Run): EndedRun => ({
  ...judgedRun(run),
  runId: run.id,
  facts: factsOf(run),
  at: run.startedAt,
});

/** Investigations and runs as their readers see them. */
@Injectable()
export class InvestigationReader implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly insight: InsightService,
    private readonly snapshots: Snapshots,
  ) {}

  onModuleInit(): void {
    this.snapshots.provide((id) => this.snapshot(id));
  }

  async list(limit: number, before: Date | null): Promise<InvestigationView[]> {
    const rows = await this.database.investigation.findMany({
      where: before ? { createdAt: { lt: before } } : {},
      orderBy: { createdAt: 'desc' },
      take: limit,
      include: { runs: { omit: { analysis: true, steps: true, headline: true } } },
    });
    return rows.map(({ runs, ...row }) =>
      investigationView(
        row,
        this.insight.coverage(runs.map((run) => judgedRun({ ...run, analysis: null, headline: null, steps: [] }))),
      ),
    );
  }

  async view(id: string): Promise<InvestigationView> {
    const snapshot = await this.snapshot(id);
    if (!snapshot) throw notFound(`investigation ${id}`);
    return snapshot.investigation;
  }

  /** An empty list is an answer about something that is there. @throws 404. */
  async mustExist(what: 'investigation' | 'run', id: string): Promise<void> {
    const where = { where: { id }, select: { id: true } };
    const found = await (what === 'run'
      ? this.database.run.findUnique(where)
      : this.database.investigation.findUnique(where));
    if (!found) throw notFound(`${what} ${id}`);
  }

  /** Host names by run. @throws 404. */
  async runHosts(id: string): Promise<Map<string, string>> {
    await this.mustExist('investigation', id);
    const runs = await this.database.run.findMany({
      where: { investigationId: id },
      select: { id: true, hostName: true },
    });
    return new Map(runs.map((run) => [run.id, run.hostName]));
  }

  /** Everything as it stands at one event of the log; null when there is no such investigation. */
  async snapshot(id: string): Promise<InvestigationSnapshot | null> {
    return this.database.$transaction(
      async (tx) => {
        const seq = await this.events.position(id, tx);
        const row = await tx.investigation.findUnique({
          where: { id },
          include: { runs: { orderBy: { hostName: 'asc' } } },
        });
        if (!row) return null;
        const { runs, ...investigation } = row;
        const coverage = this.insight.coverage(runs.map(judgedRun));
        return { seq, investigation: investigationView(investigation, coverage), runs: runs.map(runSummary) };
      },
      { isolationLevel: 'RepeatableRead' },
    );
  }

  /** @throws 404. While it runs, the verdict is of what has answered so far. */
  async report(id: string): Promise<Report> {
    const snapshot = await this.snapshot(id);
    if (!snapshot) throw notFound(`investigation ${id}`);
    const verdict = snapshot.investigation.verdict ?? (await this.verdictSoFar(id));
    return reportOf(snapshot, verdict);
  }

  /** A run without its evidence and parse issues, which other rooms keep. @throws 404. */
  async run(id: string): Promise<Omit<RunDetail, 'evidence' | 'parseIssues'>> {
    const row = await this.database.run.findUnique({ where: { id } });
    if (!row) throw notFound(`run ${id}`);
    return {
      ...runSummary(row),
      investigation: row.investigationId,
      clock: clockOf(row),
      facts: factsOf(row),
      analysis: analysisOf(row),
    };
  }

  /** How many there are in each state, of both. */
  async counts(): Promise<{ what: 'investigation' | 'run'; state: string; count: number }[]> {
    return this.database.$queryRaw`
      SELECT 'investigation' AS what, state, count(*)::int AS count FROM investigation GROUP BY state
      UNION ALL SELECT 'run', state, count(*)::int FROM run GROUP BY state`;
  }

  /** Runs that ended after one moment, and no later than another. */
  async endedBetween(after: Date, to: Date): Promise<{ runbook: string; state: string; seconds: number | null }[]> {
    return this.database.$queryRaw`
      SELECT i.runbook, r.state, extract(epoch FROM r.ended_at - r.started_at)::float8 AS seconds
      FROM run r JOIN investigation i ON i.id = r.investigation_id
      WHERE r.ended_at > ${after} AND r.ended_at <= ${to} AND NOT r.imported`;
  }

  /** How those of them that there are stand. */
  async states(ids: readonly string[]): Promise<Map<string, { state: string; verdict: Verdict | null }>> {
    const rows = await this.database.investigation.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, state: true, verdict: true },
    });
    return new Map(rows.map(({ id, state, verdict }) => [id, { state, verdict: verdict as Verdict | null }]));
  }

  /** With every run as judgement takes it. @throws 404. */
  async judged(id: string): Promise<EndedInvestigation> {
    const row = await this.database.investigation.findUnique({ where: { id }, include: { runs: true } });
    if (!row) throw notFound(`investigation ${id}`);
    const { runbook, state, startedAt, createdAt, runs } = row;
    return { id, runbook, state, at: startedAt ?? createdAt, runs: runs.map(endedRun) };
  }

  /** A host's latest run that answered, of any investigation; null when there is none. */
  async latestRun(
    host: string,
    { runbook, before, except }: { runbook?: string; before?: Date; except?: string } = {},
  ): Promise<{ investigation: string; runbook: string; run: EndedRun } | null> {
    const row = await this.database.run.findFirst({
      where: {
        hostName: host,
        state: { in: [...ANSWERED_RUN_STATES] },
        ...(before ? { startedAt: { lt: before } } : {}),
        ...(except ? { id: { not: except } } : {}),
        ...(runbook ? { investigation: { runbook } } : {}),
      },
      orderBy: { startedAt: 'desc' },
      include: { investigation: { select: { runbook: true } } },
    });
    if (!row) return null;
    const { investigation, ...run } = row;
    return { investigation: row.investigationId, runbook: investigation.runbook, run: endedRun(run) };
  }

  /** A line of each, for lists that name investigations; those that are gone are left out. */
  async brief(
    ids: readonly string[],
  ): Promise<Map<string, { runbook: string; title: string; reason: string; at: string; statement: string | null }>> {
    const rows = await this.database.investigation.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, runbook: true, title: true, reason: true, createdAt: true, verdict: true },
    });
    return new Map(
      rows.map(({ id, createdAt, verdict, ...row }) => [
        id,
        { ...row, at: createdAt.toISOString(), statement: (verdict as Verdict | null)?.statements[0]?.text ?? null },
      ]),
    );
  }

  private async verdictSoFar(id: string): Promise<Report['verdict']> {
    const runs = await this.database.run.findMany({ where: { investigationId: id } });
    return this.insight.conclude(runs.map(judgedRun));
  }
}
