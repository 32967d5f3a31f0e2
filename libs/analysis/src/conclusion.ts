import { coverageOf, type Coverage, type Verdict } from '@fleetscope/contracts';
import { fingerprintOf, type Fingerprint } from './fingerprint';
import { oddMetricsText, oddnessOf, type Headline, type Oddness } from './peers';
import { conclude, type VerdictRun } from './verdict';

/** A run as its conclusion takes it: how odd it is among its peers is worked out here. */
export interface EndingRun extends Omit<VerdictRun, 'oddness' | 'oddBecause'> {
  readonly headline: Headline | null;
}

/** All that is said of an investigation when its last run has ended. */
export interface Conclusion {
  readonly coverage: Coverage;
  /** Of hosts with enough peers: two lists side by side, since thousands of pairs are slow to hand over. */
  readonly hosts: readonly string[];
  readonly oddness: readonly number[];
  readonly verdict: Verdict;
  readonly fingerprint: Fingerprint;
}

const amongPeers = (runs: readonly EndingRun[]): Map<string, Oddness> =>
  new Map(
    oddnessOf(runs.flatMap(({ host, hostClass, headline }) => (headline ? [{ host, hostClass, headline }] : []))).map(
      (one) => [one.host, one],
    ),
  );

const MOST_TELLING = 3;

const because = (odd: Oddness | undefined): string | null => oddMetricsText(odd?.metrics.slice(0, MOST_TELLING) ?? []);

/** The verdict, with what makes hosts odd; how odd they are stands in the runs. */
export const verdictOf = (runs: readonly (EndingRun & Pick<VerdictRun, 'oddness'>)[]): Verdict => {
  const peers = amongPeers(runs);
  return conclude({ runs: runs.map((run) => ({ ...run, oddBecause: because(peers.get(run.host)) })) });
};

export const concludeRuns = (runs: readonly EndingRun[]): Conclusion => {
  const peers = amongPeers(runs);
  const concluded = runs.map((run) => {
    const odd = peers.get(run.host);
    return { ...run, oddness: odd?.oddness ?? null, oddBecause: because(odd) };
  });
  const odd = concluded.filter(({ oddness }) => oddness !== null);
  return {
    coverage: coverageOf(runs),
    hosts: odd.map(({ host }) => host),
    oddness: odd.map(({ oddness }) => oddness ?? 0),
    verdict: conclude({ runs: concluded }),
    fingerprint: fingerprintOf(concluded),
  };
};
