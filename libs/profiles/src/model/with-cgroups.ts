import { type Profile } from './profile';

/**
 * The profile with the control groups of its processes, by process id. The tools that take stacks name a process, not its group;
 * processes that were gone before the groups were read stay without one.
 */
export const withCgroups = (profile: Profile, groups: ReadonlyMap<number, string>): Profile => {
  const { threads } = profile;
  const strings = [...profile.strings];
  const ids = new Map<string, number>();
  const cgroup = threads.pid.map((pid) => {
    const group = groups.get(pid);
    if (group === undefined) return -1;
    const id = ids.get(group) ?? strings.push(group) - 1;
    ids.set(group, id);
    return id;
  });
  return { ...profile, strings, threads: { ...threads, cgroup } };
};
