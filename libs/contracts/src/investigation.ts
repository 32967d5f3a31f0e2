import { z } from 'zod';
import { cleanupSchema } from './cleanup';
import { hostClassSchema, hostFactsSchema, hostNameSchema, labelsSchema } from './host';
import { STEP_OUTCOMES } from './probe-event';
import { haltSchema, rolloutSchema } from './rollout';
import { evidenceRefSchema, findingSchema, hostAnalysisSchema, severitySchema, useCellSchema } from './use';

/** An investigation is one trigger; a run is its runbook on one host. */
export const targetsSchema = z
  .strictObject({
    all: z.boolean().optional(),
    hosts: z.array(hostNameSchema).max(10_000).optional(),
    classes: z.array(hostClassSchema).max(100).optional(),
    labels: labelsSchema.optional(),
  })
  .refine((t) => t.all || t.hosts?.length || t.classes?.length || Object.keys(t.labels ?? {}).length, {
    message: 'expected at least one of all, hosts, classes, labels',
  });
export type Targets = z.infer<typeof targetsSchema>;

export const investigationRequestSchema = z.strictObject({
  runbook: z.string().max(64),
  targets: targetsSchema,
  /** As text (`{"window":"10s"}`); the runbook's own schema validates them. */
  parameters: z.record(z.string().max(64), z.union([z.string().max(256), z.number()])).default({}),
  reason: z.string().max(500).default(''),
  /** After the triage: capture what the findings call for, on so many of the worst hosts and one healthy peer. */
  escalate: z.strictObject({ hosts: z.int().min(1).max(10) }).optional(),
  /** Start it though the fleet is frozen; for commanders. */
  despiteFreeze: z.boolean().optional(),
  /** Go on where the budget of a host for the hour is used up; for commanders. */
  despiteBudget: z.boolean().optional(),
  /** Without it, it begins on all hosts at once. */
  rollout: rolloutSchema.optional(),
});
export type InvestigationRequest = z.infer<typeof investigationRequestSchema>;
export type InvestigationRequestInput = z.input<typeof investigationRequestSchema>;

export const INVESTIGATION_STATES = ['queued', 'running', 'succeeded', 'cancelled', 'failed'] as const;
export const investigationStateSchema = z.enum(INVESTIGATION_STATES);
export type InvestigationState = z.infer<typeof investigationStateSchema>;

export const RUN_STATES = [
  'queued',
  'leased',
  'running',
  'succeeded',
  'partial',
  'failed',
  'unreachable',
  'refused',
  'cancelled',
  'expired',
] as const;
export const runStateSchema = z.enum(RUN_STATES);
export type RunState = z.infer<typeof runStateSchema>;
export const FINAL_RUN_STATES: ReadonlySet<RunState> = new Set<RunState>([
  'succeeded',
  'partial',
  'failed',
  'unreachable',
  'refused',
  'cancelled',
  'expired',
]);
export const ANSWERED_RUN_STATES: ReadonlySet<RunState> = new Set<RunState>(['succeeded', 'partial']);

export const costSchema = z.object({ cpuSeconds: z.number(), wallSeconds: z.number(), bytes: z.number() });
export type Cost = z.infer<typeof costSchema>;

export const runStepStateSchema = z.enum(['pending', 'running', 'skipped', ...STEP_OUTCOMES]);
export type RunStepState = z.infer<typeof runStepStateSchema>;

