import {
  coverageOf,
  type Aspect,
  type CellState,
  type Labels,
  type Matrix,
  type MatrixRun,
  type MetricId,
  type PeerValues,
  type Resource,
  type RunState,
  type RunStepView,
  type Scope,
  type Severity,
} from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Prisma } from '../generated/prisma/client';
import { EventLog, Snapshots } from '../live';
import { Database, notFound } from '../platform';
import { InvestigationReader } from './reader.service';
import { investigationView, narrowed, runsWithin } from './rows';

type StoredLine = readonly [Resource, Aspect, CellState, string | null, MetricId | null, number | null];
/** As the store generates it of each analysis; see matrix_of in its migration. */
interface StoredMatrix {
  readonly use: readonly StoredLine[];
  readonly findings: readonly [Severity, string, string][];
}

const DRAWN = {
  id: true,
  hostName: true,
  hostClass: true,
  hostLabels: true,
  state: true,
  reason: true,
  attempt: true,
  oddness: true,
  steps: true,
  matrix: true,
} as const;
type DrawnRun = Prisma.RunGetPayload<{ select: typeof DRAWN }>;

const linesOf = ({ matrix }: { matrix: Prisma.JsonValue }): readonly StoredLine[] =>
  (matrix as StoredMatrix | null)?.use ?? [];

const matrixRun = (run: DrawnRun): MatrixRun => {
  const matrix = run.matrix as StoredMatrix | null;
  return {
    id: run.id,
    host: run.hostName,
    hostClass: run.hostClass,
    labels: run.hostLabels as Labels,
    state: run.state as RunState,
    reason: run.reason,
    attempt: run.attempt,
    oddness: run.oddness,
    use: linesOf(run).map(([resource, aspect, state, said]) => ({ resource, aspect, state, said })),
    findings: matrix?.findings.map(([severity, rule, label]) => ({ severity, rule, label })) ?? [],
    steps: (run.steps as RunStepView[]).map(({ step, state }) => ({ step, state })),
  };
};

/** What the matrix draws of an investigation, read without the analyses that it comes from. */
@Injectable()
export class MatrixReader implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly snapshots: Snapshots,
    private readonly reader: InvestigationReader,
  ) {}

  onModuleInit(): void {
    this.snapshots.provideMatrix((id, scope) => this.of(id, scope));
  }

  /** As it stands at one event of the log; null when there is no such investigation for this scope. */
  async of(id: string, scope: Scope): Promise<Matrix | null> {
    return this.database.$transaction(
      async (tx) => {
        const seq = await this.events.position(id, tx);
        const row = await tx.investigation.findUnique({ where: { id }, include: { approval: true } });
        if (!row) return null;
        const stored = await tx.run.findMany({
          where: { investigationId: id, ...runsWithin(scope) },
          orderBy: { hostName: 'asc' },
          select: DRAWN,
        });
        if (scope !== null && stored.length === 0) return null;
        const runs = stored.map(matrixRun);
        const whole = investigationView(row, coverageOf(runs));
        if (runs.length === row.hosts) return { seq, investigation: whole, runs };
        const verdict = whole.verdict === null ? null : await this.reader.verdictSoFar(id, scope, tx);
        const hosts = runs.map(({ host }) => host);
        return { seq, investigation: narrowed(whole, hosts, verdict), runs };
      },
      { isolationLevel: 'RepeatableRead' },
    );
  }

  /** A cell's number on the hosts of the same class, in the same investigation. @throws 404 */
  async peers(runId: string, resource: Resource, aspect: Aspect, scope: Scope): Promise<PeerValues> {
    const run = await this.database.run.findUnique({
      where: { id: runId },
      select: { investigationId: true, hostClass: true, matrix: true },
    });
    if (!run) throw notFound(`run ${runId}`);
    const isCell = ([ofResource, ofAspect]: StoredLine): boolean => ofResource === resource && ofAspect === aspect;
    const metric = linesOf(run).find(isCell)?.[4] ?? null;
    if (metric === null) return { metric, peers: [] };
    const others = await this.database.run.findMany({
      where: {
        investigationId: run.investigationId,
        hostClass: run.hostClass,
        id: { not: runId },
        ...runsWithin(scope),
      },
      orderBy: { hostName: 'asc' },
      select: { hostName: true, matrix: true },
    });
    return {
      metric,
      peers: others.flatMap((other) => {
        const line = linesOf(other).find((one) => isCell(one) && one[4] === metric);
        return line?.[5] == null ? [] : [{ host: other.hostName, value: line[5] }];
      }),
    };
  }
}
