import { z } from 'zod';
import { hostClassSchema, hostNameSchema } from './host';
import { aspectSchema, resourceSchema } from './use';

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
