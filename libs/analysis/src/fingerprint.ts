import { ANSWERED_RUN_STATES, type Severity } from '@fleetscope/contracts';
import { oddnessOf, type PeerHost } from './peers';
import { type VerdictRun } from './verdict';

/** What an investigation looked like: feature (`rule:disk-await`, `odd:disk.write_await+`) → weight from 0 to 1. */
export type Fingerprint = Readonly<Record<string, number>>;

const SEVERITY: Record<Severity, number> = { info: 0, warn: 0.5, crit: 1 };
/** A metric in which hosts are unlike their peers tells less than a rule that found something. */
const ODD = 0.4;
const OUTLIER_Z = 3.5;
/** One host of a thousand is an incident too: what is found anywhere weighs at least this share. */
const LEAST_SHARE = 0.5;

/** The findings by their worst severity and by how many hosts have them, and the metrics that make hosts odd. */
export const fingerprintOf = (
  runs: readonly (VerdictRun & { readonly headline: PeerHost['headline'] | null })[],
): Fingerprint => {
  const answered = runs.filter(({ state }) => ANSWERED_RUN_STATES.has(state));
  const found = new Map<string, { weight: number; hosts: Set<string> }>();
  const add = (feature: string, weight: number, host: string): void => {
    const known = found.get(feature) ?? { weight: 0, hosts: new Set<string>() };
    known.weight = Math.max(known.weight, weight);
    known.hosts.add(host);
    found.set(feature, known);
  };
  for (const { host, analysis } of answered)
    for (const { rule, severity } of analysis?.findings ?? [])
      if (SEVERITY[severity] > 0) add(`rule:${rule}`, SEVERITY[severity], host);
  const peers = answered.flatMap(({ host, hostClass, headline }) => (headline ? [{ host, hostClass, headline }] : []));
  for (const { host, metrics } of oddnessOf(peers))
    for (const { metric, z } of metrics)
      if (Math.abs(z) >= OUTLIER_Z) add(`odd:${metric}${z > 0 ? '+' : '-'}`, ODD, host);
  return Object.fromEntries(
    [...found].map(([feature, { weight, hosts }]) => [
      feature,
      weight * (LEAST_SHARE + (1 - LEAST_SHARE) * (hosts.size / answered.length)),
    ]),
  );
};

/** What a feature weighs that every investigation shows. */
const COMMON = 0.2;
/** Rarity counts as if so many others had shown each feature: among a few investigations it is chance. */
const PRIOR = 10;

export interface Known<T> {
  readonly fingerprint: Fingerprint;
  readonly of: T;
}
export interface Alike<T> {
  readonly of: T;
  /** 0 nothing in common, 1 the same. */
  readonly similarity: number;
  /** What they have in common, the most telling first. */
  readonly shared: readonly string[];
}

/**
 * The nearest of the known ones: the cosine of the angle between weighted features, where a feature that many
 * investigations show weighs little (inverse document frequency, after Spärck Jones 1972).
 */
export const mostAlike = <T>(
  fingerprint: Fingerprint,
  known: readonly Known<T>[],
  { limit = 5, least = 0.3 }: { limit?: number; least?: number } = {},
): Alike<T>[] => {
  const showing = new Map<string, number>();
  for (const one of known)
    for (const feature of Object.keys(one.fingerprint)) showing.set(feature, (showing.get(feature) ?? 0) + 1);
  const rarity = (feature: string): number =>
    COMMON + Math.log((known.length + PRIOR) / ((showing.get(feature) ?? 0) + PRIOR));
  const weighed = (of: Fingerprint): Map<string, number> =>
    new Map(Object.entries(of).map(([feature, weight]) => [feature, weight * rarity(feature)]));
  const length = (of: ReadonlyMap<string, number>): number => Math.hypot(...of.values());

  const mine = weighed(fingerprint);
  const myLength = length(mine);
  return known
    .map(({ fingerprint: other, of }): Alike<T> => {
      const theirs = weighed(other);
      const products = [...mine].flatMap(([feature, weight]) => {
        const product = weight * (theirs.get(feature) ?? 0);
        return product > 0 ? [{ feature, product }] : [];
      });
      const dot = products.reduce((sum, { product }) => sum + product, 0);
      const scale = myLength * length(theirs);
      return {
        of,
        similarity: scale === 0 ? 0 : Math.min(1, dot / scale),
        shared: products.sort((a, b) => b.product - a.product).map(({ feature }) => feature),
      };
    })
    .filter(({ similarity }) => similarity >= least)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit);
};
