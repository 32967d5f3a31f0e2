import { type CellValue, type Observation } from '@fleetscope/contracts';

type Histogram = Extract<Observation, { kind: 'histogram' }>;

export interface HostObservations {
  readonly host: string;
  readonly observations: readonly Observation[];
}

export interface TraceTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** Tables of one name over all hosts, with the host in front; widest names first in the order in which they occur. */
export const tablesOf = (hosts: readonly HostObservations[]): TraceTable[] => {
  const tables = new Map<string, { columns: readonly string[]; rows: CellValue[][] }>();
  for (const { host, observations } of hosts)
    for (const one of observations) {
      if (one.kind !== 'table') continue;
      let table = tables.get(one.name);
      if (!table) {
        table = { columns: ['host', ...one.columns], rows: [] };
        tables.set(one.name, table);
      }
      // Another tool may have filled it on another host: columns by name, never by place.
      const places = table.columns.slice(1).map((column) => one.columns.indexOf(column));
      for (const row of one.rows) table.rows.push([host, ...places.map((place) => row[place] ?? null)]);
    }
  return [...tables].map(([name, table]) => ({ name, ...table }));
};

export interface TraceEvent {
  readonly key: number;
  readonly host: string;
  readonly at: number | null;
  readonly kind: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, CellValue>>;
}

export const eventsOf = (hosts: readonly HostObservations[]): TraceEvent[] => {
  const out: TraceEvent[] = [];
  for (const { host, observations } of hosts)
    for (const one of observations) {
      if (one.kind !== 'events') continue;
      for (const { at, class: kind, text, fields = {} } of one.events)
        out.push({ key: out.length, host, at, kind, text, fields });
    }
  return out.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
};

/** One end to another, whichever connection: what a person asks about retransmits. */
export interface Edge {
  readonly source: string;
  readonly destination: string;
  readonly port: number | null;
  readonly netns: string;
  readonly events: number;
  readonly segments: number;
  readonly connections: number;
  readonly states: readonly string[];
  readonly seenBy: readonly string[];
}

const text = (value: CellValue | undefined): string => (value === null || value === undefined ? '' : String(value));

/** @param nameOf the host that has an address, where it is one of the fleet's */
export const edgesOf = (table: TraceTable | undefined, nameOf: (address: string) => string): Edge[] => {
  if (!table) return [];
  const place = (name: string): number => table.columns.indexOf(name);
  const [host, source, destination, port, state, netns, events, segments] = [
    'host',
    'source',
    'destination',
    'port',
    'state',
    'netns',
    'events',
    'segments',
  ].map(place) as [number, number, number, number, number, number, number, number];
  const edges = new Map<string, Edge>();
  for (const row of table.rows) {
    const from = nameOf(text(row[source]));
    const to = nameOf(text(row[destination]));
    const number = typeof row[port] === 'number' ? row[port] : null;
    const key = JSON.stringify([from, to, number, row[netns] ?? null]);
    const known = edges.get(key);
    const add = (list: readonly string[] | undefined, one: string): readonly string[] =>
      list?.includes(one) ? list : [...(list ?? []), one];
    edges.set(key, {
      source: from,
      destination: to,
      port: number,
      netns: text(row[netns]),
      events: (known?.events ?? 0) + Number(row[events] ?? 0),
      segments: (known?.segments ?? 0) + Number(row[segments] ?? row[events] ?? 0),
      connections: (known?.connections ?? 0) + 1,
      states: add(known?.states, text(row[state])),
      seenBy: add(known?.seenBy, text(row[host])),
    });
  }
  return [...edges.values()].sort((a, b) => b.segments - a.segments);
};

export interface Matrix {
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  /** Segments; row by row. */
  readonly segments: readonly number[];
  readonly max: number;
  /** Ends that are not shown. */
  readonly left: number;
}

const MOST_ENDS = 24;

