import { z } from 'zod';

const share = z.number().min(0).max(1);
const most = z.int().min(1).max(100_000);

/** How an investigation begins on many hosts: little by little, and no further than it goes well. */
export const rolloutSchema = z.strictObject({
  /** So many hosts first, by name; the others only when at least this share of them (all, if not said) answered. */
  canary: z.strictObject({ hosts: most, share: share.optional() }).optional(),
  /** The others in groups of so many: one begins when the one before has ended. */
  batch: most.optional(),
  /** At most so many runs under way at a time: in all, in a class, behind a jump host, with one value of a label. */
  concurrency: z
    .strictObject({
      total: most.optional(),
      perClass: most.optional(),
      perJump: most.optional(),
      perLabel: z.strictObject({ label: z.string().min(1).max(100), runs: most }).optional(),
    })
    .optional(),
  /** Stopped on every host once one of these is passed. */
  stopWhen: z
    .strictObject({
      /** Hosts that did not answer. */
      failures: most.optional(),
      /** The same as a share of all its hosts. */
      failureShare: share.optional(),
      /** Share of one CPU that a probe took by its own measurement. */
      cpuShare: z.number().positive().max(64).optional(),
    })
    .optional(),
});
export type Rollout = z.infer<typeof rolloutSchema>;

export const haltSchema = z.object({ at: z.iso.datetime(), reason: z.string() });
export type Halt = z.infer<typeof haltSchema>;
