import { z } from 'zod';
import {
  costSchema,
  coverageSchema,
  investigationSnapshotSchema,
  investigationStateSchema,
  runStateSchema,
  runStepSchema,
  verdictSchema,
  escalationSchema,
} from './investigation';
import { findingSchema, useCellSchema } from './use';

/** The event log of an investigation and the websocket that carries it (`/api/v1/live`). */
const base = { seq: z.int(), at: z.iso.datetime() };

export const liveEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('investigation'),
    state: investigationStateSchema,
    coverage: coverageSchema,
    verdict: verdictSchema.nullable(),
    /** Host → oddness, once the peers were compared. */
    oddness: z.record(z.string(), z.number()).nullable(),
  }),
  z.object({ ...base, type: z.literal('escalation'), escalation: escalationSchema }),
  z.object({
    ...base,
    type: z.literal('run'),
    runId: z.uuid(),
    host: z.string(),
    state: runStateSchema,
    reason: z.string().nullable(),
    attempt: z.int(),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
    cost: costSchema.nullable(),
  }),
  z.object({ ...base, type: z.literal('step'), runId: z.uuid(), host: z.string(), step: runStepSchema }),
  z.object({
    ...base,
    type: z.literal('analysis'),
    runId: z.uuid(),
    host: z.string(),
    use: z.array(useCellSchema),
    findings: z.array(findingSchema),
    oddness: z.number().nullable(),
  }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;
/** An event before the log gave it its place. */
export type LiveEventBody = LiveEvent extends infer E ? (E extends LiveEvent ? Omit<E, 'seq' | 'at'> : never) : never;

export const clientMessageSchema = z.discriminatedUnion('type', [
  /** Without `since`: a snapshot first. With it: every event after that number, or a snapshot when too many. */
  z.strictObject({ type: z.literal('subscribe'), investigation: z.uuid(), since: z.int().min(0).optional() }),
  z.strictObject({ type: z.literal('unsubscribe'), investigation: z.uuid() }),
  /** Raw lines of one run while it runs; lossy, not in the log. */
  z.strictObject({ type: z.literal('tail'), runId: z.uuid() }),
  z.strictObject({ type: z.literal('untail'), runId: z.uuid() }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

export const serverMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), snapshot: investigationSnapshotSchema }),
  z.object({ type: z.literal('events'), investigation: z.uuid(), events: z.array(liveEventSchema) }),
  z.object({
    type: z.literal('tail'),
    runId: z.uuid(),
    lines: z.array(
      z.object({ step: z.string(), stream: z.enum(['stdout', 'stderr']), text: z.string(), at: z.number() }),
    ),
    dropped: z.int(),
  }),
  z.object({ type: z.literal('problem'), status: z.int(), detail: z.string() }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
