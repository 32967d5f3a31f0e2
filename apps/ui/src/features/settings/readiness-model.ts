import { type HostCheck, type Readiness } from '@fleetscope/contracts';

export type ReadinessState = Readiness['state'];
export const READINESS_STATES: readonly ReadinessState[] = ['ready', 'degraded', 'impossible'];

export interface RunbookReadiness {
  readonly runbook: string;
  readonly counts: Readonly<Record<ReadinessState, number>>;
  /** What is missing, on how many of the hosts, the most frequent first. */
  readonly missing: readonly { readonly what: string; readonly hosts: readonly string[] }[];
}

/** Checks of hosts, turned round: what each runbook lacks, and where. What can run nowhere stands first. */
export const byRunbook = (checks: readonly HostCheck[]): RunbookReadiness[] => {
  const runbooks = new Map<string, { counts: Record<ReadinessState, number>; missing: Map<string, Set<string>> }>();
  for (const { host, readiness } of checks)
    for (const { runbook, state, steps } of readiness) {
      const known = runbooks.get(runbook) ?? { counts: { ready: 0, degraded: 0, impossible: 0 }, missing: new Map() };
      runbooks.set(runbook, known);
      known.counts[state] += 1;
      if (state === 'ready') continue;
      for (const what of steps.flatMap((step) => step.missing)) {
        const hosts = known.missing.get(what) ?? new Set<string>();
        known.missing.set(what, hosts.add(host));
      }
    }
  return [...runbooks]
    .map(([runbook, { counts, missing }]) => ({
      runbook,
      counts,
      missing: [...missing]
        .map(([what, hosts]) => ({ what, hosts: [...hosts].sort() }))
        .sort((a, b) => b.hosts.length - a.hosts.length || (a.what < b.what ? -1 : 1)),
    }))
    .sort(
      (a, b) =>
        b.counts.impossible - a.counts.impossible ||
        b.counts.degraded - a.counts.degraded ||
        (a.runbook < b.runbook ? -1 : 1),
    );
};
