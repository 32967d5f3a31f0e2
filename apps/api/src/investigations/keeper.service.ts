import {
  type Cleanup,
  type Coverage,
  type HostAnalysis,
  type HostClock,
  type HostFacts,
  type ParameterValues,
  type RunStepView,
  type Verdict,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type Prisma } from '../generated/prisma/client';
import { type JudgedRun } from '../insight';
import { EventLog } from '../live';
import { Database, notFound, storableJson, type Tx } from '../platform';
import { judgedRun } from './conclusion.service';
import { factsOf } from './rows';

/** An investigation with all that is needed to judge it again. */
export interface KeptInvestigation {
  readonly id: string;
  readonly runbook: string;
  readonly parameters: ParameterValues;
  readonly state: string;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly verdict: Verdict | null;
  readonly runs: readonly {
    readonly runId: string;
    readonly judged: JudgedRun;
    readonly steps: RunStepView[];
    readonly facts: HostFacts | null;
    readonly clock: HostClock | null;
    readonly cleanup: Cleanup | null;
    readonly endedAt: Date | null;
  }[];
}

/** Lets those who look back read an investigation whole, and put a newer analysis in the place of what it shows. */
@Injectable()
export class InvestigationKeeper {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
  ) {}

  /** @throws 404 */
  async get(id: string): Promise<KeptInvestigation> {
    const row = await this.database.investigation.findUnique({
      where: { id },
      include: { runs: { orderBy: { hostName: 'asc' } } },
    });
    if (!row) throw notFound(`investigation ${id}`);
    const { runbook, state, requestedBy, createdAt, endedAt } = row;
    return {
      id,
      runbook,
      state,
      requestedBy,
      createdAt,
      endedAt,
      parameters: row.parameters as ParameterValues,
      verdict: row.verdict as Verdict | null,
      runs: row.runs.map((run) => ({
        runId: run.id,
        judged: judgedRun(run),
        steps: run.steps as RunStepView[],
        facts: factsOf(run),
        clock: run.clock as HostClock | null,
        cleanup: run.cleanup as Cleanup | null,
        endedAt: run.endedAt,
      })),
    };
  }

  /** @throws 404 */
  async mustExist(id: string): Promise<void> {
    if (!(await this.database.investigation.findUnique({ where: { id }, select: { id: true } })))
      throw notFound(`investigation ${id}`);
  }

  /** Joins the transaction that keeps both versions; readers and watchers see the new one when it commits. */
  async replace(
    tx: Tx,
    { id, state }: KeptInvestigation,
    runs: readonly {
      runId: string;
      host: string;
      analysis: HostAnalysis | null;
      headline: object | null;
      oddness: number | null;
    }[],
    coverage: Coverage,
    verdict: Verdict,
  ): Promise<void> {
    await tx.$executeRaw`
      UPDATE run SET analysis = given.analysis::jsonb, headline = given.headline::jsonb, oddness = given.oddness
      FROM unnest(
        ${runs.map(({ runId }) => runId)}::uuid[],
        ${runs.map(({ analysis }) => (analysis ? storableJson(analysis) : null))}::text[],
        ${runs.map(({ headline }) => (headline ? storableJson(headline) : null))}::text[],
        ${runs.map(({ oddness }) => oddness)}::float8[]
      ) AS given(id, analysis, headline, oddness) WHERE run.id = given.id`;
    await tx.investigation.update({ where: { id }, data: { verdict: verdict as unknown as Prisma.InputJsonObject } });
    await this.events.append(tx, id, [
      ...runs.flatMap(({ runId, host, analysis, oddness }) =>
        analysis
          ? [{ type: 'analysis' as const, runId, host, use: analysis.use, findings: analysis.findings, oddness }]
          : [],
      ),
      {
        type: 'investigation',
        state: state as 'succeeded',
        coverage,
        verdict,
        oddness: Object.fromEntries(runs.flatMap(({ host, oddness }) => (oddness === null ? [] : [[host, oddness]]))),
      },
    ]);
  }
}
