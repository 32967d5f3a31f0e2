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
