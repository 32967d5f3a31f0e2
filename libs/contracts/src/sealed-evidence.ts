import { z } from 'zod';
import { cleanupSchema } from './cleanup';
import { hostClassSchema, hostFactsSchema, hostNameSchema, labelsSchema } from './host';
import { costSchema, FINAL_RUN_STATES, hostClockSchema, runStateSchema, runStepSchema } from './investigation';

/**
 * Sealed evidence: a zip of raw output that another installation can judge by itself. `manifest.json` names every file with
 * its SHA-256; `manifest.json.sha256` has the manifest's own, in the format of `sha256sum`: the seal.
 */
export const SEALED_FORMAT = 'fleetscope-evidence';
export const SEALED_VERSION = 1;
export const SEALED_MANIFEST = 'manifest.json';
export const SEALED_SEAL = 'manifest.json.sha256';
export const SEALED_CONTENT_TYPE = 'application/zip';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal');
const stepNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected the name of a step');

export const sealedFileSchema = z.strictObject({
  /** Its name in the zip. */
  file: z.string().min(1).max(512),
  step: stepNameSchema,
  stream: z.enum(['stdout', 'stderr']),
  sha256: sha256Schema,
  size: z.int().min(0),
  /** Whether the host printed more than was kept. */
  truncated: z.boolean(),
  tool: z.string().max(512).nullable(),
  toolVersion: z.string().max(512).nullable(),
});
export type SealedFile = z.infer<typeof sealedFileSchema>;

/** The parser is the one that read the step's output where it was sealed; null where none did. */
export const sealedStepSchema = runStepSchema.extend({
  step: stepNameSchema,
  parser: z.string().max(64).nullable(),
});
export type SealedStep = z.infer<typeof sealedStepSchema>;

export const sealedRunSchema = z.strictObject({
  host: hostNameSchema,
  hostClass: hostClassSchema,
  labels: labelsSchema,
  state: runStateSchema.refine((state) => FINAL_RUN_STATES.has(state), 'expected a run that has ended'),
  reason: z.string().max(10_000).nullable(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  cost: costSchema.nullable(),
  cleanup: cleanupSchema.nullable().optional(),
  clock: hostClockSchema.nullable(),
  facts: hostFactsSchema.nullable(),
  steps: z.array(sealedStepSchema).max(200),
  files: z.array(sealedFileSchema).max(400),
});
export type SealedRun = z.infer<typeof sealedRunSchema>;

export const sealedManifestSchema = z.strictObject({
  format: z.literal(SEALED_FORMAT),
  formatVersion: z.literal(SEALED_VERSION),
  product: z.string().max(64),
  /** By which the findings were made where it was sealed. */
  rulesVersion: z.int(),
  sealedAt: z.iso.datetime(),
  investigation: z.strictObject({
    id: z.uuid(),
    runbook: z.string().max(64),
    runbookVersion: z.int(),
    title: z.string().max(500),
    state: z.string().max(64),
    reason: z.string().max(1_000),
    /** Durations in milliseconds. */
    parameters: z.record(z.string().max(64), z.union([z.string().max(256), z.number(), z.null()])),
    requestedBy: z.string().max(256),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  }),
  runs: z.array(sealedRunSchema).min(1).max(10_000),
});
export type SealedManifest = z.infer<typeof sealedManifestSchema>;
