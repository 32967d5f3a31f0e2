import { METRICS, type HostView, type LatestResult, type LatestResults, type MetricId } from '@fleetscope/contracts';
import { formatValue, plural } from '../../components/format';

/** What a host's square says; `none`: no triage of it has answered yet. */
export type MapState = LatestResult['state'] | 'none';
export const MAP_STATES: Record<MapState, string> = {
  crit: 'critical',
  warn: 'warning',
  ok: 'ok',
  unknown: 'unknown',
  none: 'no triage yet',
};
const RANK: Record<MapState, number> = { crit: 0, warn: 1, unknown: 2, none: 3, ok: 4 };

export interface MapHost {
  readonly host: HostView;
  readonly latest: LatestResult | null;
  readonly state: MapState;
  /** Of the chosen metric; null where it is not known. */
  readonly value: number | null;
}

export interface MapGroup {
  readonly name: string;
  readonly hosts: readonly MapHost[];
}

/** Numbers from `from` to `to` have colours; those beyond have that of `to`. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly isCapped: boolean;
}

/** What one can group by: the class, or the name of any label. */
export const groupings = (hosts: readonly HostView[]): string[] => [
  'class',
  ...[...new Set(hosts.flatMap(({ labels }) => Object.keys(labels)))].sort(),
];

/** More would be too small to read; the rest stands together. */
const MOST_GROUPS = 60;

const groupName = (host: HostView, by: string): string =>
  by === 'class' ? host.class : (host.labels[by] ?? `no ${by}`);

/** Hosts by group, the worst first: groups by their names, so that they keep their places. */
export const mapGroups = (
  hosts: readonly HostView[],
  results: LatestResults | undefined,
  by: string,
): readonly MapGroup[] => {
  const latest = new Map(results?.hosts.map((one) => [one.host, one]));
  const groups = new Map<string, MapHost[]>();
  for (const host of hosts) {
    const result = latest.get(host.name) ?? null;
    const name = groupName(host, by);
    const group = groups.get(name) ?? [];
    group.push({ host, latest: result, state: result?.state ?? 'none', value: result?.value ?? null });
    groups.set(name, group);
  }
  const isMetric = results?.metric != null;
  const worst = (a: MapHost, b: MapHost): number =>
    (isMetric ? (b.value ?? -Infinity) - (a.value ?? -Infinity) : 0) ||
    RANK[a.state] - RANK[b.state] ||
    a.host.name.localeCompare(b.host.name, 'en', { numeric: true });
  const sorted = [...groups]
    .map(([name, members]) => ({ name, hosts: members.sort(worst) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  if (sorted.length <= MOST_GROUPS) return sorted;
  const bySize = [...sorted].sort((a, b) => b.hosts.length - a.hosts.length);
  const kept = new Set(bySize.slice(0, MOST_GROUPS - 1));
  const rest = sorted.filter((group) => !kept.has(group));
  return [
    ...sorted.filter((group) => kept.has(group)),
    { name: `${plural(rest.length, 'smaller group')}`, hosts: rest.flatMap((group) => group.hosts).sort(worst) },
  ];
};

const CAP = 0.98;

/** Null where nothing is known. A few that are far out do not make all others look alike: the scale ends at the 98th percentile. */
export const scaleOf = (groups: readonly MapGroup[]): Scale | null => {
  const values = groups
    .flatMap(({ hosts }) => hosts.flatMap(({ value }) => (value === null ? [] : [value])))
    .sort((a, b) => a - b);
  const least = values[0];
  const most = values.at(-1);
  if (least === undefined || most === undefined) return null;
  const from = Math.min(0, least);
  const capped = values[Math.floor(CAP * (values.length - 1))] ?? most;
  const to = capped > from ? capped : most > from ? most : from + 1;
  return { from, to, isCapped: most > to };
};

/** 0 to 1. */
export const shareOf = (value: number, { from, to }: Scale): number =>
  Math.max(0, Math.min(1, (value - from) / (to - from)));

/** "db-07, class db, critical, disk.write_await 47 ms". */
export const squareWords = ({ host, state, value }: MapHost, metric: MetricId | null): string =>
  [
    host.name,
    `class ${host.class}`,
    MAP_STATES[state],
    metric && `${metric} ${value === null ? 'unknown' : formatValue(value, METRICS.get(metric)?.unit ?? null)}`,
  ]
    .filter(Boolean)
    .join(', ');

/** How many of a group are in each state, worst first: "3 critical, 1 warning". */
export const groupWords = (hosts: readonly MapHost[]): string =>
  (Object.keys(RANK) as MapState[])
    .sort((a, b) => RANK[a] - RANK[b])
    .map((state) => [state, hosts.filter((one) => one.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count.toLocaleString('en-GB')} ${MAP_STATES[state]}`)
    .join(', ');

/** Smaller squares for more hosts. */
export const squareSize = (hosts: number): number => (hosts <= 120 ? 22 : hosts <= 1_000 ? 15 : 11);
