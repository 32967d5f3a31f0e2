/** A host with what it is: labels, class, kernel, instance type. */
export interface Traits {
  readonly host: string;
  readonly traits: Readonly<Record<string, string>>;
}

/** A trait that the affected hosts share, and the others do not. */
export interface Explanation {
  readonly trait: string;
  readonly value: string;
  /** Hosts with the trait, and how many of those are affected. */
  readonly hosts: number;
  readonly affected: number;
  /** All that are affected. */
  readonly of: number;
  /** Probability of so many by chance, corrected for all traits that were looked at. */
  readonly p: number;
}

const logFactorials: number[] = [0];
const logFactorial = (n: number): number => {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] ?? 0) + Math.log(i));
  return logFactorials[n] ?? 0;
};
const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * Fisher's exact test, one-sided: the probability that at least `both` of `affected` hosts are among the `having` ones by
 * chance, of `all` hosts.
 */
export const fisherTail = (both: number, having: number, affected: number, all: number): number => {
  let tail = 0;
  for (let k = both; k <= Math.min(having, affected); k++)
    if (affected - k <= all - having)
      tail += Math.exp(logChoose(having, k) + logChoose(all - having, affected - k) - logChoose(all, affected));
  return Math.min(1, tail);
};

const SURE = 0.01;
/** Of the affected hosts so many must have it, and of those that have it so many must be affected. */
const SHARE = 0.75;
const LEAST_AFFECTED = 3;

interface Count {
  readonly trait: string;
  readonly value: string;
  hosts: number;
  affected: number;
}

/** What only one host has, or all of them, was no question: it counts in no correction. */
const countTraits = (hosts: readonly Traits[], affected: ReadonlySet<string>): Count[] => {
  const counts: Count[] = [];
  const byTrait = new Map<string, Map<string, Count>>();
  for (const { host, traits } of hosts) {
    const hit = affected.has(host) ? 1 : 0;
    for (const trait of Object.keys(traits)) {
      const value = traits[trait] as string;
      let values = byTrait.get(trait);
      if (!values) byTrait.set(trait, (values = new Map()));
      let count = values.get(value);
      if (!count) {
        values.set(value, (count = { trait, value, hosts: 0, affected: 0 }));
        counts.push(count);
      }
      count.hosts += 1;
      count.affected += hit;
    }
  }
  return counts.filter((one) => one.hosts > 1 && one.hosts < hosts.length);
};

/** The trait that tells the affected hosts from the others best; null when none does. */
export const explain = (hosts: readonly Traits[], affected: ReadonlySet<string>): Explanation | null => {
  const of = hosts.filter(({ host }) => affected.has(host)).length;
  if (of < LEAST_AFFECTED || of === hosts.length) return null;
  const asked = countTraits(hosts, affected);
  const found = asked
    .filter((one) => one.affected >= of * SHARE && one.affected >= one.hosts * SHARE)
    .map((one): Explanation => ({
      ...one,
      of,
      p: Math.min(1, fisherTail(one.affected, one.hosts, of, hosts.length) * asked.length),
    }))
    .filter(({ p }) => p <= SURE)
    .sort((a, b) => a.p - b.p || (a.trait < b.trait ? -1 : 1));
  return found[0] ?? null;
};

/** "All 4 have rack=r7, which no other host has." */
export const explanationText = ({ trait, value, hosts, affected, of }: Explanation): string => {
  const who = affected === of ? `All ${of}` : `${affected} of the ${of}`;
  const others = hosts - affected;
  return `${who} have ${trait}=${value}, ${others === 0 ? 'which no other host has' : `as ${others === 1 ? 'one other host has' : `${others} other hosts have`}`}.`;
};
