import { type RuleOutcome, type Severity } from '@fleetscope/contracts';
import { formatNumber, formatPlural, formatValue } from './format';
import { type Judge } from './judge';
import { kernelLines, kernelLogMissing, minutesBefore, type KernelEvent } from './kernel-log';
import { type RuleContext } from './rule';

interface LogSpec {
  readonly classes: readonly string[];
  readonly text: RegExp;
  /** Lines of these classes that say nothing bad: what drivers print at boot. */
  readonly except?: RegExp;
  /** "kernel log line about a failing disk". */
  readonly one: string;
  readonly many: string;
  /** Short, after the count: "2 disk errors". */
  readonly label: (count: number) => string;
  readonly severity: (events: readonly KernelEvent[]) => Severity;
}

const quoted = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return `“${line.length > 120 ? `${line.slice(0, 119)}…` : line}”`;
};

/** The common rule over the kernel's log: any such line inside the look-back. */
export const judgeKernelLog = (context: RuleContext, judge: Judge, spec: LogSpec): RuleOutcome => {
  const { evidence, lookBackSeconds } = context;
  const lines = kernelLines(evidence, lookBackSeconds, spec);
  if (!lines) return judge.unknown(kernelLogMissing(evidence) ?? 'the kernel log was not read');
  const back = formatValue(lookBackSeconds, 's');
  const last = lines.recent[lines.recent.length - 1];
  if (last) {
    const count = lines.recent.length;
    const minutes = minutesBefore(evidence, last);
    return judge.finding({
      severity: spec.severity(lines.recent),
      value: count,
      unit: '1',
      threshold: 0,
      label: spec.label(count),
      text: `${formatPlural(count, spec.one, spec.many)} in the last ${back}, the latest ${formatNumber(minutes ?? 0)} min before the collection: ${quoted(last.text)}.`,
      evidence: lines.evidence(lines.recent),
    });
  }
  const undated = lines.undated[lines.undated.length - 1];
  if (undated)
    return judge.finding({
      severity: 'info',
      value: lines.undated.length,
      unit: '1',
      threshold: 0,
      label: `${spec.label(lines.undated.length)}, time unknown`,
      text: `${formatPlural(lines.undated.length, spec.one, spec.many)} at an unknown time, perhaps long ago: ${quoted(undated.text)}.`,
      evidence: lines.evidence(lines.undated),
    });
  return judge.ok({ value: 0, unit: '1', threshold: 0, label: `none in ${back}` });
};
