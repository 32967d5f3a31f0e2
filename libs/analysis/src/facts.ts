import { type CellValue, type FactDifference, type Observation } from '@fleetscope/contracts';

/** Facts of one host, flat: `kernel`, `sysctl.net.core.somaxconn`, `tool-versions.sysstat`. */
export type FlatFacts = ReadonlyMap<string, string>;

/** True of one moment or one machine: no difference between two hosts, or two runs, that anybody asks about. */
const MOMENTARY = [/^uptime\./, /^hostname$/, /^busy$/, /^uid$/, /^root$/, /(^|\.)(uptime|load|pid|users)/];
/** What differs between any two hosts, and is telling for one host over time. */
const OF_ONE_HOST = [/^last-change\./, /^machine/, /serial|uuid|(^|\.)mac($|_)/];

const textOf = (value: CellValue): string | null => (value === null || value === '' ? null : String(value));

export const flatFacts = (
  preflight: Readonly<Record<string, string>>,
  observations: readonly Observation[],
): FlatFacts => {
  const flat = new Map<string, string>();
  const add = (name: string, value: CellValue): void => {
    const text = textOf(value);
    if (text !== null && !MOMENTARY.some((pattern) => pattern.test(name))) flat.set(name, text.slice(0, 300));
  };
  for (const [name, value] of Object.entries(preflight)) add(name, value);
  for (const observation of observations)
    if (observation.kind === 'facts')
      for (const [name, value] of Object.entries(observation.facts)) add(`${observation.name}.${name}`, value);
  return flat;
};

export interface FactPair {
  readonly candidate: FlatFacts;
  readonly reference: FlatFacts;
}

/** What differs, most hosts first. `sameHost` when each pair is one host at two times. */
export const differingFacts = (pairs: readonly FactPair[], { sameHost }: { sameHost: boolean }): FactDifference[] => {
  const counted = new Map<string, FactDifference>();
  for (const { candidate, reference } of pairs)
    for (const fact of new Set([...candidate.keys(), ...reference.keys()])) {
      if (!sameHost && OF_ONE_HOST.some((pattern) => pattern.test(fact))) continue;
      const [mine, other] = [candidate.get(fact) ?? null, reference.get(fact) ?? null];
      if (mine === other) continue;
      const key = JSON.stringify([fact, mine, other]);
      const hosts = (counted.get(key)?.hosts ?? 0) + 1;
      counted.set(key, { fact, candidate: mine, reference: other, hosts });
    }
  return [...counted.values()].sort((a, b) => b.hosts - a.hosts || (a.fact < b.fact ? -1 : 1));
};

/** What most of the hosts have in common: each fact's value that more than half of them show. */
export const usualFacts = (hosts: readonly FlatFacts[]): FlatFacts => {
  const counts = new Map<string, Map<string, number>>();
  for (const facts of hosts)
    for (const [fact, value] of facts) {
      const values = counts.get(fact) ?? new Map<string, number>();
      values.set(value, (values.get(value) ?? 0) + 1);
      counts.set(fact, values);
    }
  const usual = new Map<string, string>();
  for (const [fact, values] of counts) {
    const [first] = [...values].sort((a, b) => b[1] - a[1]);
    if (first && first[1] * 2 > hosts.length) usual.set(fact, first[0]);
  }
  return usual;
};
