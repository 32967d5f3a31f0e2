import { FRAME_KINDS, type FrameKind, type ProfileUnit } from '@fleetscope/contracts';

/**
 * Stacks of one host over one window, whatever took them. Parallel arrays and numbers instead of objects: a capture has
 * tens of thousands of samples over a few hundred stacks. Samples without a time carry NaN, without a CPU -1.
 */
export interface Profile {
  readonly type: string;
  /** Of the weights. */
  readonly unit: ProfileUnit;
  readonly event: string | null;
  /** Samples per second and CPU that were asked for. */
  readonly frequency: number | null;
  /** Epoch milliseconds of time 0. */
  readonly startedAt: number | null;
  readonly durationMs: number | null;
  readonly strings: readonly string[];
  readonly frames: {
    readonly size: number;
    readonly name: Int32Array;
    /** -1 where unknown. */
    readonly module: Int32Array;
    readonly kind: Uint8Array;
  };
  /** A prefix tree, parents before children; the root's parent is -1. */
  readonly stacks: { readonly size: number; readonly parent: Int32Array; readonly frame: Int32Array };
  readonly threads: {
    readonly size: number;
    readonly command: Int32Array;
    readonly pid: Int32Array;
    readonly tid: Int32Array;
    /** The control group of the process; -1 where unknown. */
    readonly cgroup: Int32Array;
  };
  readonly samples: {
    readonly size: number;
    /** -1: no frames. */
    readonly stack: Int32Array;
    readonly weight: Float64Array;
    /** How many samples of the tool each stands for: 1, or more where equal ones were added up. */
    readonly count: Float64Array;
    readonly thread: Int32Array;
    readonly cpu: Int32Array;
    /** Milliseconds since `startedAt`. */
    readonly time: Float64Array;
  };
  /** Weight of samples of an idle CPU, which are left out. */
  readonly idle: number;
}

export interface FrameView {
  readonly name: string;
  readonly module: string | null;
  readonly kind: FrameKind;
}

export const kindNumber = (kind: FrameKind): number => FRAME_KINDS.indexOf(kind);
export const kindOf = (number: number): FrameKind => FRAME_KINDS[number] ?? 'unknown';

export const frameAt = (profile: Pick<Profile, 'strings' | 'frames'>, frame: number): FrameView => {
  const module = profile.frames.module[frame] ?? -1;
  return {
    name: profile.strings[profile.frames.name[frame] ?? -1] ?? '[unknown]',
    module: module === -1 ? null : (profile.strings[module] ?? null),
    kind: kindOf(profile.frames.kind[frame] ?? 0),
  };
};

export const commandAt = (profile: Pick<Profile, 'strings' | 'threads'>, thread: number): string =>
  profile.strings[profile.threads.command[thread] ?? -1] ?? '?';

/** Null where unknown. */
export const cgroupAt = (profile: Pick<Profile, 'strings' | 'threads'>, thread: number): string | null =>
  profile.strings[profile.threads.cgroup[thread] ?? -1] ?? null;

/** The frames of a stack, root first. */
export const framesOf = (profile: Pick<Profile, 'stacks'>, stack: number): number[] => {
  const out: number[] = [];
  for (let at = stack; at >= 0; at = profile.stacks.parent[at] as number) out.push(profile.stacks.frame[at] as number);
  return out.reverse();
};

export const totalWeight = (profile: Profile): number => {
  let total = 0;
  for (let at = 0; at < profile.samples.size; at++) total += profile.samples.weight[at] as number;
  return total;
};
