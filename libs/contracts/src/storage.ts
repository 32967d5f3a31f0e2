import { z } from 'zod';

/** Kinds of data that are kept for a time of their own. The audit log is kept for good. */
export const RETAINED_KINDS = [
  'evidence',
  'events',
  'observations',
  'measurements',
  'profiles',
  'investigations',
  'baselines',
  'firings',
] as const;
export const retainedKindSchema = z.enum(RETAINED_KINDS);
export type RetainedKind = z.infer<typeof retainedKindSchema>;

/** Days that each kind is kept when nobody said otherwise: what is large goes first, what is usual is kept longest. */
export const DEFAULT_RETENTION_DAYS: Readonly<Record<RetainedKind, number>> = {
  evidence: 30,
  events: 30,
  observations: 90,
  profiles: 90,
  measurements: 400,
  investigations: 400,
  firings: 400,
  baselines: 800,
};

export const retentionInputSchema = z.strictObject({ days: z.int().min(1).max(3_650) });

export const storageKindSchema = z.object({
  kind: z.enum([...RETAINED_KINDS, 'audit']),
  /** Null: for good. */
  keptDays: z.int().nullable(),
  bytes: z.int(),
  /** Over the days that were looked at; null until there are two of them. */
  bytesPerDay: z.number().nullable(),
  /** What it will have grown to when retention takes as much as comes; null while the growth is unknown or without end. */
  forecastBytes: z.number().nullable(),
});
export type StorageKind = z.infer<typeof storageKindSchema>;

export const storageSchema = z.object({
  kinds: z.array(storageKindSchema),
  bytes: z.int(),
  bytesPerDay: z.number().nullable(),
  /** Of the disk that holds the data directory, or that of the evidence where it has one that is full sooner. */
  freeBytes: z.int(),
  /** When that disk is full if all goes on as in the last days; null when it does not grow or nothing is known. */
  daysLeft: z.number().nullable(),
});
export type StorageView = z.infer<typeof storageSchema>;

/** What a pass of retention took. */
export const sweepSchema = z.object({
  removed: z.record(z.string(), z.int()),
  partitions: z.array(z.string()),
  files: z.int(),
});
export type Sweep = z.infer<typeof sweepSchema>;

export const investigationHoldSchema = z.object({ why: z.string(), by: z.string(), at: z.iso.datetime() });
