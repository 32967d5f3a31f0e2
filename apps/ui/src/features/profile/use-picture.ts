import { type ProfileSummary } from '@fleetscope/contracts';
import {
  type CallTree,
  callTree,
  type DiffTree,
  diffTrees,
  type FunctionChange,
  functionChanges,
  keeping,
  offCpuSplit,
  type Profile,
  shapeOf,
  symbolQuality,
  timeTree,
} from '@fleetscope/profiles';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { profilesQuery } from '../../api/queries';
import { type ProfileSearch } from '../../app/search';
import { chosenOf, filterOf, isInvestigation, peersOf } from './choices';
import { type Flame, flameOf } from './flame-model';
import { type Held, useProfiles } from './profile-data';
import { hasTimes } from './slice';

export interface Picture {
  readonly flame: Flame;
  readonly tree: CallTree;
  readonly change: { readonly tree: DiffTree; readonly functions: readonly FunctionChange[] } | null;
}

export interface Looked {
  readonly step: string | undefined;
  readonly steps: readonly string[];
  /** Of the step. */
  readonly all: readonly ProfileSummary[];
  readonly chosen: readonly ProfileSummary[];
  readonly before: readonly ProfileSummary[];
  readonly after: Held;
  readonly other: Held;
  readonly profile: Profile | null;
  readonly picture: Picture | null;
}

/** From the address to what is drawn: which profiles, which samples of them, and their tree. */
export const usePicture = (id: string, summaries: readonly ProfileSummary[], search: ProfileSearch): Looked => {
  const steps = useMemo(() => [...new Set(summaries.map(({ step }) => step))], [summaries]);
  const step = steps.find((one) => one === search.step) ?? steps[0];
  const all = useMemo(() => summaries.filter((one) => one.step === step), [summaries, step]);
  const chosen = useMemo(() => chosenOf(all, search.hosts), [all, search.hosts]);
  const weigh = search.weigh ?? 'equal';
  const { from, to, vs } = search;
  const time = useMemo(() => (from === undefined || to === undefined ? null : { from, to }), [from, to]);
  const after = useProfiles(step === undefined ? null : { id, step, summaries: chosen, weigh, time });

  const elsewhere = isInvestigation(vs) ? vs : null;
  const { data: theirs } = useQuery({ ...profilesQuery(elsewhere ?? '', 0), enabled: elsewhere !== null });
  const before = useMemo(() => {
    if (elsewhere === null) return peersOf(all, chosen, vs);
    const type = all[0]?.type;
    const alike = (theirs ?? []).filter((one) => one.type === type && one.samples > 0);
    const names = new Set(chosen.map(({ host }) => host));
    const same = alike.filter(({ host }) => names.has(host));
    return same.length > 0 ? same : alike;
  }, [elsewhere, theirs, all, chosen, vs]);
  const other = useProfiles(
    before.length === 0 || step === undefined
      ? null
      : { id: elsewhere ?? id, step: before[0]?.step ?? step, summaries: before, weigh: 'equal', time: null },
  );

  const { profile } = after;
  const { command, cgroup, thread, cpu, root = 'command', order = 'name' } = search;
  const tree = useMemo(
    () => profile && callTree(profile, { root, keep: keeping(profile, filterOf({ command, cgroup, thread, cpu })) }),
    [profile, root, command, cgroup, thread, cpu],
  );
  const against = other.profile;
  const change = useMemo(() => {
    if (!tree || !against) return null;
    const base = callTree(against, { root, keep: keeping(against, filterOf({ command })) });
    return { tree: diffTrees(base, tree), functions: functionChanges(base, tree) };
  }, [tree, against, root, command]);
  // A difference has no order of time: two captures have none in common.
  const inTime = useMemo(
    () =>
      order === 'time' && profile && !against && hasTimes(profile)
        ? timeTree(profile, { root, keep: keeping(profile, filterOf({ command, cgroup, thread, cpu })) })
        : null,
    [order, profile, against, root, command, cgroup, thread, cpu],
  );
  const picture = useMemo<Picture | null>(() => {
    if (!tree) return null;
    if (inTime) return { tree, change: null, flame: flameOf(inTime, 'given') };
    return { tree, change, flame: flameOf(change?.tree ?? tree, order === 'weight' ? 'weight' : 'name') };
  }, [tree, change, inTime, order]);
  return { step, steps, all, chosen, before, after, other, profile, picture };
};

/** What is said about a picture, besides the picture. */
export const useSayings = (
  profile: Profile | null,
  picture: Picture | null,
  { command, cgroup, thread, cpu }: ProfileSearch,
) =>
  useMemo(() => {
    if (!profile || !picture) return null;
    return {
      shape: shapeOf(picture.tree),
      quality: symbolQuality(profile),
      split:
        profile.type === 'off-cpu'
          ? offCpuSplit(profile, keeping(profile, filterOf({ command, cgroup, thread, cpu })))
          : null,
      hasTimes: hasTimes(profile),
    };
  }, [profile, picture, command, cgroup, thread, cpu]);
