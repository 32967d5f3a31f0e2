import { z } from 'zod';
import { roleSchema } from './access';
import { investigationRequestSchema, targetsSchema } from './investigation';
import { durationTextSchema } from './runbook';

export const scheduleNameSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a word such as nightly-web');
/** Five fields of crontab(5), or `@daily` and the like; read in the schedule's time zone. */
const cronTextSchema = z.string().min(1).max(120);
const timeZoneSchema = z.string().min(1).max(64);

export const scheduleInputSchema = z.strictObject({
  name: scheduleNameSchema,
  cron: cronTextSchema,
  tz: timeZoneSchema.default('UTC'),
  /** What is asked for each time. */
  request: investigationRequestSchema.omit({ despiteFreeze: true, despiteBudget: true }),
  /** Up to so much later: each host's run by a share of its own (`hosts`), or the start of all of them (`start`). */
  jitter: durationTextSchema.default('0s'),
  spread: z.enum(['hosts', 'start']).default('hosts'),
  /** How long after its time a start is still wanted; a minute when nothing is said. */
  window: durationTextSchema.nullable().default(null),
  /** While the one before it still runs: leave it out, wait for it (within the window), or start beside it. */
  overlap: z.enum(['skip', 'queue', 'allow']).default('skip'),
  /** Times that nobody was there for: leave them out, or make up for them by one run. */
  missed: z.enum(['skip', 'run-once']).default('skip'),
  /** Whether what it measures says how things usually are. */
  baseline: z.boolean().default(true),
  /** The role it runs with, at most that of whoever makes it; theirs when nothing is said. */
  role: roleSchema.optional(),
});
export type ScheduleInput = z.infer<typeof scheduleInputSchema>;

const { runbook, targets, parameters, reason, escalate, rollout } = investigationRequestSchema.shape;
/** What is left out stays as it is; of the request, too. */
export const scheduleUpdateSchema = z
  .strictObject({
    cron: cronTextSchema,
    tz: timeZoneSchema,
    /** `parameters` take the place of all that were given; null takes an escalation or a rollout away. */
    request: z
      .strictObject({
        ...{ runbook, targets, parameters: parameters.unwrap(), reason: reason.unwrap() },
        ...{ escalate: escalate.unwrap().nullable(), rollout: rollout.unwrap().nullable() },
      })
      .partial(),
    jitter: durationTextSchema,
    spread: scheduleInputSchema.shape.spread.unwrap(),
    window: scheduleInputSchema.shape.window.unwrap(),
    overlap: scheduleInputSchema.shape.overlap.unwrap(),
    missed: scheduleInputSchema.shape.missed.unwrap(),
    baseline: z.boolean(),
    role: roleSchema,
  })
  .partial();
export type ScheduleUpdate = z.infer<typeof scheduleUpdateSchema>;

export const NOT_STARTED_REASONS = ['overlap', 'paused', 'frozen', 'maintenance', 'missed', 'refused'] as const;

/** A time that a schedule was due, and what became of it. */
export const firingSchema = z.object({
  due: z.iso.datetime(),
  state: z.enum(['waiting', 'started', 'not-started']),
  /** Why it was not started. */
  why: z.enum(NOT_STARTED_REASONS).nullable(),
  detail: z.string().nullable(),
  investigation: z.uuid().nullable(),
  /** Who asked for it out of turn; null when it was the clock. */
  askedBy: z.string().nullable(),
  baseline: z.enum(['no', 'waiting', 'fed', 'kept-out']),
  baselineReason: z.string().nullable(),
});
export type FiringView = z.infer<typeof firingSchema>;

export const scheduleSchema = z.object({
  name: scheduleNameSchema,
  cron: z.string(),
  tz: z.string(),
  request: investigationRequestSchema.omit({ despiteFreeze: true, despiteBudget: true }),
  jitter: z.string(),
  spread: z.enum(['hosts', 'start']),
  window: z.string().nullable(),
  overlap: z.enum(['skip', 'queue', 'allow']),
  missed: z.enum(['skip', 'run-once']),
  baseline: z.boolean(),
  paused: z.boolean(),
  role: roleSchema,
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  /** The next times it is due; none while it is paused. */
  next: z.array(z.iso.datetime()),
  last: firingSchema.nullable(),
});
export type ScheduleView = z.infer<typeof scheduleSchema>;

/** No new work starts while the fleet is frozen, but what a commander starts in spite of it. */
export const freezeSchema = z.object({
  frozen: z.boolean(),
  why: z.string().nullable(),
  by: z.string().nullable(),
  at: z.iso.datetime().nullable(),
});
export type FreezeView = z.infer<typeof freezeSchema>;
export const freezeInputSchema = z.strictObject({ why: z.string().trim().min(1).max(300) });

/** Scheduled work leaves these hosts alone: from one time to another, or for a while each time `cron` says so. */
export const maintenanceInputSchema = z.strictObject({
  targets: targetsSchema,
  why: z.string().trim().min(1).max(300),
  from: z.iso.datetime().nullable().default(null),
  until: z.iso.datetime().nullable().default(null),
  cron: cronTextSchema.nullable().default(null),
  tz: timeZoneSchema.default('UTC'),
  duration: durationTextSchema.nullable().default(null),
});
export type MaintenanceInput = z.infer<typeof maintenanceInputSchema>;

export const maintenanceSchema = z.object({
  id: z.uuid(),
  targets: targetsSchema,
  why: z.string(),
  from: z.iso.datetime().nullable(),
  until: z.iso.datetime().nullable(),
  cron: z.string().nullable(),
  tz: z.string(),
  duration: z.string().nullable(),
  active: z.boolean(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
});
export type MaintenanceView = z.infer<typeof maintenanceSchema>;
