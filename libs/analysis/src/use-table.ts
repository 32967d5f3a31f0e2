import {
  ASPECTS,
  metric as metricOf,
  RESOURCES,
  type Aspect,
  type Resource,
  type RuleOutcome,
  type UseCell,
} from '@fleetscope/contracts';
import { isFinding, type FindingOutcome } from './judge';
import { excess, hintRank, SEVERITY_RANK } from './ranking';
import { type Rule } from './rule';

type Told = Extract<RuleOutcome, { outcome: 'ok' | 'finding' }>;
type Unknown = Extract<RuleOutcome, { outcome: 'unknown' }>;

/** Nearness to the bound: 1 is at it. Without a bound the value tells least. */
const nearness = ({ metric, value, threshold }: Told): number => {
  if (value === null || threshold === null || threshold <= 0) return value === null ? -1 : value > 0 ? 0.001 : 0;
  if (metric !== null && metricOf(metric).direction === 'higher-is-better')
    return value > 0 ? threshold / value : Infinity;
  return value / threshold;
};

const compareAlarms = (a: FindingOutcome, b: FindingOutcome): number =>
  SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
  hintRank(a) - hintRank(b) ||
  excess(b.value, b.threshold) - excess(a.value, a.threshold);

/** The first of the worst; info findings are no alarms. */
const worstOf = (outcomes: readonly RuleOutcome[]): FindingOutcome | null => {
  let worst: FindingOutcome | null = null;
  for (const one of outcomes)
    if (isFinding(one) && one.severity !== 'info' && (worst === null || compareAlarms(one, worst) < 0)) worst = one;
  return worst;
};

const JUDGED = ASPECTS.filter((aspect) => aspect !== 'workload');

/** The first of those nearest to their bounds; an info finding is worth knowing and no alarm: it is judged as fine. */
const nearestOf = (outcomes: readonly RuleOutcome[]): Told | null => {
  let nearest: Told | null = null;
  let most = -Infinity;
  for (const one of outcomes) {
    if (one.outcome === 'unknown') continue;
    const own = nearness(one);
    if (nearest === null || own > most) {
      nearest = one;
      most = own;
    }
  }
  return nearest;
};

/** A reason is said once, with the rules it holds for left to the outcomes. */
const reasonOf = (unknown: readonly Unknown[]): string => {
  const reasons = [...new Set(unknown.map(({ reason }) => reason))];
  return reasons.length > 3
    ? `${reasons.slice(0, 3).join('; ')}; and ${reasons.length - 3} more reasons`
    : reasons.join('; ');
};

const cellOf = (resource: Resource, aspect: Aspect, outcomes: readonly RuleOutcome[]): UseCell => {
  const bad = worstOf(outcomes);
  const telling = bad ?? nearestOf(outcomes);
  if (!telling)
    return {
      resource,
      instance: null,
      aspect,
      metric: null,
      value: null,
      unit: null,
      state: 'unknown',
      reason: reasonOf(outcomes.filter((o): o is Unknown => o.outcome === 'unknown')) || 'no rule could judge it',
      rule: null,
      label: null,
    };
  const { instance, metric, value, unit, rule, label } = telling;
  const state = bad && bad.severity !== 'info' ? bad.severity : 'ok';
  return { resource, instance, aspect, metric, value, unit, state, reason: null, rule, label };
};

/**
 * One cell per resource and aspect that some rule judges, so that what could not be judged is seen. The worst finding
 * decides; without one, any rule that could judge makes it ok; unknown is what no rule could judge.
 */
export const useTable = (rules: readonly Rule[], outcomes: readonly RuleOutcome[]): UseCell[] => {
  const cells = new Map<Resource, Partial<Record<Aspect, RuleOutcome[]>>>();
  for (const { resource, aspect } of rules) {
    const aspects = cells.get(resource);
    if (aspects) aspects[aspect] ??= [];
    else cells.set(resource, { [aspect]: [] });
  }
  for (const outcome of outcomes) cells.get(outcome.resource)?.[outcome.aspect]?.push(outcome);
  const table: UseCell[] = [];
  for (const resource of RESOURCES)
    for (const aspect of JUDGED) {
      const own = cells.get(resource)?.[aspect];
      if (own) table.push(cellOf(resource, aspect, own));
    }
  return table;
};
