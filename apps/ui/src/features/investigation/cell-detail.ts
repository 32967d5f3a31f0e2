import { type Finding, type Resource, type RunDetail, type RuleOutcome, type UseCell } from '@fleetscope/contracts';
import { type UseAspect } from './matrix';

export interface CellDetail {
  resource: Resource;
  aspect: UseAspect;
  /** The line of the USE table; null where nothing was judged. */
  line: UseCell | null;
  /** Findings of this cell, worst first; the first one carries the line. */
  findings: readonly Finding[];
  /** The rule that carries the line, when it found nothing: its threshold and evidence. */
  outcome: Extract<RuleOutcome, { outcome: 'ok' }> | null;
  /** Other things that rules looked at here and found well, or could not know. */
  others: readonly RuleOutcome[];
}

const SEVERITY = { crit: 0, warn: 1, info: 2 } as const;

export const bySeverity = (a: Finding, b: Finding): number => SEVERITY[a.severity] - SEVERITY[b.severity];

/** Everything that is known of one cell of a host. */
export const cellDetail = (
  run: Pick<RunDetail, 'use' | 'findings' | 'analysis'>,
  resource: Resource,
  aspect: UseAspect,
): CellDetail => {
  const here = (one: { resource: Resource; aspect: string }): boolean =>
    one.resource === resource && one.aspect === aspect;
  const line = run.use.find(here) ?? null;
  const findings = run.findings
    .filter(here)
    .sort((a, b) => bySeverity(a, b) || Number(b.rule === line?.rule) - Number(a.rule === line?.rule));
  const outcomes = run.analysis?.outcomes.filter((outcome) => here(outcome) && outcome.outcome !== 'finding') ?? [];
  const outcome =
    findings.length === 0
      ? outcomes.find((one) => one.rule === line?.rule && 'instance' in one && one.instance === line?.instance)
      : undefined;
  const carrying = outcome?.outcome === 'ok' ? outcome : null;
  return { resource, aspect, line, findings, outcome: carrying, others: outcomes.filter((one) => one !== carrying) };
};
