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
import {
  matrixFinding,
  matrixFindingSchema,
  matrixLine,
  matrixLineSchema,
  matrixStepSchema,
  packedMatrixSchema,
} from './matrix';
import { findingSchema, useCellSchema } from './use';

/** The event log of an investigation and the websocket that carries it (`/api/v1/live`). */
const base = { seq: z.int(), at: z.iso.datetime() };

const ofRun = { ...base, runId: z.uuid(), host: z.string() };

const investigationEventSchema = z.object({
  ...base,
  type: z.literal('investigation'),
  state: investigationStateSchema,
  coverage: coverageSchema,
  verdict: verdictSchema.nullable(),
  /** Host → oddness, once the peers were compared. */
  oddness: z.record(z.string(), z.number()).nullable(),
});
const escalationEventSchema = z.object({ ...base, type: z.literal('escalation'), escalation: escalationSchema });
const runEventSchema = z.object({
  ...ofRun,
  type: z.literal('run'),
  state: runStateSchema,
  reason: z.string().nullable(),
  attempt: z.int(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  cost: costSchema.nullable(),
});

export const liveEventSchema = z.discriminatedUnion('type', [
  investigationEventSchema,
  escalationEventSchema,
  runEventSchema,
  z.object({ ...ofRun, type: z.literal('step'), step: runStepSchema }),
  z.object({
    ...ofRun,
    type: z.literal('analysis'),
    use: z.array(useCellSchema),
    findings: z.array(findingSchema),
    oddness: z.number().nullable(),
  }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;
/** An event before the log gave it its place. */
export type LiveEventBody = LiveEvent extends infer E ? (E extends LiveEvent ? Omit<E, 'seq' | 'at'> : never) : never;

/** The same events as the matrix takes them: of steps and lines only what it draws. */
export const matrixEventSchema = z.discriminatedUnion('type', [
  investigationEventSchema,
  escalationEventSchema,
  runEventSchema,
  z.object({ ...ofRun, type: z.literal('step'), step: matrixStepSchema }),
  z.object({
    ...ofRun,
    type: z.literal('analysis'),
    use: z.array(matrixLineSchema),
    findings: z.array(matrixFindingSchema),
    oddness: z.number().nullable(),
  }),
]);
export type MatrixEvent = z.infer<typeof matrixEventSchema>;

export const matrixEvent = (event: LiveEvent): MatrixEvent => {
  if (event.type === 'step') return { ...event, step: { step: event.step.step, state: event.step.state } };
  if (event.type !== 'analysis') return event;
  return { ...event, use: event.use.map(matrixLine), findings: event.findings.map(matrixFinding) };
};

export const LIVE_VIEWS = ['runs', 'matrix'] as const;
/** `runs`: everything that is known of each. `matrix`: what the matrix draws, a tenth of it. */
export type LiveView = (typeof LIVE_VIEWS)[number];

export const clientMessageSchema = z.discriminatedUnion('type', [
  /** Without `since`: a snapshot first. With it: every event after that number, or a snapshot when too many. */
  z.strictObject({
    type: z.literal('subscribe'),
    investigation: z.uuid(),
    since: z.int().min(0).optional(),
    view: z.enum(LIVE_VIEWS).default('runs'),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), investigation: z.uuid() }),
  /** Raw lines of one run while it runs; lossy, not in the log. */
  z.strictObject({ type: z.literal('tail'), runId: z.uuid() }),
  z.strictObject({ type: z.literal('untail'), runId: z.uuid() }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type ClientMessageInput = z.input<typeof clientMessageSchema>;

export const serverMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), snapshot: investigationSnapshotSchema }),
  z.object({ type: z.literal('events'), investigation: z.uuid(), events: z.array(liveEventSchema) }),
  z.object({ type: z.literal('matrix'), matrix: packedMatrixSchema }),
  z.object({ type: z.literal('matrix-events'), investigation: z.uuid(), events: z.array(matrixEventSchema) }),
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
