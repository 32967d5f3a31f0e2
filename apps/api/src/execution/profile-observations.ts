import { type Observation } from '@fleetscope/contracts';
import {
  busyThreads,
  callTree,
  functionsOf,
  lockShares,
  offCpuSplit,
  type Profile,
  shapeOf,
  symbolQuality,
  totalWeight,
} from '@fleetscope/profiles';

const TOP_FUNCTIONS = 30;
const MOST_PROCESSES = 20;
const MOST_POOLS = 50;

/** What a profile says in a table and in words, for pages and rules that do not draw it. */
export const profileObservations = (profile: Profile): Observation[] => {
  const tree = callTree(profile);
  const weight = totalWeight(profile);
  const quality = symbolQuality(profile);
  const shape = shapeOf(tree);
  const top = functionsOf(tree).slice(0, TOP_FUNCTIONS);
  const share = (part: number): number => (weight > 0 ? part / weight : 0);
  const observations: Observation[] = [
    {
      kind: 'facts',
      name: 'profile',
      facts: {
        type: profile.type,
        unit: profile.unit,
        event: profile.event,
        samples: profile.samples.size,
        weight,
        idle: profile.idle,
        unknown: quality.unknownAnywhere,
        shape: shape.sentences.join(' '),
        symbols: quality.causes.join(' '),
      },
    },
    {
      kind: 'table',
      name: 'profile-functions',
      columns: ['function', 'module', 'self', 'total'],
      rows: top.map(({ label, self, total }) => [
        tree.labels[label]?.name ?? '?',
        tree.labels[label]?.module ?? null,
        share(self),
        share(total),
      ]),
      lines: [],
    },
  ];
  if (profile.type === 'off-cpu')
    observations.push(...lockObservations(profile), ...poolObservations(profile), {
      kind: 'table',
      name: 'off-cpu-waits',
      columns: ['wait', 'nanoseconds', 'share'],
      rows: offCpuSplit(profile).map(({ wait, weight: nanoseconds, share: part }) => [wait, nanoseconds, part]),
      lines: [],
    });
  return observations;
};

const lockObservations = (profile: Profile): Observation[] => {
  const shares = lockShares(profile);
  if (shares === null) return [];
  const told = shares
    .slice(0, MOST_PROCESSES)
    .map(({ command, pid, share }) => ({ instance: `${command} (${pid})`, value: 100 * share }));
  // That no active thread waited is known, and good.
  return (told.length > 0 ? told : [{ instance: null, value: 0 }]).map((one) => ({
    kind: 'measurement',
    metric: 'lock.wait_share',
    ...one,
    lines: [],
  }));
};

const poolObservations = (profile: Profile): Observation[] =>
  [...(busyThreads(profile) ?? [])]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_POOLS)
    .map(([instance, value]) => ({ kind: 'measurement', metric: 'service.threads_busy', instance, value, lines: [] }));
