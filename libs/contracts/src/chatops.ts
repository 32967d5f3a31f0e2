import { z } from 'zod';
import { hostScopeSchema, personNameSchema, roleSchema } from './access';
import { hostClassSchema, hostNameSchema, labelKeySchema, labelsSchema } from './host';
import { investigationStateSchema, coverageSchema, verdictSchema } from './investigation';
import { observationSchema } from './observation';
import { durationTextSchema } from './runbook';
import { findingSchema } from './use';

/** Names of what is connected: a word that stands in an address. */
export const connectionNameSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a word such as alertmanager-eu');

// ── what is told to others ───────────────────────────────────────────────────────────────────────────────────────────
/** `standard`: signed JSON after Standard Webhooks; the others: what the chat programs' incoming webhooks take. */
export const WEBHOOK_FORMATS = ['standard', 'mattermost', 'teams'] as const;
export const WEBHOOK_EVENTS = ['investigation.ended'] as const;
export const webhookInputSchema = z.strictObject({
  name: connectionNameSchema,
  url: z.url({ protocol: /^https?$/, hostname: /.*/ }).max(2_000),
  format: z.enum(WEBHOOK_FORMATS).default('standard'),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).default(['investigation.ended']),
});
export type WebhookInput = z.infer<typeof webhookInputSchema>;
export const webhookSchema = z.object({
  name: connectionNameSchema,
  /** Without path and query: those of a chat program are as good as a password. */
  to: z.string(),
  format: z.enum(WEBHOOK_FORMATS),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  waiting: z.int(),
  delivered: z.int(),
  givenUp: z.int(),
  lastError: z.string().nullable(),
});
export type WebhookView = z.infer<typeof webhookSchema>;
/** The only time the secret is shown; null where the format has none. */
export const createdWebhookSchema = webhookSchema.extend({ secret: z.string().nullable() });
export type CreatedWebhook = z.infer<typeof createdWebhookSchema>;
export const webhookTestSchema = z.object({
  delivered: z.boolean(),
  status: z.int().nullable(),
  error: z.string().nullable(),
});
export type WebhookTest = z.infer<typeof webhookTestSchema>;

