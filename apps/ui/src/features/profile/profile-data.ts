import { type ProfileSummary, type StoredProfile } from '@fleetscope/contracts';
import { loadProfile, mergeProfiles, type NamedProfile, type Profile } from '@fleetscope/profiles';
import { queryOptions, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, unwrap } from '../../api/client';
import { sliceProfile } from './slice';

/** More hosts than these are merged by the control plane; it would be too much to hold here. */
export const MOST_HERE = 24;

/** What was captured once stays true. */
const forever = { staleTime: Infinity, gcTime: 120_000, structuralSharing: false } as const;

const profileQuery = (run: string, step: string) =>
  queryOptions({
    queryKey: ['profile', run, step],
    queryFn: async (): Promise<Profile> =>
      loadProfile(
        (await unwrap(
          client.GET('/api/v1/runs/{id}/profiles/{step}', { params: { path: { id: run, step } } }),
        )) as StoredProfile,
      ),
    ...forever,
  });

const mergedQuery = (id: string, step: string, hosts: string | undefined, weigh: 'absolute' | 'equal') =>
  queryOptions({
    queryKey: ['merged profile', id, step, hosts ?? null, weigh],
    queryFn: async (): Promise<Profile> =>
      loadProfile(
        (await unwrap(
          client.GET('/api/v1/investigations/{id}/profiles/merged', {
            params: { path: { id }, query: { step, weigh, ...(hosts === undefined ? {} : { hosts }) } },
          }),
        )) as StoredProfile,
      ),
    ...forever,
  });

export interface Wanted {
  readonly id: string;
  readonly step: string;
  readonly summaries: readonly ProfileSummary[];
  readonly weigh: 'absolute' | 'equal';
  /** Milliseconds of the capture that count. */
  readonly time: { readonly from: number; readonly to: number } | null;
}

export interface Held {
  /** One host's, or several hosts' as one; null while it is read. */
  readonly profile: Profile | null;
  /** Each host's own; empty where there are too many. */
  readonly named: readonly NamedProfile[];
  readonly error: unknown;
}

// Outside of the hook: it is called again only when a result changed.
const together = (results: readonly UseQueryResult<Profile>[]) => ({
  profiles: results.map(({ data }) => data),
  error: results.find(({ error }) => error !== null)?.error ?? null,
});

/** The stacks of the hosts that are looked at, as one profile and each for itself. */
export const useProfiles = (wanted: Wanted | null): Held => {
  const summaries = wanted?.summaries ?? [];
  const isHere = summaries.length <= MOST_HERE;
  const single = useQueries({
    queries: isHere ? summaries.map(({ run, step }) => profileQuery(run, step)) : [],
    combine: together,
  });
  const many = useQuery({
    ...mergedQuery(
      wanted?.id ?? '',
      wanted?.step ?? '',
      summaries.map(({ host }) => host).join(','),
      wanted?.weigh ?? 'equal',
    ),
    enabled: wanted !== null && !isHere,
  });
  const hosts = summaries.map(({ host }) => host).join();
  const named = useMemo(() => {
    const names = hosts === '' ? [] : hosts.split(',');
    const all = names.flatMap((host, at) => {
      const profile = single.profiles[at];
      return profile ? [{ host, profile }] : [];
    });
    return all.length === names.length ? all : [];
  }, [hosts, single.profiles]);
  const weigh = wanted?.weigh ?? 'equal';
  const from = wanted?.time?.from;
  const to = wanted?.time?.to;
  const merged = useMemo(() => {
    const parts = named.map(({ host, profile }) => ({
      host,
      profile: from === undefined || to === undefined ? profile : sliceProfile(profile, from, to),
    }));
    const [first] = parts;
    if (!first) return null;
    return parts.length === 1 ? first.profile : mergeProfiles(parts, { weigh });
  }, [named, weigh, from, to]);
  return { profile: isHere ? merged : (many.data ?? null), named, error: isHere ? single.error : many.error };
};
