import { type Profile } from '@fleetscope/profiles';

/** The samples of a part of the window, in milliseconds since its start; the rest of the profile stays as it is. */
export const sliceProfile = (profile: Profile, from: number, to: number): Profile => {
  const { samples } = profile;
  const kept: number[] = [];
  for (let at = 0; at < samples.size; at++)
    if ((samples.time[at] as number) >= from && (samples.time[at] as number) < to) kept.push(at);
  const pick = <T extends Int32Array | Float64Array>(array: T, make: new (size: number) => T): T => {
    const out = new make(kept.length);
    kept.forEach((at, place) => (out[place] = array[at] as number));
    return out;
  };
  return {
    ...profile,
    samples: {
      size: kept.length,
      stack: pick(samples.stack, Int32Array),
      weight: pick(samples.weight, Float64Array),
      count: pick(samples.count, Float64Array),
      thread: pick(samples.thread, Int32Array),
      cpu: pick(samples.cpu, Int32Array),
      time: pick(samples.time, Float64Array),
    },
  };
};

export const hasTimes = ({ samples }: Profile): boolean => {
  for (let at = 0; at < samples.size; at++) if (Number.isNaN(samples.time[at])) return false;
  return samples.size > 0;
};
