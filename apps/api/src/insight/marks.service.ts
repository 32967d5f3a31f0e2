import { HEADLINE_METRICS } from '@fleetscope/analysis';
import { ANSWERED_RUN_STATES, type MarkKind, type MarkRequest, type MarkView } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../access';
import { Database, notFound, ProblemException } from '../platform';
import { BaselinesService } from './baselines.service';
import { type EndedRun, type JudgedRun } from './insight.service';

/** An investigation that has ended, as a mark takes it. */
export interface EndedInvestigation {
  readonly id: string;
  readonly runbook: string;
  readonly state: string;
  readonly at: Date;
  readonly runs: readonly EndedRun[];
}

interface SampleRow {
  investigationId: string;
  hostClass: string;
  metric: string;
  runbook: string;
  at: Date;
  host: string[];
  value: number[];
}

const isCritical = ({ analysis }: JudgedRun): boolean =>
  analysis?.findings.some(({ severity }) => severity === 'crit') ?? false;

/** One row per class and metric, its values ascending. */
const samplesOf = ({ id, runbook, at }: EndedInvestigation, runs: readonly JudgedRun[]): SampleRow[] => {
  const classes = [...new Set(runs.map(({ hostClass }) => hostClass))];
  return classes.flatMap((hostClass) =>
    HEADLINE_METRICS.flatMap((metric) => {
      const told = runs
        .flatMap((run) => {
          const value = run.hostClass === hostClass ? run.headline?.[metric] : null;
          return value === null || value === undefined ? [] : [{ host: run.host, value }];
        })
        .sort((a, b) => a.value - b.value);
      if (told.length === 0) return [];
      return [
        {
          investigationId: id,
          hostClass,
          metric,
          runbook,
          at,
          host: told.map(({ host }) => host),
          value: told.map(({ value }) => value),
        },
      ];
    }),
  );
};

/** What was said of investigations: this one shows how things usually are, that one was an incident. */
@Injectable()
export class MarksService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly baselines: BaselinesService,
  ) {}

  /**
   * Hosts with a critical finding are left out: they are what a baseline is there to tell from. Marked again, the new
   * mark takes the place of the old one. @throws 409 while it runs or when nothing of it can feed a baseline.
   */
  async mark(of: EndedInvestigation, { kind, reason }: MarkRequest, actor: string): Promise<MarkView> {
    if (of.state === 'queued' || of.state === 'running')
      throw new ProblemException(409, `investigation ${of.id} has not ended: ${of.state}`, {
        hint: 'mark it when it has',
      });
    const answered = of.runs.filter(({ state, headline }) => ANSWERED_RUN_STATES.has(state) && headline !== null);
    const usual = answered.filter((run) => !isCritical(run));
    const samples = kind === 'baseline' ? samplesOf(of, usual) : [];
    if (kind === 'baseline' && samples.length === 0)
      throw new ProblemException(409, `no host of investigation ${of.id} can feed a baseline`, {
        hint:
          answered.length === 0
            ? 'none of them answered'
            : 'all that answered have critical findings; mark one of a quiet time, or raise the thresholds that are too low',
      });
    const row = await this.database.$transaction(async (tx) => {
      await tx.baselineSample.deleteMany({ where: { investigationId: of.id } });
      await tx.baselineSample.createMany({ data: samples });
      const data = { kind, reason, markedBy: actor, markedAt: new Date() };
      await this.audit.record(actor, `baseline.mark-${kind}`, of.id, 'done', { reason }, tx);
      return tx.baselineMark.upsert({
        where: { investigationId: of.id },
        create: { investigationId: of.id, ...data },
        update: data,
      });
    });
    this.baselines.forget();
    return {
      investigation: of.id,
      kind,
      reason,
      markedBy: row.markedBy,
      markedAt: row.markedAt.toISOString(),
      hosts: kind === 'baseline' ? usual.length : 0,
      leftOut: kind === 'baseline' ? answered.filter(isCritical).map(({ host }) => host) : [],
    };
  }

  /** @throws 404 when it has no mark. */
  async unmark(investigationId: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.baselineMark.deleteMany({ where: { investigationId } });
      if (count === 0) throw notFound(`mark on investigation ${investigationId}`);
      await tx.baselineSample.deleteMany({ where: { investigationId } });
      await this.audit.record(actor, 'baseline.unmark', investigationId, 'done', {}, tx);
    });
    this.baselines.forget();
  }

  /** Newest first. */
  async list(): Promise<MarkView[]> {
    const rows = await this.database.$queryRaw<
      { id: string; kind: MarkKind; reason: string; markedBy: string; markedAt: Date; hosts: number }[]
    >`
      SELECT m.investigation_id AS id, m.kind, m.reason, m.marked_by AS "markedBy", m.marked_at AS "markedAt",
        (SELECT count(DISTINCT name)::int FROM baseline_sample s, unnest(s.host) AS name
          WHERE s.investigation_id = m.investigation_id) AS hosts
      FROM baseline_mark m ORDER BY m.marked_at DESC LIMIT 500`;
    return rows.map(({ id, markedAt, ...row }) => ({
      investigation: id,
      ...row,
      markedAt: markedAt.toISOString(),
      leftOut: [],
    }));
  }

  /** Null when nobody said anything of it. */
  async of(investigationId: string): Promise<{ kind: string; markedBy: string } | null> {
    return this.database.baselineMark.findUnique({ where: { investigationId } });
  }
}