export const runStepSchema = z.object({
  step: z.string(),
  title: z.string(),
  state: runStepStateSchema,
  alternative: z.string().nullable(),
  command: z.string().nullable(),
  /** What the alternative that ran can't see, or why the step was skipped or failed. */
  says: z.string().nullable(),
  exitStatus: z.int().nullable(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  bytes: z.int(),
  issues: z.int(),
});
export type RunStepView = z.infer<typeof runStepSchema>;

/** A step that has not begun. */
export const pendingStep = (step: string, title: string): RunStepView => ({
  step,
  title,
  state: 'pending',
  alternative: null,
  command: null,
  says: null,
  exitStatus: null,
  startedAt: null,
  endedAt: null,
  bytes: 0,
  issues: 0,
});

export const runSummarySchema = z.object({
  id: z.uuid(),
  host: hostNameSchema,
  hostClass: hostClassSchema,
  labels: labelsSchema,
  state: runStateSchema,
  reason: z.string().nullable(),
  attempt: z.int(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  cost: costSchema.nullable(),
  /** 0 (as its peers) to 1; null while unknown. */
  oddness: z.number().nullable(),
  use: z.array(useCellSchema),
  findings: z.array(findingSchema),
  steps: z.array(runStepSchema),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const evidenceSchema = z.object({
  step: z.string(),
  stream: z.enum(['stdout', 'stderr']),
  sha256: z.string(),
  size: z.int(),
  truncated: z.boolean(),
  tool: z.string().nullable(),
  toolVersion: z.string().nullable(),
  exitStatus: z.int().nullable(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type EvidenceView = z.infer<typeof evidenceSchema>;

/** The host's clocks when its probe began. */
export const hostClockSchema = z.object({
  /** The host's wall clock less ours, milliseconds; known to `uncertaintyMs`. Times of its tools are on its clock. */
  offsetMs: z.number(),
  uncertaintyMs: z.number(),
  uptimeSeconds: z.number(),
});
export type HostClock = z.infer<typeof hostClockSchema>;

export const runDetailSchema = runSummarySchema.extend({
  investigation: z.uuid(),
  clock: hostClockSchema.nullable(),
  /** Null where nobody could look: the connection was gone before, or the probe never ran. */
  cleanup: cleanupSchema.nullable(),
  facts: hostFactsSchema.nullable(),
  analysis: hostAnalysisSchema.nullable(),
  evidence: z.array(evidenceSchema),
  parseIssues: z.array(z.object({ step: z.string(), line: z.int().nullable(), text: z.string(), reason: z.string() })),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

export const coverageSchema = z.object({
  targeted: z.int(),
  answered: z.int(),
  succeeded: z.int(),
  partial: z.int(),
  failed: z.int(),
  unreachable: z.int(),
  refused: z.int(),
  cancelled: z.int(),
  expired: z.int(),
  pending: z.int(),
  reasons: z.array(z.object({ host: hostNameSchema, state: runStateSchema, reason: z.string() })),
});
export type Coverage = z.infer<typeof coverageSchema>;

export const statementSchema = z.object({
  severity: severitySchema,
  text: z.string(),
  hosts: z.array(hostNameSchema),
  rules: z.array(z.string()),
  next: z.object({ runbook: z.string(), hosts: z.array(hostNameSchema) }).nullable(),
  /** What tells the hosts from the others: a label, the class, the kernel; absent where nothing does. */
  explainedBy: z
    .object({ trait: z.string(), value: z.string(), hosts: z.int(), affected: z.int(), of: z.int(), p: z.number() })
    .optional(),
});
export type Statement = z.infer<typeof statementSchema>;

export const verdictSchema = z.object({
  /** Whether enough hosts answered for the statements to stand. */
  holds: z.boolean(),
  /** Coverage in words: "496 of 500 answered, 9 of them in part: no sysstat; 4 unreachable". */
  summary: z.string(),
  statements: z.array(statementSchema).max(5),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** The same capture of a sick host and of its healthy peer, beside each other. */
export const escalationDifferenceSchema = z.object({
  /** The capture: an investigation of its own. */
  investigation: z.uuid(),
  runbook: z.string(),
  sick: z.string(),
  healthy: z.string(),
  sentences: z.array(z.string()),
  /** Functions whose share of the whole (0 to 1) differs by more than sampling noise, what differs most first. */
  functions: z.array(
    z.object({ name: z.string(), module: z.string().nullable(), healthy: z.number(), sick: z.number() }),
  ),
});
export type EscalationDifference = z.infer<typeof escalationDifferenceSchema>;

/** What became of a request to escalate. */
export const escalationSchema = z.object({
  /** How many hosts at the most. */
  hosts: z.int(),
  state: z.enum(['waiting', 'started', 'done']),
  /** Why nothing, or not all, was started. */
  reason: z.string().nullable(),
  sick: z.array(z.string()),
  /** The healthy peer that got the same captures. */
  control: z.string().nullable(),
  children: z.array(z.object({ id: z.uuid(), runbook: z.string(), hosts: z.array(z.string()) })),
  /** Sick against healthy, once all captures have ended; null until then. */
  differences: z.array(escalationDifferenceSchema).nullable(),
});
export type Escalation = z.infer<typeof escalationSchema>;

export const APPROVAL_STATES = ['awaiting', 'approved', 'rejected', 'expired', 'withdrawn'] as const;
/** Somebody else's word that a request needed: while it is awaited, nothing of it is queued. */
export const approvalSchema = z.object({
  state: z.enum(APPROVAL_STATES),
  /** Why it is needed. */
  needs: z.array(z.string()),
  requestedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
});
export type ApprovalView = z.infer<typeof approvalSchema>;
export const approvalDecisionSchema = z.strictObject({ reason: z.string().trim().min(3).max(500) });

export const investigationSchema = z.object({
  id: z.uuid(),
  runbook: z.string(),
  title: z.string(),
  state: investigationStateSchema,
  reason: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  targets: targetsSchema,
  requestedBy: z.string(),
  hosts: z.int(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** When it ends at the latest. */
  deadline: z.iso.datetime(),
  coverage: coverageSchema,
  verdict: verdictSchema.nullable(),
  /** The investigation that this one was started by. */
  parent: z.uuid().nullable(),
  escalation: escalationSchema.nullable(),
  /** Absent where none was needed. */
  approval: approvalSchema.optional(),
  /** How it begins on its hosts; absent where it does so on all at once. */
  rollout: rolloutSchema.optional(),
  /** Its rollout was stopped: why. */
  halted: haltSchema.optional(),
});
export type InvestigationView = z.infer<typeof investigationSchema>;

/** Everything a page needs to show an investigation, and the sequence number of the last event it contains. */
export const investigationSnapshotSchema = z.object({
  seq: z.int(),
  investigation: investigationSchema,
  runs: z.array(runSummarySchema),
});
export type InvestigationSnapshot = z.infer<typeof investigationSnapshotSchema>;

/** What `triage --json` prints and `GET /api/v1/investigations/:id/report` returns. */
export const reportSchema = z.object({
  investigation: z.object({
    id: z.uuid(),
    runbook: z.string(),
    state: investigationStateSchema,
    reason: z.string(),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  }),
  coverage: coverageSchema,
  verdict: verdictSchema,
  hosts: z.array(
    z.object({
      name: hostNameSchema,
      state: runStateSchema,
      reason: z.string().nullable(),
      oddness: z.number().nullable(),
      cost: costSchema.nullable(),
      use: z.array(useCellSchema),
    }),
  ),
  findings: z.array(
    z.object({
      rule: z.string(),
      host: hostNameSchema,
      instance: z.string().nullable(),
      severity: severitySchema,
      text: z.string(),
      metric: z.string().nullable(),
      value: z.number().nullable(),
      unit: z.string().nullable(),
      threshold: z.number().nullable(),
      thresholdsVersion: z.int().optional(),
      evidence: z.array(evidenceRefSchema),
      next: z.string().nullable(),
    }),
  ),
});
export type Report = z.infer<typeof reportSchema>;

/** Frames of a probe that was run by hand, to be imported as a run. */
export const frameImportSchema = z.strictObject({
  host: hostNameSchema,
  runbook: z.string().max(64).default('triage-60s'),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  reason: z.string().max(500).default(''),
  framesBase64: z.base64().max(64_000_000),
});
export type FrameImport = z.infer<typeof frameImportSchema>;
