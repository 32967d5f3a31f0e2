import { z } from 'zod';

/**
 * Profiles as they are stored and sent: stacks dictionary-encoded in parallel arrays. libs/profiles makes them, and turns
 * them into graphs, diffs and exports.
 */
export const FRAME_KINDS = ['unknown', 'kernel', 'native', 'inlined', 'java', 'go', 'python', 'node', 'jit'] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

export const PROFILE_UNITS = ['samples', 'nanoseconds', 'bytes', 'count'] as const;
export type ProfileUnit = (typeof PROFILE_UNITS)[number];

const ints = z.array(z.int());

export const storedProfileSchema = z.object({
  /** What was sampled: `cpu`, `off-cpu`, `memory`, or the event's own name. */
  type: z.string().max(64),
  unit: z.enum(PROFILE_UNITS),
  /** The tool's event (`cycles`, `cpu-clock`); null where there is none. */
  event: z.string().nullable(),
  /** Samples per second and CPU that were asked for; null where sampling is not by time. */
  frequency: z.number().nullable(),
  /** Epoch milliseconds of time 0 of `samples.time`; null when unknown. */
  startedAt: z.number().nullable(),
  durationMs: z.number().nullable(),
  strings: z.array(z.string()),
  /** `name` and `module` index `strings` (module -1: unknown); `kind` indexes FRAME_KINDS. */
  frames: z.object({ name: ints, module: ints, kind: ints }),
  /** A prefix tree: the stack that a frame was called from (-1: none), which stands before it, and the frame. */
  stacks: z.object({ parent: ints, frame: ints }),
  /** `command` indexes `strings`; ids are -1 where unknown. */
  threads: z.object({
    command: ints,
    pid: ints,
    tid: ints,
    /** The control group of the process, an index of `strings` (-1: unknown); left out when none is known. */
    cgroup: ints.optional(),
  }),
  /**
   * `stack` -1 is a sample without frames. `count` is how many samples each stands for (empty: one each), `time`
   * microseconds since the sample before; `cpu` and `time` may be empty.
   */
  samples: z.object({
    stack: ints,
    weight: z.array(z.number()),
    count: z.array(z.number()),
    thread: ints,
    cpu: ints,
    time: ints,
  }),
  /** Weight of the samples in which the CPU was idle; they are not among `samples`. */
  idle: z.number(),
});
/** A profile of one host, without its stacks. */
export const profileSummarySchema = z.object({
  run: z.uuid(),
  host: z.string(),
  step: z.string(),
  type: z.string(),
  unit: z.enum(PROFILE_UNITS),
  event: z.string().nullable(),
  samples: z.int(),
  weight: z.number(),
  durationMs: z.number().nullable(),
});
export type ProfileSummary = z.infer<typeof profileSummarySchema>;

export type StoredProfile = z.infer<typeof storedProfileSchema>;

const sideSchema = z.object({
  hosts: z.array(z.string()),
  /** Samples that count: (Σw)²/Σw². */
  samples: z.number(),
  /** What the outline of its flame graph says. */
  shape: z.array(z.string()),
});

/** Two (merged) profiles as shares of their wholes. */
export const profileComparisonSchema = z.object({
  before: sideSchema,
  after: sideSchema,
  functions: z.array(
    z.object({
      name: z.string(),
      module: z.string().nullable(),
      selfBefore: z.number(),
      selfAfter: z.number(),
      totalBefore: z.number(),
      totalAfter: z.number(),
      delta: z.number(),
      p: z.number(),
      /** More than sampling noise, at a false discovery rate of 5 %. */
      significant: z.boolean(),
    }),
  ),
});
export type ProfileComparison = z.infer<typeof profileComparisonSchema>;
