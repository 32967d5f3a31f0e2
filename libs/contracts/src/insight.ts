import { z } from 'zod';
import { hostClassSchema, hostNameSchema } from './host';
import { verdictSchema } from './investigation';
import { aspectSchema, resourceSchema, useCellSchema } from './use';

/** Where an override of a rule's thresholds holds: for a class of hosts, or for one host (which wins). */
export const THRESHOLD_SCOPES = ['class', 'host'] as const;
export const thresholdScopeSchema = z.enum(THRESHOLD_SCOPES);
export type ThresholdScope = z.infer<typeof thresholdScopeSchema>;

const thresholdValuesSchema = z.record(z.string().max(64), z.number());

/** One change of a rule's thresholds: the values that hold for the scope from this version on. */
export const thresholdChangeSchema = z.object({
  version: z.int(),
  scope: thresholdScopeSchema,
  name: z.string(),
  rule: z.string(),
  values: thresholdValuesSchema,
  reason: z.string(),
  changedBy: z.string(),
  changedAt: z.iso.datetime(),
});
export type ThresholdChangeView = z.infer<typeof thresholdChangeSchema>;

/** Gives new values by the threshold's name; null puts one back to what would hold without this override. */
export const thresholdUpdateSchema = z.strictObject({
  scope: thresholdScopeSchema,
  name: z.union([hostNameSchema, hostClassSchema]),
  values: z
    .record(z.string().max(64), z.number().nullable())
    .refine((values) => Object.keys(values).length > 0, { message: 'expected at least one threshold, such as warn' }),
  reason: z.string().max(500).default(''),
});
export type ThresholdUpdate = z.infer<typeof thresholdUpdateSchema>;
export type ThresholdUpdateInput = z.input<typeof thresholdUpdateSchema>;

export const ruleThresholdSchema = z.object({
  name: z.string(),
  /** What holds for the class or host that was asked for; the default when none was. */
  value: z.number(),
  default: z.number(),
  unit: z.string(),
  min: z.number(),
  max: z.number(),
  /** Where the value comes from. */
  from: z.enum(['default', ...THRESHOLD_SCOPES]),
});

/** A rule as it judges now. */
export const ruleSchema = z.object({
  id: z.string(),
  version: z.int(),
  title: z.string(),
  resource: resourceSchema,
  aspect: aspectSchema,
  metrics: z.array(z.string()),
  why: z.string(),
  next: z.string().nullable(),
  thresholds: z.array(ruleThresholdSchema),
  /** How many classes and hosts have bounds of their own. */
  overrides: z.int(),
});
export type RuleView = z.infer<typeof ruleSchema>;

export const ruleDetailSchema = ruleSchema.extend({
  /** What holds where, newest version first. */
  overridden: z.array(thresholdChangeSchema),
  /** Every change, newest first. */
  history: z.array(thresholdChangeSchema),
});
export type RuleDetail = z.infer<typeof ruleDetailSchema>;

/** The overrides that hold now; `version` is what findings are judged by. */
export const thresholdsSchema = z.object({ version: z.int(), overrides: z.array(thresholdChangeSchema) });
export type ThresholdsView = z.infer<typeof thresholdsSchema>;

/** What an investigation is to the baselines: it feeds them, or it was an incident and never may. */
export const markKindSchema = z.enum(['baseline', 'incident']);
export type MarkKind = z.infer<typeof markKindSchema>;

export const markRequestSchema = z.strictObject({
  kind: markKindSchema.default('baseline'),
  reason: z.string().max(500).default(''),
});
export type MarkRequest = z.infer<typeof markRequestSchema>;

export const markSchema = z.object({
  investigation: z.uuid(),
  kind: markKindSchema,
  reason: z.string(),
  markedBy: z.string(),
  markedAt: z.iso.datetime(),
  /** Hosts whose values feed the baseline; 0 for an incident. */
  hosts: z.int(),
  /** Hosts that answered and had a critical finding: those are no baseline. */
  leftOut: z.array(hostNameSchema),
});
export type MarkView = z.infer<typeof markSchema>;

