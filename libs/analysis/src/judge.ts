import {
  metric as metricOf,
  type Aspect,
  type EvidenceRef,
  type MetricId,
  type Resource,
  type RuleOutcome,
  type Severity,
  type Unit,
} from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { formatBeside, formatNumber } from './format';
import { evidenceOf, isBeyond, meanOf, mergeEvidence, sustainedLevel, type Beyond, type Reading } from './reading';

interface Signature {
  readonly id: string;
  readonly version: number;
  readonly resource: Resource;
  readonly aspect: Aspect;
  readonly why: string;
  readonly next: string | null;
}

interface Said {
  readonly instance?: string | null;
  readonly metric?: MetricId | null;
  readonly value?: number | null;
  /** The metric's own unit unless told. */
  readonly unit?: Unit | null;
  readonly threshold?: number | null;
  readonly label: string;
  readonly evidence?: readonly EvidenceRef[];
}

export interface FindingSaid extends Said {
  readonly severity: Severity;
  readonly text: string;
  readonly next?: string | null;
}

/** What the words of a level are made of. */
export interface Level {
  readonly value: number;
  /** The value with its unit, told apart from the bound. */
  readonly shown: string;
  /** The bound that was crossed; of the lowest severity while none was. */
  readonly bound: number | null;
  readonly severity: Severity | null;
  readonly reading: Reading;
  /** "in 9 of 10 samples", "over the window". */
  readonly span: string;
}

export interface LevelSpec {
  readonly metric: MetricId;
  readonly instance?: string | null;
  /** The reading to judge; the best one of the metric and instance unless given. */
  readonly reading?: Reading | null;
  readonly limits: { readonly warn?: number | null; readonly crit?: number | null };
  readonly beyond?: Beyond;
  /** `sustained` for samples of a state; `mean` for shares of the window, which are sums already. */
  readonly over?: 'sustained' | 'mean';
  readonly unit?: Unit;
  /** The severity is at most this. */
  readonly cap?: Severity;
  readonly label: (level: Level) => string;
  readonly text: (level: Level) => string;
  readonly next?: string | null;
}

export type FindingOutcome = Extract<RuleOutcome, { outcome: 'finding' }>;

/** What is left to say when `S` has been said: what it lacks of `T`, and anything that is said anew. */
type Lacking<T, S> = Partial<T> & Omit<T, keyof S>;

const NOTHING = {};

const either = <T>(first: T | null | undefined, second: T | null | undefined): T | null =>
  first === undefined ? (second ?? null) : first;

const unitOf = (unit: Unit | null | undefined, metric: MetricId | null): Unit | null =>
  unit !== undefined ? unit : metric === null ? null : metricOf(metric).unit;

const RANK: Record<Severity, number> = { info: 0, warn: 1, crit: 2 };

/** Makes a rule's outcomes: one place that fills in rule id, unit and evidence. */
export class Judge {
  constructor(
    private readonly rule: Signature,
    private readonly evidence: EvidenceIndex,
  ) {}

  /** What `more` tells takes the place of what `said` does: common parts are not spread into a new object, which is slow. */
  ok(said: Said): RuleOutcome;
  ok<S extends Partial<Said>>(said: S, more: Lacking<Said, S>): RuleOutcome;
  ok(said: Partial<Said>, more: Partial<Said> = NOTHING): RuleOutcome {
    const { id, resource, aspect } = this.rule;
    const { metric = said.metric ?? null, label = said.label ?? null } = more;
    return {
      outcome: 'ok',
      rule: id,
      resource,
      aspect,
      instance: either(more.instance, said.instance),
      metric,
      value: either(more.value, said.value),
      unit: unitOf(more.unit === undefined ? said.unit : more.unit, metric),
      threshold: either(more.threshold, said.threshold),
      label,
      evidence: mergeEvidence(more.evidence ?? said.evidence ?? []),
    };
  }

  unknown(reason: string, metric: MetricId | null = null, instance: string | null = null): RuleOutcome {
    const { id: rule, resource, aspect } = this.rule;
    return { outcome: 'unknown', rule, resource, aspect, instance, metric, reason };
  }

  missing(metric: MetricId, instance: string | null = null): RuleOutcome {
    return this.unknown(this.evidence.missing(metric, instance), metric, instance);
  }

