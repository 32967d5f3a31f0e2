export {
  analyseHost,
  DEFAULT_LOOK_BACK_SECONDS,
  RULES_VERSION,
  ThresholdError,
  validateThresholds,
  type AnalyseOptions,
} from './analyse-host';
export {
  againstBaseline,
  baselineOf,
  isWorse,
  MIN_BASELINE_INVESTIGATIONS,
  MIN_BASELINE_VALUES,
  positionIn,
  standingOf,
  tooThin,
  trendOf,
  type Baseline,
  type BaselineSample,
  type Trend,
} from './baseline';
export { comparePairs, compareWithBaseline, compareWithPeers, summarise, type Pair } from './compare';
export { concludeRuns, verdictOf, type Conclusion, type EndingRun } from './conclusion';
export { correlate, severityOf, type Cause } from './correlate';
export { coverageText, HOLDS_SHARE, holds, type RunAnswer } from './coverage';
export { diskKind, type DiskKind } from './disks';
export { EvidenceIndex } from './evidence-index';
export { explain, explanationText, fisherTail, type Explanation, type Traits } from './explain';
export { againstPeers, settingsOf, type SetUpHost } from './against-peers';
export { differingFacts, flatFacts, usualFacts, type FactPair, type FlatFacts } from './facts';
export { fingerprintOf, mostAlike, type Alike, type Fingerprint, type Known } from './fingerprint';
export { bucketQuantile, modesOf, shareBeyond, timesOf, type Mode, type Times } from './histograms';
export {
  formatBeside,
  formatCount,
  formatList,
  formatMultiple,
  formatNumber,
  formatPlural,
  formatValue,
} from './format';
export { type HostEvidence, type StepEvidence, type StepState } from './host-evidence';
export {
  HEADLINE_METRICS,
  headlineOf,
  MIN_PEERS,
  oddMetricsText,
  oddnessOf,
  type Headline,
  type OddMetric,
  type Oddness,
  type PeerHost,
} from './peers';
export { erlangC, mm1WaitMultiple, mmcWaitMultiple } from './queueing';
export * from './rank-tests';
export { rankFindings } from './ranking';
export { evidenceOf, isSustained, SUSTAINED_SHARE, type Reading, type Sample } from './reading';
export { type Change, type History, type Rule, type RuleInput } from './rule';
export { ruleOf, RULES } from './rules';
export { median } from './statistics';
export { GROWING } from './rules/mem-growth.rule';
export * from './statistics';
export {
  limitsOf,
  mergeThresholds,
  type Limits,
  type Threshold,
  type ThresholdOverrides,
  type Thresholds,
} from './thresholds';
export { conclude, MAX_STATEMENTS, verdictText, type VerdictInput, type VerdictRun } from './verdict';
export { capturedDifference, type CapturedSide } from './captured-difference';
export { planEscalation, type EscalationPlan, type TriagedHost } from './escalate';
export { watchedValue } from './watched';
