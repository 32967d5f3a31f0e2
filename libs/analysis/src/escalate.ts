import { ANSWERED_RUN_STATES, type RunState, type Severity, type Verdict } from '@fleetscope/contracts';

/** A host of the triage, as the choice of captures sees it. */
export interface TriagedHost {
  readonly host: string;
  readonly hostClass: string;
  readonly state: RunState;
  readonly oddness: number | null;
  readonly findings: readonly { readonly severity: Severity; readonly next: string | null }[];
}

export interface EscalationPlan {
  /** The hosts to look closer at, the worst first. */
  readonly sick: readonly string[];
  /** A healthy peer that gets the same captures, to compare with; null when there is none. */
  readonly control: string | null;
  /** What to run where. */
  readonly captures: readonly { readonly runbook: string; readonly hosts: readonly string[] }[];
  /** Why there is nothing to capture; null when there is. */
  readonly reason: string | null;
}

const CAPTURES_PER_HOST = 2;
const CAPTURES_IN_ALL = 3;
const VERY_ODD = 0.8;

const isSick = ({ findings }: TriagedHost): boolean => findings.some(({ severity }) => severity !== 'info');

/**
 * What to capture after a triage: on the `most` worst hosts what their findings call for, and the same on one healthy peer.
 * @param allowed runbooks that may be started so, by id
 */
export const planEscalation = (
  { statements }: Verdict,
  runs: readonly TriagedHost[],
  most: number,
  allowed: ReadonlySet<string>,
): EscalationPlan => {
  const answered = runs.filter(({ state }) => ANSWERED_RUN_STATES.has(state));
  const byName = new Map(answered.map((run) => [run.host, run]));
  const named = statements.filter(({ severity }) => severity !== 'info').flatMap(({ hosts }) => hosts);
  const odd = answered
    .filter(({ oddness }) => (oddness ?? 0) >= VERY_ODD)
    .sort((a, b) => (b.oddness ?? 0) - (a.oddness ?? 0))
    .map(({ host }) => host);
  const sick = [...new Set([...named, ...odd])].filter((host) => byName.has(host)).slice(0, most);
  const nothing = (reason: string): EscalationPlan => ({ sick, control: null, captures: [], reason });
  if (sick.length === 0) return nothing('no host stands out');

  const hostsByRunbook = new Map<string, string[]>();
  for (const host of sick) {
    const wanted = new Set(
      (byName.get(host)?.findings ?? []).flatMap(({ next }) => (next !== null && allowed.has(next) ? [next] : [])),
    );
    // A host that is odd without a finding: what it runs is the first question.
    if (wanted.size === 0 && allowed.has('cpu-profile')) wanted.add('cpu-profile');
    for (const runbook of [...wanted].slice(0, CAPTURES_PER_HOST))
      hostsByRunbook.set(runbook, [...(hostsByRunbook.get(runbook) ?? []), host]);
  }
  if (hostsByRunbook.size === 0) return nothing('no finding names a capture that may be started by itself');
  const classOfWorst = byName.get(sick[0] ?? '')?.hostClass;
  const control =
    answered
      .filter((run) => run.hostClass === classOfWorst && !isSick(run) && !sick.includes(run.host))
      .sort((a, b) => (a.oddness ?? 0.5) - (b.oddness ?? 0.5) || (a.host < b.host ? -1 : 1))[0]?.host ?? null;
  const captures = [...hostsByRunbook]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, CAPTURES_IN_ALL)
    .map(([runbook, hosts]) => ({ runbook, hosts: control === null ? hosts : [...hosts, control] }));
  return { sick, control, captures, reason: null };
};
