import { FRAME_KINDS, type StoredProfile } from '@fleetscope/contracts';
import { type Profile } from './profile';

/** Something about a profile's text or arrays that can't be right; the message says what and where. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
}

/** As it goes to the store and over the wire: plain arrays; times as differences, in microseconds. */
export const storeProfile = (profile: Profile): StoredProfile => {
  const { samples } = profile;
  const timed = samples.size > 0 && samples.time.every((time) => !Number.isNaN(time));
  const located = samples.cpu.some((cpu) => cpu !== -1);
  let before = 0;
  const time = timed
    ? Array.from(samples.time, (ms) => {
        const now = Math.round(ms * 1000);
        const step = now - before;
        before = now;
        return step;
      })
    : [];
  return {
    type: profile.type,
    unit: profile.unit,
    event: profile.event,
    frequency: profile.frequency,
    startedAt: profile.startedAt,
    durationMs: profile.durationMs,
    strings: [...profile.strings],
    frames: {
      name: [...profile.frames.name],
      module: [...profile.frames.module],
      kind: [...profile.frames.kind],
    },
    stacks: { parent: [...profile.stacks.parent], frame: [...profile.stacks.frame] },
    threads: {
      command: [...profile.threads.command],
      pid: [...profile.threads.pid],
      tid: [...profile.threads.tid],
      ...(profile.threads.cgroup.some((group) => group !== -1) ? { cgroup: [...profile.threads.cgroup] } : {}),
    },
    samples: {
      stack: [...samples.stack],
      weight: [...samples.weight],
      count: samples.count.some((count) => count !== 1) ? [...samples.count] : [],
      thread: [...samples.thread],
      cpu: located ? [...samples.cpu] : [],
      time,
    },
    idle: profile.idle,
  };
};

const within = (what: string, values: readonly number[], least: number, bound: number): void => {
  values.forEach((value, at) => {
    if (!(value >= least && value < bound))
      throw new ProfileError(`${what}[${at}]: expected a number from ${least} to ${bound - 1}, got ${value}`);
  });
};

const sameLength = (what: string, ...arrays: readonly (readonly unknown[])[]): void => {
  if (arrays.some((array) => array.length !== arrays[0]?.length))
    throw new ProfileError(`${what}: arrays of unequal length (${arrays.map(({ length }) => length).join(', ')})`);
};

/**
 * The profile in a stored one; every reference is checked, so that what comes from a file can neither loop nor point
 * outside.
 * @throws ProfileError which array is wrong, and where
 */
export const loadProfile = (stored: StoredProfile): Profile => {
  const { strings, frames, stacks, threads, samples } = stored;
  sameLength('frames', frames.name, frames.module, frames.kind);
  within('frames.name', frames.name, 0, strings.length);
  within('frames.module', frames.module, -1, strings.length);
  within('frames.kind', frames.kind, 0, FRAME_KINDS.length);
  sameLength('stacks', stacks.parent, stacks.frame);
  within('stacks.frame', stacks.frame, 0, frames.name.length);
  stacks.parent.forEach((parent, at) => {
    if (!(parent >= -1 && parent < at))
      throw new ProfileError(`stacks.parent[${at}]: expected a stack before it, got ${parent}`);
  });
  sameLength('threads', threads.command, threads.pid, threads.tid);
  within('threads.command', threads.command, 0, strings.length);
  const cgroup = threads.cgroup ?? threads.command.map(() => -1);
  sameLength('threads', threads.command, cgroup);
  within('threads.cgroup', cgroup, -1, strings.length);
  sameLength('samples', samples.stack, samples.weight, samples.thread);
  within('samples.stack', samples.stack, -1, stacks.parent.length);
  within('samples.thread', samples.thread, 0, threads.command.length);
  const size = samples.stack.length;
  if (samples.count.length > 0) sameLength('samples', samples.stack, samples.count);
  if (samples.cpu.length > 0) sameLength('samples', samples.stack, samples.cpu);
  if (samples.time.length > 0) sameLength('samples', samples.stack, samples.time);
  let now = 0;
  return {
    type: stored.type,
    unit: stored.unit,
    event: stored.event,
    frequency: stored.frequency,
    startedAt: stored.startedAt,
    durationMs: stored.durationMs,
    strings,
    frames: {
      size: frames.name.length,
      name: Int32Array.from(frames.name),
      module: Int32Array.from(frames.module),
      kind: Uint8Array.from(frames.kind),
    },
    stacks: {
      size: stacks.parent.length,
      parent: Int32Array.from(stacks.parent),
      frame: Int32Array.from(stacks.frame),
    },
    threads: {
      size: threads.command.length,
      command: Int32Array.from(threads.command),
      pid: Int32Array.from(threads.pid),
      tid: Int32Array.from(threads.tid),
      cgroup: Int32Array.from(cgroup),
    },
    samples: {
      size,
      stack: Int32Array.from(samples.stack),
      weight: Float64Array.from(samples.weight),
      count: samples.count.length > 0 ? Float64Array.from(samples.count) : new Float64Array(size).fill(1),
      thread: Int32Array.from(samples.thread),
      cpu: samples.cpu.length > 0 ? Int32Array.from(samples.cpu) : new Int32Array(size).fill(-1),
      time:
        samples.time.length > 0
          ? Float64Array.from(samples.time, (step) => (now += step) / 1000)
          : new Float64Array(size).fill(NaN),
    },
    idle: stored.idle,
  };
};
