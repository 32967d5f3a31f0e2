import { type Unit } from '@fleetscope/contracts';

/** A bound of a rule: data, so that a class or a host can override it. */
export interface Threshold {
  readonly value: number;
  readonly unit: Unit;
  /** Bounds of what an override may set. */
  readonly min: number;
  readonly max: number;
}

export type Thresholds = Readonly<Record<string, Threshold>>;
export type Limits = Readonly<Record<string, number>>;

/** Rule id → name of the threshold → value. */
export type ThresholdOverrides = Readonly<Record<string, Readonly<Record<string, number>>>>;

const bound = (value: number, unit: Unit, max: number, min = 0): Threshold => ({ value, unit, min, max });
export const percent = (value: number): Threshold => bound(value, '%', 100);
export const milliseconds = (value: number): Threshold => bound(value, 'ms', 3_600_000);
export const count = (value: number): Threshold => bound(value, '1', 1e12);
export const multiple = (value: number): Threshold => bound(value, '1', 1e6);
export const perSecond = (value: number): Threshold => bound(value, '1/s', 1e12);
export const share = (value: number): Threshold => bound(value, '1', 1);

interface HasThresholds {
  readonly id: string;
  readonly thresholds: Thresholds;
  /** Names of pairs whose first must not be beyond the second; `falling` where lower is worse. */
  readonly falling?: boolean;
}

/** What is wrong with overrides, in words; empty when all is well. */
export const checkThresholds = (rules: readonly HasThresholds[], overrides: ThresholdOverrides): string[] => {
  const problems: string[] = [];
  for (const [id, values] of Object.entries(overrides)) {
    const rule = rules.find((candidate) => candidate.id === id);
    if (!rule) {
      problems.push(`${id}: no such rule`);
      continue;
    }
    for (const [name, value] of Object.entries(values)) {
      const threshold = Object.hasOwn(rule.thresholds, name) ? rule.thresholds[name] : undefined;
      if (!threshold)
        problems.push(
          `${id}.${name}: no such threshold; known are ${Object.keys(rule.thresholds).join(', ') || 'none'}`,
        );
      else if (typeof value !== 'number' || !Number.isFinite(value)) problems.push(`${id}.${name}: expected a number`);
      else if (value < threshold.min || value > threshold.max)
        problems.push(`${id}.${name}: ${value} is not between ${threshold.min} and ${threshold.max}`);
    }
    problems.push(...misordered(rule, values));
  }
  return problems;
};

/** `warn` must come before `crit`, `warnHdd` before `critHdd`. */
const misordered = (rule: HasThresholds, values: Readonly<Record<string, number>>): string[] => {
  const limits = { ...limitsOf(rule.thresholds), ...values };
  return Object.keys(limits).flatMap((name) => {
    const partner = name.startsWith('warn') ? `crit${name.slice(4)}` : null;
    const [warn, crit] = [limits[name], partner === null ? undefined : limits[partner]];
    if (warn === undefined || crit === undefined) return [];
    return (rule.falling ? warn < crit : warn > crit)
      ? [`${rule.id}: ${name} ${warn} is beyond ${partner ?? ''} ${crit}`]
      : [];
  });
};

/** A rule's own values, made once: most hosts are judged by them. */
const defaults = new WeakMap<Thresholds, Limits>();

export const limitsOf = (thresholds: Thresholds, overrides?: Readonly<Record<string, number>>): Limits => {
  let own = defaults.get(thresholds);
  if (!own) {
    own = Object.fromEntries(Object.entries(thresholds).map(([name, threshold]) => [name, threshold.value]));
    defaults.set(thresholds, own);
  }
  return overrides ? { ...own, ...overrides } : own;
};

/** Later layers win: `mergeThresholds(ofTheClass, ofTheHost)`. */
export const mergeThresholds = (...layers: readonly ThresholdOverrides[]): ThresholdOverrides => {
  const merged: Record<string, Record<string, number>> = {};
  for (const layer of layers)
    for (const [id, values] of Object.entries(layer)) merged[id] = { ...merged[id], ...values };
  return merged;
};
