import {
  ANSWERED_RUN_STATES,
  covers,
  type InvestigationSnapshot,
  type InvestigationView,
  type Labels,
  type LiveEvent,
  type Report,
  type RunDetail,
  type Scope,
  type Verdict,
} from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ScopedHost, Scopes } from '../access';
import { type Prisma, type Run } from '../generated/prisma/client';
import { InsightService, type EndedInvestigation, type EndedRun } from '../insight';
import { EventLog, Snapshots } from '../live';
import { Database, notFound, type Tx } from '../platform';
import { judgedRun } from './conclusion.service';
import { reportOf } from './report';
import { analysisOf, cleanupOf, clockOf, factsOf, investigationView, narrowed, runSummary, runsWithin } from './rows';

const endedRun = (run: Run): EndedRun => ({
  ...judgedRun(run),
  runId: run.id,
  facts: factsOf(run),
  at: run.startedAt,
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SCOPED = { hostName: true, hostClass: true, hostLabels: true } as const;
const scopedHost = (run: Pick<Run, keyof typeof SCOPED>): ScopedHost => ({
  name: run.hostName,
  class: run.hostClass,
  labels: run.hostLabels as Labels,
});

/** Investigations and runs as their readers see them: those on hosts of the reader's scope; null is the whole fleet. */
@Injectable()
export class InvestigationReader implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly insight: InsightService,
    private readonly snapshots: Snapshots,
    private readonly scopes: Scopes,
  ) {}

  onModuleInit(): void {
    this.snapshots.provide({
      of: (id, scope) => this.snapshot(id, scope),
      seesRun: (id, scope) => this.scopes.sees(scope, 'run', id),
      narrow: (id, events, scope) => this.eventsFor(id, events, scope),
    });
    this.scopes.provide('investigation', (id) => this.scopedHosts({ investigationId: id }));
    this.scopes.provide('run', (id) => this.scopedHosts({ id }));
  }

  list(limit: number, before: Date | null, scope: Scope): Promise<InvestigationView[]> {
    return this.viewsOf(
      { where: before ? { createdAt: { lt: before } } : {}, orderBy: { createdAt: 'desc' }, take: limit },
      scope,
    );
  }

  /** In the order of their age. */
  views(ids: readonly string[], scope: Scope): Promise<InvestigationView[]> {
    return this.viewsOf({ where: { id: { in: [...ids] } }, orderBy: { createdAt: 'asc' } }, scope);
  }

  /** @throws 404 */
  async view(id: string, scope: Scope): Promise<InvestigationView> {
    const snapshot = await this.snapshot(id, scope);
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
  async runHosts(id: string, scope: Scope): Promise<Map<string, string>> {
    await this.mustExist('investigation', id);
    const runs = await this.database.run.findMany({
      where: { investigationId: id, ...runsWithin(scope) },
      select: { id: true, hostName: true },
    });
    if (scope !== null && runs.length === 0) throw notFound(`investigation ${id}`);
    return new Map(runs.map((run) => [run.id, run.hostName]));
  }

  /** Everything as it stands at one event of the log; null when there is no such investigation for this scope. */
  async snapshot(id: string, scope: Scope): Promise<InvestigationSnapshot | null> {
    return this.database.$transaction(
      async (tx) => {
        const seq = await this.events.position(id, tx);
        const row = await tx.investigation.findUnique({
          where: { id },
          include: { approval: true, runs: { where: runsWithin(scope), orderBy: { hostName: 'asc' } } },
        });
        if (!row || (scope !== null && row.runs.length === 0)) return null;
        const { runs, ...rest } = row;
        const judged = runs.map(judgedRun);
        const view = investigationView(rest, this.insight.coverage(judged));
        const investigation =
          runs.length === row.hosts
            ? view
            : narrowed(
                view,
                runs.map(({ hostName }) => hostName),
                view.verdict === null ? null : this.insight.conclude(judged),
              );
        return { seq, investigation, runs: runs.map(runSummary) };
      },
      { isolationLevel: 'RepeatableRead' },
    );
  }

  /** @throws 404. While it runs, the verdict is of what has answered so far. */
  async report(id: string, scope: Scope): Promise<Report> {
    const snapshot = await this.snapshot(id, scope);
    if (!snapshot) throw notFound(`investigation ${id}`);
    const verdict = snapshot.investigation.verdict ?? (await this.verdictSoFar(id, scope));
    return reportOf(snapshot, verdict);
  }

  /** Of what has answered by now, on hosts of the scope. */
  async verdictSoFar(id: string, scope: Scope, tx: Tx = this.database): Promise<Verdict> {
    const runs = await tx.run.findMany({ where: { investigationId: id, ...runsWithin(scope) } });
    return this.insight.conclude(runs.map(judgedRun));
  }

  /** Events of the log without what they say of hosts outside the scope; null when all of them are. */
  async eventsFor(id: string, events: readonly LiveEvent[], scope: Scope): Promise<readonly LiveEvent[] | null> {
    if (scope === null) return events;
    const hosts = (await this.scopedHosts({ investigationId: id })) ?? [];
    const seen = new Set(hosts.filter((host) => covers(scope, host)).map(({ name }) => name));
    if (seen.size === 0) return null;
    if (seen.size === hosts.length) return events;
    const told: LiveEvent[] = [];
    for (const event of events) {
      if (event.type === 'escalation') continue;
      if (event.type !== 'investigation') {
        if (seen.has(event.host)) told.push(event);
        continue;
      }
      const snapshot = await this.snapshot(id, scope);
      if (!snapshot) return null;
      const { coverage, verdict } = snapshot.investigation;
      const oddness = Object.entries(event.oddness ?? {}).filter(([host]) => seen.has(host));
      told.push({ ...event, coverage, verdict, oddness: event.oddness === null ? null : Object.fromEntries(oddness) });
    }
    return told;
  }

  /** A run without its evidence and parse issues, which other rooms keep. @throws 404. */
  async run(id: string): Promise<Omit<RunDetail, 'evidence' | 'parseIssues'>> {
    const row = await this.database.run.findUnique({ where: { id } });
    if (!row) throw notFound(`run ${id}`);
    return {
      ...runSummary(row),
      investigation: row.investigationId,
      clock: clockOf(row),
      cleanup: cleanupOf(row),
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
  async judged(id: string, scope: Scope): Promise<EndedInvestigation> {
    const row = await this.database.investigation.findUnique({
      where: { id },
      include: { runs: { where: runsWithin(scope) } },
    });
    if (!row || (scope !== null && row.runs.length === 0)) throw notFound(`investigation ${id}`);
    const { runbook, state, startedAt, createdAt, runs } = row;
    return { id, runbook, state, at: startedAt ?? createdAt, runs: runs.map(endedRun) };
  }

  /** A host's latest run that answered, of any investigation; null when there is none. */
  async latestRun(
    host: string,
    scope: Scope,
    { runbook, before, except }: { runbook?: string; before?: Date; except?: string } = {},
  ): Promise<{ investigation: string; runbook: string; run: EndedRun } | null> {
    const row = await this.database.run.findFirst({
      where: {
        hostName: host,
        ...runsWithin(scope),
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

  /** A line of each, for lists that name investigations; those that are gone, or not wholly within the scope, are left out. */
  async brief(
    ids: readonly string[],
    scope: Scope,
  ): Promise<Map<string, { runbook: string; title: string; reason: string; at: string; statement: string | null }>> {
    const rows = await this.database.investigation.findMany({
      where: { id: { in: [...ids] }, ...(scope === null ? {} : { runs: { some: {}, every: runsWithin(scope) } }) },
      select: { id: true, runbook: true, title: true, reason: true, createdAt: true, verdict: true },
    });
    return new Map(
      rows.map(({ id, createdAt, verdict, ...row }) => [
        id,
        { ...row, at: createdAt.toISOString(), statement: (verdict as Verdict | null)?.statements[0]?.text ?? null },
      ]),
    );
  }

  private async viewsOf(
    query: Pick<Prisma.InvestigationFindManyArgs, 'where' | 'orderBy' | 'take'>,
    scope: Scope,
  ): Promise<InvestigationView[]> {
    const within = runsWithin(scope);
    const rows = await this.database.investigation.findMany({
      ...query,
      where: { ...query.where, ...(scope === null ? {} : { runs: { some: within } }) },
      include: {
        approval: true,
        runs: { where: within, omit: { analysis: true, steps: true, headline: true, matrix: true, numbers: true } },
      },
    });
    return rows.map(({ runs, ...row }) => {
      const judged = runs.map((run) =>
        judgedRun({ ...run, analysis: null, headline: null, matrix: null, numbers: null, steps: [] }),
      );
      const view = investigationView(row, this.insight.coverage(judged));
      // What the verdict would be of some of the hosts alone, a list does not work out.
      return runs.length === row.hosts
        ? view
        : narrowed(
            view,
            runs.map(({ hostName }) => hostName),
            null,
          );
    });
  }

  /** Null for what is no id, or of nothing. */
  private async scopedHosts(where: { id: string } | { investigationId: string }): Promise<ScopedHost[] | null> {
    if (!Object.values(where).every((id) => UUID.test(id))) return null;
    return (await this.database.run.findMany({ where, select: SCOPED })).map(scopedHost);
  }
}
