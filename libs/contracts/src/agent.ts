import { z } from 'zod';
import { hostClassSchema, hostNameSchema, labelsSchema } from './host';
import { costClassSchema, idSchema } from './runbook';

/** Why the agent won't run something, by its own policy. */
export const refusedRunbookSchema = z.object({ runbook: idSchema, reason: z.string().max(200) });
export type RefusedRunbook = z.infer<typeof refusedRunbookSchema>;

/** Base64 of a key or a signature. */
const keyText = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9+/]+=*$/, 'expected base64');

/** A runbook that is not of the catalogue, as its author signed it: what it says, not what it compiles to. */
export const signedRunbookSchema = z.strictObject({
  /** The YAML. */
  text: z.string().max(65_536),
  /** Its bpftrace programs, by file name. */
  programs: z.record(z.string().max(100), z.string().max(65_536)),
  signature: keyText,
});
export type SignedRunbook = z.infer<typeof signedRunbookSchema>;
/** The agent's own policy file: what it never runs, whoever asks. */
export const agentPolicySchema = z.strictObject({
  forbid: z
    .strictObject({
      runbooks: z.array(idSchema).default([]),
      cost: z.array(costClassSchema).default([]),
      /** Runbook → parameters that may not be given. */
      parameters: z.record(idSchema, z.array(idSchema)).default({}),
    })
    .default({ runbooks: [], cost: [], parameters: {} }),
  /** Keys that may sign runbooks which are not of the catalogue: Ed25519, SPKI in DER, base64. None: no such runbook is run. */
  runbookKeys: z.array(keyText).max(32).default([]),
});
export type AgentPolicy = z.infer<typeof agentPolicySchema>;

export const enrolmentInputSchema = z.strictObject({
  /** Without one the agent is named as its machine is. */
  name: hostNameSchema.nullable().default(null),
  class: hostClassSchema.default('default'),
  labels: labelsSchema.default({}),
  expiresInMinutes: z.int().min(1).max(1_440).default(15),
});
export type EnrolmentInput = z.infer<typeof enrolmentInputSchema>;
/** The only time the token is shown. */
export const enrolmentSchema = z.object({
  token: z.string(),
  expiresAt: z.iso.datetime(),
  /** SHA-256 of the agent program that this server gives out, hex; null when it has none. */
  programSha256: z.string().nullable(),
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

const version = z
  .string()
  .max(32)
  .regex(/^[0-9A-Za-z.+-]+$/);

export const enrolRequestSchema = z.strictObject({
  token: z.string().min(16).max(128),
  /** Ed25519, SPKI in DER, base64. */
  publicKey: keyText,
  hostname: z.string().max(253),
  version,
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;
export const enrolledSchema = z.object({ agent: z.uuid(), host: hostNameSchema });
export type Enrolled = z.infer<typeof enrolledSchema>;

export const leaseRequestSchema = z.strictObject({
  version,
  /** Runs that the agent has in hand: their leases are extended. */
  holding: z.array(z.uuid()).max(64),
  /** How many more it can take. */
  room: z.int().min(0).max(64),
  /** How long the server may wait for work, milliseconds. */
  waitMs: z.int().min(0).max(25_000),
  /** By how much the agent's own clock is ahead of the server's. */
  skewMs: z.int().nullable(),
  refused: z.array(refusedRunbookSchema).max(500),
});
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

export const leaseSchema = z.object({
  runId: z.uuid(),
  fence: z.int(),
  runbook: idSchema,
  runbookVersion: z.int(),
  /** SHA-256 of the runbook as the server has it: what it means must be the same on both sides. */
  runbookDigest: z.string(),
  /** With a runbook of the installation's own: the agent verifies it and compiles it like those that it has. */
  signed: signedRunbookSchema.optional(),
  /** As a person would write them: `{ "window": "10000ms" }`. */
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  /** From now, milliseconds. */
  deadlineMs: z.int(),
});
export type Lease = z.infer<typeof leaseSchema>;
export const leaseAnswerSchema = z.object({
  lease: leaseSchema.nullable(),
  /** Runs to end now, keeping what they have. */
  cancel: z.array(z.uuid()),
  /** Runs that are over for the server: nothing more of them is wanted. */
  gone: z.array(z.uuid()),
});
export type LeaseAnswer = z.infer<typeof leaseAnswerSchema>;

/** How a run ended on the agent's side. */
export const agentRunEndSchema = z.strictObject({
  exitStatus: z.int().nullable(),
  signal: z.string().max(16).nullable(),
  stderr: z.string().max(4_096),
  /** Set when the agent would not run it. */
  refused: z.string().max(500).nullable(),
  /** Set when bytes are missing: the agent was stopped, its spool was full. */
  lost: z.string().max(500).nullable(),
});
export type AgentRunEnd = z.infer<typeof agentRunEndSchema>;

export const chunkSchema = z.strictObject({
  fence: z.int().min(0),
  /** From 0, without gaps. */
  seq: z.int().min(0).max(8_191),
  /** The bytes, gzipped, base64; empty for none. */
  data: z.string().max(61_440),
  /** With the last one. */
  end: agentRunEndSchema.nullable(),
});
export type Chunk = z.infer<typeof chunkSchema>;
/** The number that the server waits for: what is below it is kept. */
export const chunkAnswerSchema = z.object({ next: z.int() });

export const agentViewSchema = z.object({
  id: z.uuid(),
  host: hostNameSchema,
  class: z.string(),
  state: z.enum(['online', 'offline', 'revoked']),
  version: z.string(),
  /** SHA-256 of the public key, as in `SHA256:…`. */
  fingerprint: z.string(),
  enrolledAt: z.iso.datetime(),
  enrolledBy: z.string(),
  lastSeenAt: z.iso.datetime().nullable(),
  skewMs: z.int().nullable(),
  refused: z.array(refusedRunbookSchema),
  revokedAt: z.iso.datetime().nullable(),
});
export type AgentView = z.infer<typeof agentViewSchema>;
