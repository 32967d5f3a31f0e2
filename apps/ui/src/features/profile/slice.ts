import { keeping, onlySamples, type Profile } from '@fleetscope/profiles';

/** The samples of a part of the window, in milliseconds since its start; the rest of the profile stays as it is. */
export const sliceProfile = (profile: Profile, from: number, to: number): Profile =>
  onlySamples(profile, keeping(profile, { time: { from, to } }));

export const hasTimes = ({ samples }: Profile): boolean => {
  for (let at = 0; at < samples.size; at++) if (Number.isNaN(samples.time[at])) return false;
  return samples.size > 0;
};