/** Who to whom, the heaviest first on either side. */
export const matrixOf = (edges: readonly Edge[]): Matrix => {
  const ends = (of: (edge: Edge) => string): [string[], number] => {
    const sums = new Map<string, number>();
    for (const edge of edges) sums.set(of(edge), (sums.get(of(edge)) ?? 0) + edge.segments);
    const sorted = [...sums].sort(([, a], [, b]) => b - a).map(([name]) => name);
    return [sorted.slice(0, MOST_ENDS), Math.max(0, sorted.length - MOST_ENDS)];
  };
  const target = ({ destination, port }: Edge): string => (port === null ? destination : `${destination}:${port}`);
  const [sources, moreSources] = ends(({ source }) => source);
  const [destinations, moreDestinations] = ends(target);
  const segments = new Array<number>(sources.length * destinations.length).fill(0);
  for (const edge of edges) {
    const [row, column] = [sources.indexOf(edge.source), destinations.indexOf(target(edge))];
    if (row === -1 || column === -1) continue;
    const place = row * destinations.length + column;
    segments[place] = (segments[place] ?? 0) + edge.segments;
  }
  return { sources, destinations, segments, max: Math.max(1, ...segments), left: moreSources + moreDestinations };
};

export interface MergedHistogram {
  readonly id: string;
  readonly name: string;
  readonly instance: string | null;
  readonly unit: string;
  readonly hosts: readonly string[];
  readonly buckets: readonly { readonly from: number | null; readonly to: number | null; readonly count: number }[];
  /** Counts by second since the first; `slices[second][bucket]`. */
  readonly slices: readonly (readonly number[])[];
  readonly count: number;
}

/** Histograms of one name and instance, added over hosts; the ones with most entries first. */
export const histogramsOf = (hosts: readonly HostObservations[]): MergedHistogram[] => {
  const groups = new Map<string, { host: string; one: Histogram }[]>();
  for (const { host, observations } of hosts)
    for (const one of observations) {
      if (one.kind !== 'histogram') continue;
      const id = `${one.name} ${one.instance ?? ''}`.trim();
      groups.set(id, [...(groups.get(id) ?? []), { host, one }]);
    }
  return [...groups].map(([id, parts]) => merged(id, parts)).sort((a, b) => b.count - a.count);
};

const merged = (id: string, parts: readonly { host: string; one: Histogram }[]): MergedHistogram => {
  const buckets = new Map<number | null, { from: number | null; to: number | null; count: number }>();
  for (const { one } of parts)
    for (const bucket of one.buckets) {
      const known = buckets.get(bucket.from);
      if (known) known.count += bucket.count;
      else buckets.set(bucket.from, { ...bucket });
    }
  const sorted = [...buckets.values()].sort((a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity));
  const place = new Map(sorted.map((bucket, at) => [bucket.from, at]));
  const times = parts.flatMap(({ one }) => (one.slices ?? []).flatMap(({ at }) => (at === null ? [] : [at])));
  const start = times.length > 0 ? Math.min(...times) : null;
  const slices: number[][] = [];
  for (const { one } of parts)
    one.slices?.forEach(({ at, counts }, index) => {
      const second = start === null || at === null ? index : Math.round((at - start) / 1000);
      while (slices.length <= second) slices.push(sorted.map(() => 0));
      const slice = slices[second] as number[];
      counts.forEach((count, bucket) => {
        const to = place.get(one.buckets[bucket]?.from ?? null);
        if (to !== undefined) slice[to] = (slice[to] ?? 0) + count;
      });
    });
  const [first] = parts;
  return {
    id,
    name: first?.one.name ?? id,
    instance: first?.one.instance ?? null,
    unit: first?.one.unit ?? '',
    hosts: parts.map(({ host }) => host),
    buckets: sorted,
    slices,
    count: sorted.reduce((sum, { count }) => sum + count, 0),
  };
};

/**
 * Where a share of the entries lies: the bucket, and how far into it (0 to 1) when its entries lie evenly. Null without
 * entries.
 */
export const quantile = (counts: readonly number[], share: number): { bucket: number; within: number } | null => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let sum = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket] as number;
    if (count > 0 && sum + count >= share * total) return { bucket, within: (share * total - sum) / count };
    sum += count;
  }
  return null;
};
