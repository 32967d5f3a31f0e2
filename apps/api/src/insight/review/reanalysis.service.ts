import { type Headline, type HostEvidence, RULES_VERSION, settingsOf } from '@fleetscope/analysis';
import {
  ANSWERED_RUN_STATES,
  type AnalysisChanges,
  type AnalysisVersionView,
  type HostAnalysis,
  type Verdict,
} from '@fleetscope/contracts';
import { Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../../access';
import { type AnalysisVersion, Prisma } from '../../generated/prisma/client';
import { InvestigationKeeper, type KeptInvestigation } from '../../investigations';
import { Database, notFound, ProblemException, storableJson, type Tx } from '../../platform';
import { InsightService } from '../insight.service';
import { PeersService } from '../peers.service';
import { RunAgain } from './run-again.service';

interface Rejudged {
  readonly runId: string;
  readonly host: string;
  readonly hostClass: string;
  readonly before: HostAnalysis | null;
  /** Null where it was not read again. */
  readonly settings: HostEvidence | null;
  analysis: HostAnalysis | null;
  headline: Headline | null;
  oddness: number | null;
}

const rulesOf = (analysis: HostAnalysis | null): Set<string> =>
  new Set(
    (analysis?.findings ?? []).map(
      ({ rule, instance, severity }) => `${severity} ${rule}${instance === null ? '' : ` of ${instance}`}`,
    ),
  );

const changesOf = (runs: readonly Rejudged[], notes: AnalysisChanges['notes']): AnalysisChanges => ({
  hosts: runs.flatMap(({ host, before, analysis }) => {
    const [old, now] = [rulesOf(before), rulesOf(analysis)];
    const appeared = [...now].filter((rule) => !old.has(rule));
    const gone = [...old].filter((rule) => !now.has(rule));
    return appeared.length + gone.length === 0 ? [] : [{ host, appeared, gone, same: now.size - appeared.length }];
  }),
  notes,
});

const view = (row: AnalysisVersion, current: number): AnalysisVersionView => ({
  version: row.version,
  current: row.version === current,
  rulesVersion: row.rulesVersion,
  thresholdsVersion: row.thresholdsVersion,
  madeBy: row.madeBy,
  madeAt: row.madeAt.toISOString(),
  verdict: row.verdict as Verdict | null,
  changes: { hosts: [], notes: [], ...(row.changes as Partial<AnalysisChanges>) },
});

/** Old evidence through today's parsers, rules and thresholds; what was said before is kept beside it. */
@Injectable()
export class ReanalysisService {
  private readonly log = new Logger('Reanalysis');
  private readonly running = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly kept: InvestigationKeeper,
    private readonly again: RunAgain,
    private readonly insight: InsightService,
    private readonly peers: PeersService,
  ) {}

  /** @throws 404, 409 while the investigation runs or is being judged again already. */
  async reanalyse(id: string, actor: string): Promise<AnalysisVersionView> {
    const investigation = await this.kept.get(id);
    if (investigation.state === 'queued' || investigation.state === 'running')
      throw new ProblemException(409, `investigation ${id} has not ended: ${investigation.state}`);
    if (this.running.has(id)) throw new ProblemException(409, `investigation ${id} is being judged again already`);
    this.running.add(id);
    try {
      return await this.judgeAgain(investigation, actor);
    } finally {
      this.running.delete(id);
    }
  }

  /** Oldest first; empty while it was judged once only. */
  async list(id: string): Promise<AnalysisVersionView[]> {
    await this.kept.mustExist(id);
    const rows = await this.database.analysisVersion.findMany({
      where: { investigationId: id },
      orderBy: { version: 'asc' },
    });
    const current = rows.at(-1)?.version ?? 0;
    return rows.map((row) => view(row, current));
  }

  /** What one version said of one run. @throws 404 */
  async ofRun(runId: string, version: number): Promise<HostAnalysis | null> {
    const row = await this.database.runAnalysis.findUnique({ where: { runId_version: { runId, version } } });
    if (!row) throw notFound(`version ${version} of the analysis of run ${runId}`);
    return row.analysis as HostAnalysis | null;
  }

  private async judgeAgain(investigation: KeptInvestigation, actor: string): Promise<AnalysisVersionView> {
    const notes: AnalysisChanges['notes'] = [];
    const runs: Rejudged[] = [];
    for (const run of investigation.runs) runs.push(await this.rejudge(investigation, run, notes));
    this.holdAgainstPeers(runs);

    const oddness = this.insight.oddness(
      investigation.runs.map((run, i) => ({ ...run.judged, headline: runs[i]?.headline ?? null })),
    );
    for (const run of runs) run.oddness = oddness.get(run.host) ?? null;
    const judged = investigation.runs.map((run, i) => ({
      ...run.judged,
      analysis: runs[i]?.analysis ?? null,
      headline: runs[i]?.headline ?? null,
      oddness: runs[i]?.oddness ?? null,
    }));
    const verdict = this.insight.conclude(judged);
    const thresholdsVersion = await this.insight.thresholdsVersion();

    return this.database.$transaction(
      async (tx) => {
        const version = (await this.keepFirst(tx, investigation)) + 1;
        const row = await tx.analysisVersion.create({
          data: {
            investigationId: investigation.id,
            version,
            rulesVersion: RULES_VERSION,
            thresholdsVersion,
            madeBy: actor,
            madeAt: new Date(),
            verdict: verdict as unknown as Prisma.InputJsonObject,
            changes: changesOf(runs, notes) as unknown as Prisma.InputJsonObject,
          },
        });
        await this.keepRuns(tx, version, runs);
        await this.kept.replace(tx, investigation, runs, this.insight.coverage(judged), verdict);
        await this.insight.keepFingerprint(
          tx,
          { id: investigation.id, runbook: investigation.runbook, at: investigation.createdAt },
          this.insight.fingerprint(judged),
        );
        await this.audit.record(actor, 'investigation.reanalyse', investigation.id, 'done', { version }, tx);
        return view(row, version);
      },
      { timeout: 120_000 },
    );
  }

  private holdAgainstPeers(runs: readonly Rejudged[]): void {
    const news = this.peers.compare(
      runs.flatMap(({ runId, hostClass, analysis, settings }) =>
        analysis && settings ? [{ runId, hostClass, analysis, settings }] : [],
      ),
    );
    for (const run of runs) run.analysis = news.get(run.runId) ?? run.analysis;
  }

  /** What was said at the time becomes version 1 when there is a second one. @returns the newest version. */
  private async keepFirst(
    tx: Tx,
    { id, runs, requestedBy, endedAt, createdAt, verdict }: KeptInvestigation,
  ): Promise<number> {
    const newest = await tx.analysisVersion.aggregate({ where: { investigationId: id }, _max: { version: true } });
    if (newest._max.version !== null) return newest._max.version;
    const first = runs.find(({ judged }) => judged.analysis)?.judged.analysis;
    await tx.analysisVersion.create({
      data: {
        investigationId: id,
        version: 1,
        rulesVersion: first?.rulesVersion ?? 0,
        thresholdsVersion: first?.thresholdsVersion ?? 0,
        madeBy: requestedBy,
        madeAt: endedAt ?? createdAt,
        verdict: verdict === null ? Prisma.DbNull : (verdict as unknown as Prisma.InputJsonObject),
      },
    });
    await this.keepRuns(
      tx,
      1,
      runs.map(({ runId, judged: { analysis, headline, oddness } }) => ({
        runId,
        analysis,
        headline,
        oddness,
      })),
    );
    return 1;
  }

  private async keepRuns(
    tx: Tx,
    version: number,
    runs: readonly Pick<Rejudged, 'runId' | 'analysis' | 'headline' | 'oddness'>[],
  ): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO run_analysis (run_id, version, analysis, headline, oddness)
      SELECT run_id, ${version}, analysis::jsonb, headline::jsonb, oddness
      FROM unnest(
        ${runs.map(({ runId }) => runId)}::uuid[],
        ${runs.map(({ analysis }) => (analysis ? storableJson(analysis) : null))}::text[],
        ${runs.map(({ headline }) => (headline ? storableJson(headline) : null))}::text[],
        ${runs.map(({ oddness }) => oddness)}::float8[]
      ) AS given(run_id, analysis, headline, oddness)`;
  }

  private async rejudge(
    investigation: KeptInvestigation,
    run: KeptInvestigation['runs'][number],
    notes: AnalysisChanges['notes'],
  ): Promise<Rejudged> {
    const { runId, judged, endedAt } = run;
    const { host, hostClass, labels, analysis: before, headline } = judged;
    const unchanged: Rejudged = {
      runId,
      host,
      hostClass,
      before,
      settings: null,
      analysis: before,
      headline,
      oddness: null,
    };
    if (!ANSWERED_RUN_STATES.has(judged.state) || !endedAt) return unchanged;
    try {
      const { evidence, missing } = await this.again.read(investigation, run, endedAt);
      if (missing.length > 0) notes.push({ host, reason: missing.join('; ') });
      const again = await this.insight.judge(evidence, { hostClass, labels, runbook: investigation.runbook });
      return { ...unchanged, settings: settingsOf(evidence), analysis: again.analysis, headline: again.headline };
    } catch (error) {
      this.log.error({ err: error, run: runId }, 'the analysis failed');
      notes.push({ host, reason: 'the analysis failed: it keeps what was said' });
      return unchanged;
    }
  }
}
