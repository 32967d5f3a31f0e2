import { cgroupAt, commandAt, type Profile } from '../model/profile';

export interface SampleFilter {
  readonly commands?: readonly string[];
  readonly pids?: readonly number[];
  readonly tids?: readonly number[];
  /** A control group: processes of it and of those below it. */
  readonly cgroup?: string;
  readonly cpus?: readonly number[];
  /** Milliseconds since the profile's start, [from, to). Samples without a time do not match. */
  readonly time?: { readonly from: number; readonly to: number };
  /** A function that must be somewhere in the stack. */
  readonly contains?: string;
}

/** Whether a sample counts, for `callTree`; undefined when everything does. */
export const keeping = (profile: Profile, filter: SampleFilter): ((sample: number) => boolean) | undefined => {
  const { threads, samples } = profile;
  const tests: ((sample: number) => boolean)[] = [];
  const { cgroup } = filter;
  if (filter.commands || filter.pids || filter.tids || cgroup !== undefined) {
    const wanted = new Uint8Array(threads.size);
    for (let thread = 0; thread < threads.size; thread++)
      wanted[thread] =
        (filter.commands?.includes(commandAt(profile, thread)) ?? true) &&
        (filter.pids?.includes(threads.pid[thread] as number) ?? true) &&
        (filter.tids?.includes(threads.tid[thread] as number) ?? true) &&
        (cgroup === undefined || isWithin(cgroupAt(profile, thread), cgroup))
          ? 1
          : 0;
    tests.push((sample) => wanted[samples.thread[sample] as number] === 1);
  }
  const { cpus, time, contains } = filter;
  if (cpus) tests.push((sample) => cpus.includes(samples.cpu[sample] as number));
  if (time)
    tests.push((sample) => (samples.time[sample] as number) >= time.from && (samples.time[sample] as number) < time.to);
  if (contains !== undefined) {
    const holds = stacksWith(profile, contains);
    tests.push((sample) => (samples.stack[sample] as number) >= 0 && holds[samples.stack[sample] as number] === 1);
  }
  const [only] = tests;
  if (only === undefined) return undefined;
  return tests.length === 1 ? only : (sample) => tests.every((test) => test(sample));
};

/** Whether a group is this one or below it. */
const isWithin = (group: string | null, above: string): boolean =>
  group !== null && (group === above || group.startsWith(above.endsWith('/') ? above : `${above}/`));

/** The profile with those of its samples alone; the same one where all are kept. */
export const onlySamples = (profile: Profile, keep: ((sample: number) => boolean) | undefined): Profile => {
  if (!keep) return profile;
  const { samples } = profile;
  const kept = Int32Array.from(Array.from({ length: samples.size }, (_, sample) => sample).filter(keep));
  return {
    ...profile,
    samples: {
      size: kept.length,
      stack: kept.map((sample) => samples.stack[sample] as number),
      weight: Float64Array.from(kept, (sample) => samples.weight[sample] as number),
      count: Float64Array.from(kept, (sample) => samples.count[sample] as number),
      thread: kept.map((sample) => samples.thread[sample] as number),
      cpu: kept.map((sample) => samples.cpu[sample] as number),
      time: Float64Array.from(kept, (sample) => samples.time[sample] as number),
    },
    // How much of the idle time fell into the part is not known.
    idle: 0,
  };
};

const stacksWith = ({ strings, frames, stacks }: Profile, name: string): Uint8Array => {
  const holds = new Uint8Array(stacks.size);
  for (let stack = 0; stack < stacks.size; stack++) {
    const parent = stacks.parent[stack] as number;
    const own = strings[frames.name[stacks.frame[stack] as number] as number] === name;
    holds[stack] = own || (parent !== -1 && holds[parent] === 1) ? 1 : 0;
  }
  return holds;
};