/** What became of telling of one investigation. */
export const deliverySchema = z.object({
  investigation: z.uuid(),
  state: z.enum(['waiting', 'delivered', 'given-up']),
  attempts: z.int(),
  /** When it is tried next; null when it is not. */
  nextAt: z.iso.datetime().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type DeliveryView = z.infer<typeof deliverySchema>;

/** Rate, errors and duration of a service, as Prometheus told them. */
export const redContextSchema = z.object({
  state: z.enum(['waiting', 'kept', 'failed']),
  why: z.string().nullable(),
  service: z.string(),
  observations: z.array(observationSchema),
  findings: z.array(findingSchema),
  /** Rate and duration read together. */
  reading: z.string().nullable(),
});
export type RedContextView = z.infer<typeof redContextSchema>;

/** What a subscriber of `investigation.ended` gets. */
export const investigationNewsSchema = z.object({
  type: z.enum(['investigation.ended', 'test']),
  timestamp: z.iso.datetime(),
  data: z.object({
    /** Coverage, what is worst, what to do next: a line each. */
    text: z.string(),
    investigation: z
      .object({
        ...{ id: z.uuid(), title: z.string(), runbook: z.string(), state: investigationStateSchema },
        ...{ reason: z.string(), requestedBy: z.string(), hosts: z.int() },
        ...{ startedAt: z.iso.datetime().nullable(), endedAt: z.iso.datetime().nullable() },
      })
      .nullable(),
    coverage: coverageSchema.nullable(),
    verdict: verdictSchema.nullable(),
    red: z.string().nullable(),
    links: z.object({ investigation: z.string(), report: z.string() }).nullable(),
  }),
});
export type InvestigationNews = z.infer<typeof investigationNewsSchema>;

// ── what others tell us ──────────────────────────────────────────────────────────────────────────────────────────────
export const HOOK_KINDS = ['standard', 'alertmanager', 'pagerduty'] as const;
export const hookInputSchema = z.strictObject({
  name: connectionNameSchema,
  kind: z.enum(HOOK_KINDS),
  /** PagerDuty makes its own; we make the others. */
  secret: z.string().min(16).max(256).optional(),
  /** What it may start, at most what its maker may. */
  role: roleSchema.default('operator'),
  scope: hostScopeSchema.nullable().default(null),
});
export type HookInput = z.infer<typeof hookInputSchema>;
export const hookSchema = z.object({
  ...{ name: connectionNameSchema, kind: z.enum(HOOK_KINDS), role: roleSchema, scope: hostScopeSchema.nullable() },
  ...{ path: z.string(), createdBy: z.string(), createdAt: z.iso.datetime() },
});
export type HookView = z.infer<typeof hookSchema>;
export const createdHookSchema = hookSchema.extend({ secret: z.string() });
export type CreatedHook = z.infer<typeof createdHookSchema>;

const querySchema = z.string().trim().min(1).max(2_000);
/** Queries of a Prometheus; `$name` stands for the alert's label `name`. */
export const redQueriesSchema = z
  .strictObject({
    /** The label that names the service. */
    serviceLabel: labelKeySchema.default('service'),
    rate: querySchema.optional(),
    /** Share of failed requests, 0 to 1. */
    errors: querySchema.optional(),
    /** Seconds. */
    durationMean: querySchema.optional(),
    durationP99: querySchema.optional(),
    range: durationTextSchema.default('15m'),
    /** How long before stands for "as usual". */
    baselineOffset: durationTextSchema.default('24h'),
  })
  .refine((queries) => queries.rate ?? queries.errors ?? queries.durationMean ?? queries.durationP99, {
    message: 'expected at least one of rate, errors, durationMean, durationP99',
  });
export type RedQueries = z.infer<typeof redQueriesSchema>;

/** Which alerts start what. */
export const alertRuleSchema = z.strictObject({
  name: connectionNameSchema,
  /** Of this hook alone; null: of any. */
  hook: connectionNameSchema.nullable().default(null),
  /** Label → what it must be; `*` stands for any text. All must hold. */
  match: z.record(z.string().min(1).max(128), z.string().max(256)),
  targets: z
    .strictObject({
      hosts: z.array(hostNameSchema).max(1_000).optional(),
      classes: z.array(hostClassSchema).max(100).optional(),
      labels: labelsSchema.optional(),
      /** The label whose value is the host's name; a port after it is left out. */
      hostFrom: z.string().min(1).max(128).optional(),
      classFrom: z.string().min(1).max(128).optional(),
    })
    .refine(
      (t) => t.hosts?.length || t.classes?.length || Object.keys(t.labels ?? {}).length || t.hostFrom || t.classFrom,
      {
        message: 'expected at least one of hosts, classes, labels, hostFrom, classFrom',
      },
    ),
  runbook: z.string().max(64).default('triage-60s'),
  parameters: z.record(z.string().max(64), z.union([z.string().max(256), z.number()])).default({}),
  /** After a start, nothing more is started on the same targets for so long. */
  cooldown: durationTextSchema.default('15m'),
  red: redQueriesSchema.optional(),
});
export type AlertRule = z.infer<typeof alertRuleSchema>;
export const storedAlertRuleSchema = alertRuleSchema.safeExtend({
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
});
export type StoredAlertRule = z.infer<typeof storedAlertRuleSchema>;

/** An alert, whoever sent it. */
export const alertSchema = z.object({
  /** The same as long as it is the same alert. */
  fingerprint: z.string().min(1).max(256),
  firing: z.boolean(),
  labels: z.record(z.string().max(128), z.string().max(2_000)),
  summary: z.string().max(500),
});
export type Alert = z.infer<typeof alertSchema>;

export const ALERT_OUTCOMES = [
  'started',
  'no-rule',
  'not-firing',
  'duplicate',
  'cool-down',
  'no-target',
  'refused',
] as const;
export const alertResultSchema = z.object({
  alert: z.string(),
  rule: z.string().nullable(),
  outcome: z.enum([...ALERT_OUTCOMES, 'would-start']),
  why: z.string().nullable(),
  investigation: z.uuid().nullable(),
});
export type AlertResult = z.infer<typeof alertResultSchema>;
export const alertAnswerSchema = z.object({ results: z.array(alertResultSchema) });
export type AlertAnswer = z.infer<typeof alertAnswerSchema>;
/** A notification as it would come in, to see what would be started. */
export const alertTestSchema = z.strictObject({ hook: connectionNameSchema, payload: z.unknown() });

// ── who writes in a chat ─────────────────────────────────────────────────────────────────────────────────────────────
const chatUserIdSchema = z.string().regex(/^slack:[A-Z0-9]{2,32}$/, 'expected slack:U0123ABCD');
export const chatUserInputSchema = z
  .strictObject({
    /** A person of ours, with what they may at the time. */
    person: personNameSchema.optional(),
    /** Or a role and a scope of its own. */
    role: roleSchema.optional(),
    scope: hostScopeSchema.nullable().default(null),
  })
  .refine(({ person, role, scope }) => (person === undefined) !== (role === undefined) && (!person || scope === null), {
    message: 'expected either a person, or a role with or without a scope',
  });
export type ChatUserInput = z.infer<typeof chatUserInputSchema>;
export const chatUserSchema = z.object({
  id: z.string(),
  person: z.string().nullable(),
  role: roleSchema.nullable(),
  scope: hostScopeSchema.nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
});
export type ChatUserView = z.infer<typeof chatUserSchema>;
export const chatUserParamSchema = z.object({ id: chatUserIdSchema });
