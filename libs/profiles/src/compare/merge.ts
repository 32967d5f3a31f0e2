import { cgroupAt, type Profile, totalWeight } from '../model/profile';
import { ProfileBuilder } from '../model/profile-builder';
import { GrowingSums, PairTable } from '../model/numbers';
import { ProfileError } from '../model/stored-profile';

export interface NamedProfile {
  readonly host: string;
  readonly profile: Profile;
}

export interface MergeOptions {
  /** `absolute`: weights are added; `equal`: each host weighs the same, however busy it is. Default `absolute`. */
  readonly weigh?: 'absolute' | 'equal';
  /** What the merged samples' threads are: their commands, or their hosts. Default `command`. */
  readonly by?: 'command' | 'host';
}

/**
 * One profile of many hosts': dictionaries are joined, equal stacks added. Times, CPUs and ids of threads are lost;
 * control groups are kept where threads are commands.
 * @throws ProfileError when there is none, or they weigh in different units
 */
export const mergeProfiles = (named: readonly NamedProfile[], options: MergeOptions = {}): Profile => {
  const { weigh = 'absolute', by = 'command' } = options;
  const first = named[0]?.profile;
  if (!first) throw new ProfileError('there is no profile to merge');
  const odd = named.find(({ profile }) => profile.unit !== first.unit);
  if (odd) throw new ProfileError(`${odd.host} weighs in ${odd.profile.unit}, ${named[0]?.host} in ${first.unit}`);
  const mean = named.reduce((sum, { profile }) => sum + totalWeight(profile), 0) / named.length;
  const builder = new ProfileBuilder();
  const sums = new PairTable();
  const weights = new GrowingSums();
  const counts = new GrowingSums();
  for (const { host, profile } of named) {
    const total = totalWeight(profile);
    const scale = weigh === 'equal' && total > 0 ? mean / total : 1;
    const stacks = adoptStacks(builder, profile);
    const threads = Array.from({ length: profile.threads.size }, (_, thread) =>
      builder.thread(
        by === 'host' ? host : (profile.strings[profile.threads.command[thread] as number] as string),
        -1,
        -1,
        by === 'host' ? null : cgroupAt(profile, thread),
      ),
    );
    const { samples } = profile;
    for (let at = 0; at < samples.size; at++) {
      const stack = samples.stack[at] as number;
      const thread = threads[samples.thread[at] as number] as number;
      const place = sums.add(stack === -1 ? -1 : (stacks[stack] as number), thread);
      weights.add(place, (samples.weight[at] as number) * scale);
      counts.add(place, samples.count[at] as number);
    }
    builder.addIdle(profile.idle * scale);
  }
  for (let place = 0; place < sums.size; place++)
    builder.add(sums.first.at(place), weights.at(place), sums.second.at(place), -1, NaN, counts.at(place));
  return builder.build({ ...first, startedAt: null });
};

/** The numbers that a profile's stacks get in the builder. Parents stand before children, so one pass does. */
const adoptStacks = (builder: ProfileBuilder, { strings, frames, stacks }: Profile): Int32Array => {
  const adopted = new Int32Array(frames.size);
  for (let frame = 0; frame < frames.size; frame++) {
    const module = frames.module[frame] as number;
    adopted[frame] = builder.frameByNumber(
      strings[frames.name[frame] as number] as string,
      module === -1 ? null : (strings[module] as string),
      frames.kind[frame] as number,
    );
  }
  const out = new Int32Array(stacks.size);
  for (let stack = 0; stack < stacks.size; stack++) {
    const parent = stacks.parent[stack] as number;
    out[stack] = builder.stack(
      parent === -1 ? -1 : (out[parent] as number),
      adopted[stacks.frame[stack] as number] as number,
    );
  }
  return out;
};
