import { z } from 'zod';
import { ASPECTS, RESOURCES } from './metric-catalogue';
import { metricIdSchema } from './observation';

/** Cells of the USE matrix, rule outcomes and findings. */
export const CELL_STATES = ['pending', 'ok', 'warn', 'crit', 'unknown'] as const;
export const cellStateSchema = z.enum(CELL_STATES);
export type CellState = z.infer<typeof cellStateSchema>;

export const SEVERITIES = ['info', 'warn', 'crit'] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

/** Lines of one step's standard output that carry a statement; 1-based. */
export const evidenceRefSchema = z.object({ step: z.string(), lines: z.array(z.int()) });
export type EvidenceRef = z.infer<typeof evidenceRefSchema>;

export const resourceSchema = z.enum(RESOURCES);
export const aspectSchema = z.enum(ASPECTS);

/** Where a host's value stands in the baseline of its class. */
export const standingSchema = z.object({
  metric: metricIdSchema,
  value: z.number(),
  /** Share of the baseline's values below it, 0 to 1. */
  position: z.number(),
  usual: z.number(),
  /** 5 % and 95 % of the baseline's values. */
  low: z.number(),
  high: z.number(),
  /** Distance from the usual value in usual spreads. */
  shift: z.number(),
  side: z.enum(['above', 'within', 'below']),
  samples: z.int(),
  investigations: z.int(),
  text: z.string(),
});
export type Standing = z.infer<typeof standingSchema>;

/** One line of a host's USE table: a resource's aspect, judged by the worst of its rules. */
export const useCellSchema = z.object({
  resource: resourceSchema,
  instance: z.string().nullable(),
  aspect: aspectSchema,
  metric: metricIdSchema.nullable(),
  value: z.number().nullable(),
  unit: z.string().nullable(),
  state: cellStateSchema,
  /** Why it is unknown; null otherwise. */
  reason: z.string().nullable(),
  rule: z.string().nullable(),
  /** As an SRE says it aloud: "w_await 47 ms". */
  label: z.string().nullable(),
  /** Against the baseline of the host's class; absent where there is none. */
  baseline: standingSchema.optional(),
  /** What queueing theory expects beside a measured saturation: "at 80 % busy work waits 4× …". */
  expected: z.string().optional(),
});
export type UseCell = z.infer<typeof useCellSchema>;

export const findingSchema = z.object({
  rule: z.string(),
  ruleVersion: z.int(),
  /** Version of the thresholds it was judged by; 0 or absent where all stood at their defaults. */
  thresholdsVersion: z.int().optional(),
  severity: severitySchema,
  resource: resourceSchema,
  aspect: aspectSchema,
  instance: z.string().nullable(),
  metric: metricIdSchema.nullable(),
  value: z.number().nullable(),
  unit: z.string().nullable(),
  /** The bound that was crossed; null where the rule has none (an event happened). */
  threshold: z.number().nullable(),
  /** One plain sentence with its numbers. */
  text: z.string(),
  label: z.string(),
  why: z.string(),
  evidence: z.array(evidenceRefSchema),
  /** Id of the runbook to run next; null where there is none. */
  next: z.string().nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What a rule says of one instance. Unknown always has its reason. */
export const ruleOutcomeSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('ok'),
    rule: z.string(),
    resource: resourceSchema,
    aspect: aspectSchema,
    instance: z.string().nullable(),
    metric: metricIdSchema.nullable(),
    value: z.number().nullable(),
    unit: z.string().nullable(),
    threshold: z.number().nullable(),
    label: z.string().nullable(),
    evidence: z.array(evidenceRefSchema),
  }),
  z.object({
    outcome: z.literal('unknown'),
    rule: z.string(),
    resource: resourceSchema,
    aspect: aspectSchema,
    instance: z.string().nullable(),
    metric: metricIdSchema.nullable(),
    reason: z.string(),
  }),
  findingSchema.extend({ outcome: z.literal('finding') }),
]);
export type RuleOutcome = z.infer<typeof ruleOutcomeSchema>;

/** All that the rules say about one run. */
export const hostAnalysisSchema = z.object({
  rulesVersion: z.int(),
  thresholdsVersion: z.int().optional(),
  use: z.array(useCellSchema),
  findings: z.array(findingSchema),
  outcomes: z.array(ruleOutcomeSchema),
  /** What a capture shows, in sentences. */
  captured: z.array(z.string()).optional(),
  /** Every metric that the class has a baseline of. */
  baseline: z.array(standingSchema).optional(),
});
export type HostAnalysis = z.infer<typeof hostAnalysisSchema>;