  finding(said: FindingSaid): FindingOutcome;
  finding<S extends Partial<FindingSaid>>(said: S, more: Lacking<FindingSaid, S>): FindingOutcome;
  finding(said: Partial<FindingSaid>, more: Partial<FindingSaid> = NOTHING): FindingOutcome {
    const { id, resource, aspect, version, why } = this.rule;
    const { metric = said.metric ?? null, next = said.next } = more;
    return {
      outcome: 'finding',
      rule: id,
      resource,
      aspect,
      instance: either(more.instance, said.instance),
      metric,
      value: either(more.value, said.value),
      unit: unitOf(more.unit === undefined ? said.unit : more.unit, metric),
      threshold: either(more.threshold, said.threshold),
      label: more.label ?? said.label ?? '',
      evidence: mergeEvidence(more.evidence ?? said.evidence ?? []),
      ruleVersion: version,
      severity: more.severity ?? said.severity ?? 'warn',
      text: more.text ?? said.text ?? '',
      why,
      next: next === undefined ? this.rule.next : next,
    };
  }

  /** The common rule: one reading against a warn and a crit bound. */
  level(spec: LevelSpec): RuleOutcome {
    const { metric, instance = null, beyond = 'above', over = 'sustained' } = spec;
    const reading = spec.reading === undefined ? this.evidence.reading(metric, instance) : spec.reading;
    if (!reading || reading.values.length === 0) return this.missing(metric, instance);
    const value = over === 'mean' ? meanOf(reading) : sustainedLevel(reading, beyond);
    if (value === null) return this.unknown(tooFew(reading), metric, instance);
    return this.judged(spec, reading, value, { instance, beyond, over });
  }

  /** A level for the host as a whole, where the metric is told of it, and for each of its instances. */
  levels(metric: MetricId, spec: (instance: string | null) => Omit<LevelSpec, 'metric' | 'instance'>): RuleOutcome[] {
    const instances: (string | null)[] = [...this.evidence.instances(metric)];
    if (this.evidence.reading(metric)) instances.unshift(null);
    if (instances.length === 0) return [this.missing(metric)];
    return instances.map((instance) => this.level({ metric, instance, ...spec(instance) }));
  }

  private judged(
    spec: LevelSpec,
    reading: Reading,
    value: number,
    { instance, beyond, over }: { instance: string | null; beyond: Beyond; over: 'sustained' | 'mean' },
  ): RuleOutcome {
    const { metric, cap = 'crit' } = spec;
    const { warn = null, crit = null } = spec.limits;
    const unit = spec.unit ?? metricOf(metric).unit;
    const crossed = (bound: number | null): boolean => bound !== null && isBeyond(value, bound, beyond);
    const worst: Severity | null = crossed(crit) ? 'crit' : crossed(warn) ? 'warn' : null;
    const severity = worst !== null && RANK[worst] > RANK[cap] ? cap : worst;
    const bound = crossed(crit) ? crit : (warn ?? crit);
    const samples =
      over === 'mean' || bound === null || !worst
        ? undefined
        : reading.samples.filter((sample) => isBeyond(sample.value, bound, beyond));
    const level: Level = {
      value,
      shown: formatBeside(value, bound, unit),
      bound,
      severity,
      reading,
      span:
        over === 'mean' || reading.total < 2
          ? 'over the window'
          : spanOf(samples?.length ?? reading.values.length, reading.total),
    };
    const said = {
      instance,
      metric,
      value,
      unit,
      threshold: bound,
      label: spec.label(level),
      evidence: [evidenceOf(reading, samples)],
    };
    if (severity === null) return this.ok(said);
    return this.finding(said, { severity, text: spec.text(level), next: spec.next });
  }
}

export const spanOf = (crossed: number, total: number): string =>
  `in ${formatNumber(crossed)} of ${formatNumber(total)} samples`;

export const tooFew = (reading: Reading): string =>
  `${reading.step} printed a number in only ${reading.values.length} of ${reading.total} samples of ${reading.metric}`;

export const isFinding = (outcome: RuleOutcome): outcome is FindingOutcome => outcome.outcome === 'finding';

/** Whether a rule found something at least this severe, of one instance or of any. */
export const found = (
  outcomes: readonly RuleOutcome[],
  { severity = 'warn', instance }: { severity?: Severity; instance?: string } = {},
): boolean =>
  outcomes.some(
    (o) => isFinding(o) && RANK[o.severity] >= RANK[severity] && (instance === undefined || o.instance === instance),
  );
