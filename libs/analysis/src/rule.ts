import { type Aspect, type MetricId, type Resource, type RuleOutcome } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { Judge } from './judge';
import { type Limits, type Threshold, type Thresholds } from './thresholds';

/** Something that changed on the host, told by whoever knows (package log, unit starts, a deploy hook). */
export interface Change {
  /** Epoch milliseconds; null when unknown. */
  readonly at: number | null;
  readonly text: string;
}

/** What earlier runs of the host measured, one metric and instance each. */
export interface History {
  readonly metric: MetricId;
  readonly instance: string | null;
  /** `at` in epoch milliseconds. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

export interface RuleContext {
  readonly evidence: EvidenceIndex;
  /** How far back log lines and changes count. */
  readonly lookBackSeconds: number;
  readonly changes: readonly Change[] | null;
  /** Interface → link speed in bit/s that is usual among the class's hosts. */
  readonly peerLinkSpeeds: Readonly<Record<string, number>>;
  /** Null when earlier runs were not looked at. */
  readonly history: readonly History[] | null;
  /** Fact (`sysctl.net.core.somaxconn`) → what more than half of the class shows; null when not known. */
  readonly peerFacts: Readonly<Record<string, string>> | null;
  /** Of the host. */
  readonly labels: Readonly<Record<string, string>>;
  /** What another rule says of the same evidence. */
  outcomesOf(ruleId: string): readonly RuleOutcome[];
}

export interface RuleInput extends RuleContext {
  readonly limits: Limits;
}

export interface Rule {
  readonly id: string;
  /** Goes up when the same evidence can give another outcome. */
  readonly version: number;
  readonly title: string;
  /** What is said of hosts that have it: "Accept queue overflows" on web-112. */
  readonly headline: string;
  readonly resource: Resource;
  readonly aspect: Aspect;
  readonly metrics: readonly MetricId[];
  readonly thresholds: Thresholds;
  /** Whether `crit` lies below `warn`, because less is worse. */
  readonly falling?: boolean;
  /** Told by runbooks of its own: makes no unknown cell in investigations that did not look. */
  readonly deep?: boolean;
  readonly why: string;
  /** Id of the runbook to run next. */
  readonly next: string | null;
  /** One outcome per instance; ok, a finding, or unknown with its reason: never ok for lack of data. */
  evaluate(input: RuleInput): RuleOutcome[];
}

interface RuleSpec<T extends string> extends Omit<Rule, 'evaluate' | 'thresholds'> {
  readonly thresholds: Readonly<Record<T, Threshold>>;
  evaluate(input: RuleContext & { readonly limits: Readonly<Record<T, number>> }, judge: Judge): RuleOutcome[];
}

/** Ties a rule's code to its thresholds' names, and gives it a judge that signs its outcomes. */
export const defineRule = <T extends string>(spec: RuleSpec<T>): Rule => ({
  ...spec,
  evaluate: (input) =>
    // analyseHost fills every threshold of the rule from its defaults, hence the narrower record.
    spec.evaluate(
      input as RuleContext & { readonly limits: Readonly<Record<T, number>> },
      new Judge(spec, input.evidence),
    ),
});
