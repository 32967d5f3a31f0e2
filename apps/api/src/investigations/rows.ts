import {
  type ApprovalView,
  type Cleanup,
  type Cost,
  type Coverage,
  type Halt,
  type HostAnalysis,
  type HostClock,
  type HostFacts,
  type InvestigationState,
  type InvestigationView,
  type Labels,
  type Rollout,
  type RunState,
  type RunStepView,
  type RunSummary,
  type Scope,
  type Targets,
  type Verdict,
  coverageOf,
  escalationSchema,
} from '@fleetscope/contracts';
import { type Approval, type Investigation, type Prisma, type Run } from '../generated/prisma/client';

/** Rows of the store as the contracts' shapes. JSON columns hold what we wrote ourselves: they are trusted here. */
export const runSummary = (run: Run): RunSummary => {
  const analysis = run.analysis as HostAnalysis | null;
  return {
    id: run.id,
    host: run.hostName,
    hostClass: run.hostClass,
    labels: run.hostLabels as Labels,
    state: run.state as RunState,
    reason: run.reason,
    attempt: run.attempt,
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    cost: run.cost as Cost | null,
    oddness: run.oddness,
    use: analysis?.use ?? [],
    findings: analysis?.findings ?? [],
    steps: run.steps as RunStepView[],
  };
};

export const analysisOf = (run: Run): HostAnalysis | null => run.analysis as HostAnalysis | null;
/** Null for what was brought by hand: when it was imported says nothing of a clock. */
export const clockOf = (run: Run): HostClock | null => (run.imported ? null : (run.clock as HostClock | null));
export const cleanupOf = (run: Run): Cleanup | null => run.cleanup as Cleanup | null;
export const factsOf = (run: Run): HostFacts | null => run.facts as HostFacts | null;

const approvalOf = (row: Approval): ApprovalView => ({
  state: row.state as ApprovalView['state'],
  needs: row.needs,
  requestedAt: row.requestedAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  decidedBy: row.decidedBy,
  decidedAt: row.decidedAt?.toISOString() ?? null,
  reason: row.reason,
});

/** The runs on hosts of a scope, by class and labels as they were when the run was planned. */
export const runsWithin = (scope: Scope): Prisma.RunWhereInput =>
  scope === null
    ? {}
    : {
        AND: [
          ...(scope.classes.length > 0 ? [{ hostClass: { in: scope.classes } }] : []),
          ...Object.entries(scope.labels).map(([key, value]) => ({ hostLabels: { path: [key], equals: value } })),
        ],
      };

export const coverageOfWaiting = (runs: number): Coverage => ({ ...coverageOf([]), targeted: runs, pending: runs });

export const investigationView = (
  { approval, ...row }: Investigation & { approval: Approval | null },
  coverage: Coverage,
): InvestigationView => ({
  id: row.id,
  runbook: `${row.runbook}@${row.runbookVersion}`,
  title: row.title,
  state: row.state as InvestigationState,
  reason: row.reason,
  parameters: row.parameters as InvestigationView['parameters'],
  targets: row.targets as Targets,
  requestedBy: row.requestedBy,
  hosts: row.hosts,
  createdAt: row.createdAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
  deadline: row.deadline.toISOString(),
  coverage,
  verdict: row.verdict as Verdict | null,
  parent: row.parentId,
  // Without whom it was asked by.
  escalation:
    row.escalation === null ? null : escalationSchema.parse({ differences: null, ...(row.escalation as object) }),
  ...(approval ? { approval: approvalOf(approval) } : {}),
  ...(row.rollout === null ? {} : { rollout: row.rollout as Rollout }),
  ...(row.halted === null ? {} : { halted: row.halted as Halt }),
});

/** What a reader sees of an investigation whose other hosts are outside the scope: it names none of those. */
export const narrowed = (
  view: InvestigationView,
  hosts: readonly string[],
  verdict: Verdict | null,
): InvestigationView => ({
  ...view,
  hosts: hosts.length,
  targets: { hosts: [...hosts] },
  verdict,
  escalation: null,
});
