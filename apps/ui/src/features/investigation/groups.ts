import { type Labels, type Severity } from '@fleetscope/contracts';

/** What of a run it takes to group it. */
export interface GroupedRun {
  readonly hostClass: string;
  readonly labels: Labels;
  readonly findings: readonly { readonly severity: Severity }[];
}

export const BY_CLASS = 'class';

/** What hosts can be told apart by that the matrix knows of; empty where a host has no such label. */
export const traitOf = ({ hostClass, labels }: Pick<GroupedRun, 'hostClass' | 'labels'>, by: string): string =>
  by === BY_CLASS ? hostClass : (labels[by] ?? '');

/** The class, and each label that is not the same everywhere. */
export const traits = (runs: readonly GroupedRun[]): string[] => {
  const values = new Map<string, Set<string>>();
  for (const name of new Set(runs.flatMap(({ labels }) => Object.keys(labels)))) values.set(name, new Set());
  values.set(BY_CLASS, new Set());
  for (const run of runs) for (const [name, seen] of values) seen.add(traitOf(run, name));
  return [...values]
    .filter(([, seen]) => seen.size > 1)
    .map(([name]) => name)
    .sort((a, b) => Number(b === BY_CLASS) - Number(a === BY_CLASS) || a.localeCompare(b, 'en'));
};

export interface HostGroup {
  /** Empty: without the label. */
  readonly value: string;
  readonly hosts: number;
  /** Hosts whose worst finding is this one. */
  readonly crit: number;
  readonly warn: number;
}

/** Hosts by a trait, those groups first of which the largest share has something critical, then a warning. */
export const groupsBy = (runs: readonly GroupedRun[], by: string): HostGroup[] => {
  const groups = new Map<string, { value: string; hosts: number; crit: number; warn: number }>();
  for (const run of runs) {
    const value = traitOf(run, by);
    const group = groups.get(value) ?? { value, hosts: 0, crit: 0, warn: 0 };
    group.hosts += 1;
    if (run.findings.some(({ severity }) => severity === 'crit')) group.crit += 1;
    else if (run.findings.some(({ severity }) => severity === 'warn')) group.warn += 1;
    groups.set(value, group);
  }
  return [...groups.values()].sort(
    (a, b) =>
      b.crit / b.hosts - a.crit / a.hosts ||
      b.warn / b.hosts - a.warn / a.hosts ||
      a.value.localeCompare(b.value, 'en', { numeric: true }),
  );
};
