import { commandAt, type Profile } from '../model/profile';
import { ProfileError } from '../model/stored-profile';
import { offCpuSplit, type WaitShare } from './off-cpu';

/** Where the time of one program's threads went, seconds; on and off CPU are the two halves of it. */
export interface WholeTime {
  readonly command: string;
  readonly onCpu: number;
  /** By what was waited for, longest first. */
  readonly waits: readonly WaitShare[];
  readonly offCpu: number;
}

const NS = 1e9;

/**
 * On- and off-CPU of the same programs side by side, for captures of equal windows: samples count as the time between two of
 * them. Threads that slept through the whole window are in neither.
 * @param only one command
 * @throws ProfileError when they are not such a pair
 */
export const wholeTime = (onCpu: Profile, offCpu: Profile, only?: string): WholeTime[] => {
  if (onCpu.type !== 'cpu' || onCpu.unit !== 'samples' || onCpu.frequency === null)
    throw new ProfileError(
      `time on CPU is taken from samples at a known rate, not from ${onCpu.type} in ${onCpu.unit}`,
    );
  if (offCpu.type !== 'off-cpu')
    throw new ProfileError(`time off CPU is taken from an off-cpu profile, not from ${offCpu.type}`);
  const seconds = new Map<string, number>();
  const { samples } = onCpu;
  for (let at = 0; at < samples.size; at++) {
    const command = commandAt(onCpu, samples.thread[at] as number);
    seconds.set(command, (seconds.get(command) ?? 0) + (samples.weight[at] as number) / onCpu.frequency);
  }
  const samplesOf = new Map<string, Set<number>>();
  for (let thread = 0; thread < offCpu.threads.size; thread++) {
    const command = commandAt(offCpu, thread);
    const threads = samplesOf.get(command) ?? new Set<number>();
    samplesOf.set(command, threads.add(thread));
  }
  return [...new Set([...seconds.keys(), ...samplesOf.keys()])]
    .filter((command) => only === undefined || command === only)
    .map((command) => {
      const threads = samplesOf.get(command);
      const waits = threads
        ? offCpuSplit(offCpu, (sample) => threads.has(offCpu.samples.thread[sample] as number)).filter(
            ({ weight }) => weight > 0,
          )
        : [];
      return {
        command,
        onCpu: seconds.get(command) ?? 0,
        waits,
        offCpu: waits.reduce((sum, { weight }) => sum + weight, 0) / NS,
      };
    })
    .sort((a, b) => b.onCpu + b.offCpu - (a.onCpu + a.offCpu));
};
