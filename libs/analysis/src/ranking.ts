import { RESOURCES, type Aspect, type Finding, type Severity } from '@fleetscope/contracts';

export const SEVERITY_RANK: Record<Severity, number> = { crit: 0, warn: 1, info: 2 };

/** Saturation and errors outrank utilization: the busiest resource isn't always the bottleneck. */
export const ASPECT_RANK: Record<Aspect, number> = { saturation: 0, errors: 0, utilization: 1, workload: 2 };

const RESOURCE_RANK: ReadonlyMap<string, number> = new Map(RESOURCES.map((resource, rank) => [resource, rank]));

/** How far beyond its bound a value is, at least 1; 1 where there is no bound to compare with. */
export const excess = (value: number | null, threshold: number | null): number => {
  if (value === null || threshold === null || threshold <= 0 || value <= 0) return 1;
  return Math.max(value / threshold, threshold / value);
};

/** Rules that only hint at what others measure: last among equals. */
const HINTS: ReadonlySet<string> = new Set(['cpu-load']);

export const hintRank = ({ rule }: { readonly rule: string }): number => (HINTS.has(rule) ? 1 : 0);

export const compareFindings = (a: Finding, b: Finding): number =>
  SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
  ASPECT_RANK[a.aspect] - ASPECT_RANK[b.aspect] ||
  (RESOURCE_RANK.get(a.resource) ?? 0) - (RESOURCE_RANK.get(b.resource) ?? 0) ||
  hintRank(a) - hintRank(b) ||
  excess(b.value, b.threshold) - excess(a.value, a.threshold);

/** Critical first, saturation and errors before utilization; the order of the rules where nothing else tells. */
export const rankFindings = (findings: readonly Finding[]): Finding[] => [...findings].sort(compareFindings);
