import { type CellState, type RuleOutcome, type UseCell } from './use';

/** A container or a service: its cells, one for each aspect that some rule judges of it. */
export interface GroupRow {
  readonly group: string;
  readonly cells: readonly UseCell[];
}

const GROUPED: ReadonlySet<string> = new Set(['cgroup', 'service']);
const RANK: Readonly<Record<CellState, number>> = { crit: 0, warn: 1, ok: 2, unknown: 3, pending: 4 };

const cellOf = (outcome: RuleOutcome): UseCell => {
  const { resource, instance, aspect, metric, rule } = outcome;
  const known = outcome.outcome === 'unknown' ? null : outcome;
  const isAlarm = outcome.outcome === 'finding' && outcome.severity !== 'info';
  return {
    ...{ resource, instance, aspect, metric, rule },
    value: known?.value ?? null,
    unit: known?.unit ?? null,
    state: isAlarm ? (outcome.severity as CellState) : known ? 'ok' : 'unknown',
    reason: outcome.outcome === 'unknown' ? outcome.reason : null,
    label: known?.label ?? null,
  };
};

/**
 * Containers and services of a host as rows of their own: what the rules said of each cgroup, the worst of an aspect first.
 * Rows go from the worst to the best, then by name.
 */
export const groupRows = (outcomes: readonly RuleOutcome[]): GroupRow[] => {
  const rows = new Map<string, Map<string, UseCell>>();
  for (const outcome of outcomes) {
    if (outcome.instance === null || !GROUPED.has(outcome.resource)) continue;
    const cells = rows.get(outcome.instance) ?? new Map<string, UseCell>();
    rows.set(outcome.instance, cells);
    const cell = cellOf(outcome);
    const known = cells.get(cell.aspect);
    if (!known || RANK[cell.state] < RANK[known.state]) cells.set(cell.aspect, cell);
  }
  const worst = ({ cells }: GroupRow): number => Math.min(...cells.map(({ state }) => RANK[state]));
  return [...rows]
    .map(([group, cells]) => ({ group, cells: [...cells.values()] }))
    .sort((a, b) => worst(a) - worst(b) || (a.group < b.group ? -1 : 1));
};