export const baselineSummarySchema = z.object({
  hostClass: hostClassSchema,
  runbook: z.string(),
  investigations: z.int(),
  hosts: z.int(),
  metrics: z.int(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Why nothing can be held against it yet; null when it can. */
  thin: z.string().nullable(),
});
export type BaselineSummary = z.infer<typeof baselineSummarySchema>;

export const trendSchema = z.object({
  kind: z.enum(['too-little-data', 'steady', 'drift', 'level-shift']),
  text: z.string(),
  /** The investigations on both sides of a level shift, to be compared. */
  lastBefore: z.uuid().nullable(),
  firstAfter: z.uuid().nullable(),
});
export type TrendView = z.infer<typeof trendSchema>;

export const baselineMetricSchema = z.object({
  metric: z.string(),
  title: z.string(),
  unit: z.string(),
  direction: z.string(),
  samples: z.int(),
  investigations: z.int(),
  thin: z.string().nullable(),
  quantiles: z.object({
    min: z.number(),
    p05: z.number(),
    p25: z.number(),
    p50: z.number(),
    p75: z.number(),
    p95: z.number(),
    p99: z.number(),
    max: z.number(),
  }),
  trend: trendSchema,
  /** One a marked investigation, oldest first: the class's middle and its 5 % and 95 %. */
  points: z.array(
    z.object({
      investigation: z.uuid(),
      at: z.iso.datetime(),
      low: z.number(),
      middle: z.number(),
      high: z.number(),
      hosts: z.int(),
    }),
  ),
});
export type BaselineMetric = z.infer<typeof baselineMetricSchema>;

export const baselineSchema = z.object({
  hostClass: hostClassSchema,
  runbook: z.string(),
  days: z.int(),
  metrics: z.array(baselineMetricSchema),
});
export type BaselineView = z.infer<typeof baselineSchema>;

export const COMPARISON_OUTCOMES = ['better', 'worse', 'different', 'none-shown', 'too-little-data'] as const;
export const comparisonOutcomeSchema = z.enum(COMPARISON_OUTCOMES);
/** Of the candidate against the reference; `different` where neither direction is worse. */
export type ComparisonOutcome = z.infer<typeof comparisonOutcomeSchema>;

export const comparisonSideSchema = z.object({
  /** What was asked for, resolved: "db-07 in investigation 1f…", "12 peers of class db". */
  label: z.string(),
  kind: z.enum(['investigation', 'run', 'peers', 'baseline']),
  investigation: z.uuid().nullable(),
  run: z.uuid().nullable(),
  at: z.iso.datetime().nullable(),
  hosts: z.int(),
});
export type ComparisonSide = z.infer<typeof comparisonSideSchema>;

export const metricComparisonSchema = z.object({
  metric: z.string(),
  instance: z.string().nullable(),
  title: z.string(),
  unit: z.string(),
  outcome: comparisonOutcomeSchema,
  /** Values compared, and the one in their middle; null where there is none. */
  candidate: z.object({ count: z.int(), middle: z.number().nullable() }),
  reference: z.object({ count: z.int(), middle: z.number().nullable() }),
  /** Two-sided, before and after the correction for many metrics; null where nothing was tested. */
  p: z.number().nullable(),
  adjustedP: z.number().nullable(),
  /** Cliff's delta, −1 to 1: the share of pairs in which the candidate is higher less that in which it is lower. */
  delta: z.number().nullable(),
  text: z.string(),
});
export type MetricComparison = z.infer<typeof metricComparisonSchema>;

export const factDifferenceSchema = z.object({
  fact: z.string(),
  candidate: z.string().nullable(),
  reference: z.string().nullable(),
  /** Hosts it differs on, where many are compared. */
  hosts: z.int(),
});
export type FactDifference = z.infer<typeof factDifferenceSchema>;

export const comparisonSchema = z.object({
  candidate: comparisonSideSchema,
  reference: comparisonSideSchema,
  outcome: comparisonOutcomeSchema,
  /** One plain sentence. */
  summary: z.string(),
  /** What differs first, the clearest difference first. */
  metrics: z.array(metricComparisonSchema),
  facts: z.array(factDifferenceSchema),
  /** What could not be compared, and why. */
  notes: z.array(z.string()),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const UUID_TEXT = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/**
 * What is compared: an investigation's id, `ID/host` for one of its runs, or a host's name for its latest run. The reference may
 * also be `peers`, `baseline` or `earlier`.
 */
export const COMPARABLE = new RegExp(`^(?:${UUID_TEXT}(?:/[^/\\s]{1,253})?|[A-Za-z0-9][A-Za-z0-9._-]{0,252})$`);
export const comparisonQuerySchema = z.object({
  a: z.string().regex(COMPARABLE, 'expected an investigation id, id/host, or the name of a host'),
  b: z
    .string()
    .regex(COMPARABLE, 'expected an investigation id, id/host, the name of a host, or peers, baseline, earlier'),
});

export const noteRequestSchema = z.strictObject({ text: z.string().trim().min(1).max(10_000) });
export const noteSchema = z.object({ id: z.uuid(), text: z.string(), author: z.string(), at: z.iso.datetime() });
/** What somebody wrote on an investigation. */
export type NoteView = z.infer<typeof noteSchema>;

export const similarSchema = z.object({
  investigation: z.uuid(),
  runbook: z.string(),
  title: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
  /** 0 to 1. */
  similarity: z.number(),
  /** What both show, the most telling first: `rule:disk-await`, `odd:disk.write_await+`. */
  shared: z.array(z.string()),
  statement: z.string().nullable(),
  mark: markKindSchema.nullable(),
  notes: z.array(noteSchema),
});
export type SimilarInvestigation = z.infer<typeof similarSchema>;

/** What one version of an analysis says otherwise than the one before it. */
export const analysisChangesSchema = z.object({
  hosts: z.array(
    z.object({ host: hostNameSchema, appeared: z.array(z.string()), gone: z.array(z.string()), same: z.int() }),
  ),
  /** Runs that could not be judged again, or not in full; they keep what was said. */
  notes: z.array(z.object({ host: hostNameSchema, reason: z.string() })),
});
export type AnalysisChanges = z.infer<typeof analysisChangesSchema>;

export const analysisVersionSchema = z.object({
  version: z.int(),
  /** The one that investigation and runs show. */
  current: z.boolean(),
  rulesVersion: z.int(),
  thresholdsVersion: z.int(),
  madeBy: z.string(),
  madeAt: z.iso.datetime(),
  verdict: verdictSchema.nullable(),
  changes: analysisChangesSchema,
});
export type AnalysisVersionView = z.infer<typeof analysisVersionSchema>;

/** One outcome behind a cell, down to the lines it was read from. */
export const cellReasonSchema = z.object({
  rule: z.string(),
  ruleTitle: z.string(),
  why: z.string(),
  outcome: z.enum(['ok', 'finding', 'unknown']),
  severity: z.string().nullable(),
  instance: z.string().nullable(),
  metric: z.string().nullable(),
  value: z.number().nullable(),
  unit: z.string().nullable(),
  threshold: z.number().nullable(),
  thresholdsVersion: z.int().nullable(),
  /** The finding's sentence, its label, or why it is unknown. */
  text: z.string(),
  next: z.string().nullable(),
  /** Every sample of the window; `at` is epoch milliseconds on our clock, null where the text has no clock. */
  samples: z.array(z.object({ at: z.number().nullable(), value: z.number().nullable(), line: z.int() })),
  evidence: z.array(
    z.object({
      step: z.string(),
      command: z.string().nullable(),
      lines: z.array(z.object({ line: z.int(), text: z.string() })),
      /** Lines cited beyond those shown. */
      more: z.int(),
    }),
  ),
});
export type CellReason = z.infer<typeof cellReasonSchema>;
export const cellWhySchema = z.object({
  run: z.uuid(),
  host: hostNameSchema,
  /** As it stands in the USE table. */
  cell: useCellSchema,
  reasons: z.array(cellReasonSchema),
});
export type CellWhy = z.infer<typeof cellWhySchema>;
