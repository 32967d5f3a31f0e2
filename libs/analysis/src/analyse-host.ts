import { capturedOf } from './captured';
import { type Finding, type HostAnalysis, type RuleOutcome } from '@fleetscope/contracts';
import { indexOf } from './evidence-index';
import { type HostEvidence } from './host-evidence';
import { isFinding, type FindingOutcome } from './judge';
import { rankFindings } from './ranking';
import { type Change, type History, type Rule, type RuleContext } from './rule';
import { BY_ID, RULES } from './rules';
import { checkThresholds, limitsOf, type ThresholdOverrides } from './thresholds';
import { withExpected } from './expected-wait';
import { useTable } from './use-table';

/** Goes up with every change after which the same evidence can give another analysis. */
export const RULES_VERSION = 4;

export const DEFAULT_LOOK_BACK_SECONDS = 3600;

export interface AnalyseOptions {
  /** Of the host's class and of the host, merged by `mergeThresholds`. */
  readonly thresholds?: ThresholdOverrides;
  /** Which version of the stored thresholds these are; findings carry it. */
  readonly thresholdsVersion?: number;
  /** How far back log lines and changes count; an hour unless told. */
  readonly lookBackSeconds?: number;
  /** What is known to have changed; leave out when nobody looked. */
  readonly changes?: readonly Change[];
  /** Interface → link speed in bit/s that is usual in the class. */
  readonly peerLinkSpeeds?: Readonly<Record<string, number>>;
  /** What earlier runs of the host measured; leave out when nobody looked. */
  readonly history?: readonly History[];
  /** What facts are usual in the class, by `name.key`. */
  readonly peerFacts?: Readonly<Record<string, string>>;
  /** The host's labels: they may state limits that nobody can measure (`disk.iops_limit`). */
  readonly labels?: Readonly<Record<string, string>>;
  /** False for captures, which look at one thing: what they leave open nobody asked for. Default true. */
  readonly checklist?: boolean;
  /** Other rules than the built-in ones: for tests. */
  readonly rules?: readonly Rule[];
}

export class ThresholdError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`invalid thresholds: ${problems.join('; ')}`);
    this.name = 'ThresholdError';
  }
}

/** Problems of overrides in words, before they are stored; empty when they can be used. */
export const validateThresholds = (overrides: ThresholdOverrides): string[] => checkThresholds(RULES, overrides);

const isTold = ({ outcome }: RuleOutcome): boolean => outcome !== 'unknown';

/** A finding as it is kept among the findings, where nothing else stands. */
const bare = ({
  rule,
  resource,
  aspect,
  instance,
  metric,
  value,
  unit,
  threshold,
  label,
  evidence,
  ruleVersion,
  severity,
  text,
  why,
  next,
  thresholdsVersion,
}: FindingOutcome): Finding => ({
  rule,
  resource,
  aspect,
  instance,
  metric,
  value,
  unit,
  threshold,
  label,
  evidence,
  ruleVersion,
  severity,
  text,
  why,
  next,
  ...(thresholdsVersion === undefined ? {} : { thresholdsVersion }),
});

/**
 * All that the rules say about one host's evidence. Pure: the same evidence and options give the same analysis.
 * @throws ThresholdError when the overrides name an unknown rule or threshold, or a value out of its bounds.
 */
export const analyseHost = (evidence: HostEvidence, options: AnalyseOptions = {}): HostAnalysis => {
  const rules = options.rules ?? RULES;
  const overrides = options.thresholds ?? {};
  const problems = checkThresholds(rules, overrides);
  if (problems.length > 0) throw new ThresholdError(problems);

  const byId = rules === RULES ? BY_ID : new Map(rules.map((rule) => [rule.id, rule]));
  const told = new Map<string, readonly RuleOutcome[]>();
  const context: RuleContext = {
    evidence: indexOf(evidence),
    lookBackSeconds: options.lookBackSeconds ?? DEFAULT_LOOK_BACK_SECONDS,
    changes: options.changes ?? null,
    peerLinkSpeeds: options.peerLinkSpeeds ?? {},
    history: options.history ?? null,
    peerFacts: options.peerFacts ?? null,
    labels: options.labels ?? {},
    outcomesOf: (id) => {
      const known = told.get(id);
      if (known) return known;
      const rule = byId.get(id);
      // Before it is evaluated, so that two rules asking each other end instead of running on.
      told.set(id, []);
      if (!rule) return [];
      // Field by field: copying by spread was a tenth of a host's analysis.
      const {
        evidence: index,
        lookBackSeconds,
        changes,
        peerLinkSpeeds,
        history,
        peerFacts,
        labels,
        outcomesOf,
      } = context;
      const limits = limitsOf(rule.thresholds, overrides[id]);
      const outcomes = rule.evaluate({
        evidence: index,
        lookBackSeconds,
        changes,
        peerLinkSpeeds,
        history,
        peerFacts,
        labels,
        outcomesOf,
        limits,
      });
      told.set(id, outcomes);
      return outcomes;
    },
  };
  const version = options.thresholdsVersion;
  const judgedBy = version === undefined ? {} : { thresholdsVersion: version };
  const checklist = options.checklist ?? true;
  const outcomes: RuleOutcome[] = [];
  const findings: Finding[] = [];
  // Rules of deeper runbooks stand in the table where something was read for them; elsewhere nobody looked.
  const looked: Rule[] = [];
  const seen: RuleOutcome[] = [];
  for (const rule of rules) {
    const said = context.outcomesOf(rule.id);
    const counts = (checklist && !rule.deep) || said.some(isTold);
    if (counts) looked.push(rule);
    for (const one of said) {
      const outcome = version !== undefined && isFinding(one) ? { ...one, ...judgedBy } : one;
      outcomes.push(outcome);
      if (counts) seen.push(outcome);
      if (isFinding(outcome)) findings.push(bare(outcome));
    }
  }
  const captured = capturedOf(evidence);
  return {
    rulesVersion: RULES_VERSION,
    ...judgedBy,
    use: withExpected(useTable(looked, seen), context.evidence),
    findings: rankFindings(findings),
    outcomes,
    ...(captured.length > 0 ? { captured } : {}),
  };
};
