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
  readonly warn?: number | null;
  readonly crit?: number | null;
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

const RANK: Record<Severity, number> = { info: 0, warn: 1, crit: 2 };

/** Makes a rule's outcomes: one place that fills in rule id, unit and evidence. */
export class Judge {
  constructor(
    private readonly rule: Signature,
    private readonly evidence: EvidenceIndex,
  ) {}

  private base(said: Said) {
    const metric = said.metric ?? null;
    return {
      rule: this.rule.id,
      resource: this.rule.resource,
      aspect: this.rule.aspect,
      instance: said.instance ?? null,
      metric,
      value: said.value ?? null,
      unit: said.unit === undefined ? (metric === null ? null : metricOf(metric).unit) : said.unit,
      threshold: said.threshold ?? null,
      label: said.label,
      evidence: mergeEvidence(said.evidence ?? []),
    };
  }

  ok(said: Said): RuleOutcome {
    return { outcome: 'ok', ...this.base(said) };
  }

  unknown(reason: string, metric: MetricId | null = null, instance: string | null = null): RuleOutcome {
    const { id: rule, resource, aspect } = this.rule;
    return { outcome: 'unknown', rule, resource, aspect, instance, metric, reason };
  }

  missing(metric: MetricId, instance: string | null = null): RuleOutcome {
    return this.unknown(this.evidence.missing(metric, instance), metric, instance);
  }

  finding(said: FindingSaid): RuleOutcome {
    return {
      outcome: 'finding',
      ...this.base(said),
      ruleVersion: this.rule.version,
      severity: said.severity,
      text: said.text,
      why: this.rule.why,
      next: said.next === undefined ? this.rule.next : said.next,
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

  private judged(
    spec: LevelSpec,
    reading: Reading,
    value: number,
    { instance, beyond, over }: { instance: string | null; beyond: Beyond; over: 'sustained' | 'mean' },
  ): RuleOutcome {
    const { metric, warn = null, crit = null, cap = 'crit' } = spec;
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
    return this.finding({ ...said, severity, text: spec.text(level), next: spec.next });
  }
}

export const spanOf = (crossed: number, total: number): string =>
  `in ${formatNumber(crossed)} of ${formatNumber(total)} samples`;

export const tooFew = (reading: Reading): string =>
  `${reading.step} printed a number in only ${reading.values.length} of ${reading.total} samples of ${reading.metric}`;

export const isFinding = (outcome: RuleOutcome): outcome is Extract<RuleOutcome, { outcome: 'finding' }> =>
  outcome.outcome === 'finding';

/** Whether a rule found something at least this severe, of one instance or of any. */
export const found = (
  outcomes: readonly RuleOutcome[],
  { severity = 'warn', instance }: { severity?: Severity; instance?: string } = {},
): boolean =>
  outcomes.some(
    (o) => isFinding(o) && RANK[o.severity] >= RANK[severity] && (instance === undefined || o.instance === instance),
  );
