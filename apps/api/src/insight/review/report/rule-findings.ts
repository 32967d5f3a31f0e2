import { ruleOf } from '@fleetscope/analysis';
import { type Finding, linesOf, type RunSummary, type Severity } from '@fleetscope/contracts';
import { type Excerpt, type HostFinding, type RuleFindings } from './report-page';

const MAX_FOUND = 30;
/** Findings of a rule whose lines are shown; the others look alike. */
const MAX_CITING = 3;
const MAX_EXCERPTS = 2;

const RANK: Readonly<Record<Severity, number>> = { crit: 0, warn: 1, info: 2 };

interface Found {
  readonly run: RunSummary;
  readonly finding: Finding;
}

/** Reads one step's output of a run. */
export type TextOf = (runId: string, step: string) => Promise<string | null>;

/** Findings by rule, the worst rules first; within one the worst hosts. Only lines that are shown are read. */
export const ruleFindings = async (runs: readonly RunSummary[], textOf: TextOf): Promise<RuleFindings[]> => {
  const byRule = new Map<string, Found[]>();
  for (const run of runs)
    for (const finding of run.findings)
      byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), { run, finding }]);
  const groups: RuleFindings[] = [];
  for (const [rule, all] of byRule) groups.push(await ofRule(rule, all.sort(byUrgency), textOf));
  return groups.sort(
    (a, b) => RANK[a.severity] - RANK[b.severity] || b.found.length + b.more - a.found.length - a.more,
  );
};

const byUrgency = (a: Found, b: Found): number =>
  RANK[a.finding.severity] - RANK[b.finding.severity] || (a.run.host < b.run.host ? -1 : 1);

const ofRule = async (rule: string, all: readonly Found[], textOf: TextOf): Promise<RuleFindings> => {
  const found: HostFinding[] = [];
  for (const { run, finding } of all.slice(0, MAX_FOUND)) {
    const { severity, instance, text, value, unit, threshold, next } = finding;
    const excerpts = found.length < MAX_CITING ? await excerptsOf(run, finding, textOf) : [];
    found.push({ host: run.host, severity, instance, text, value, unit, threshold, next, excerpts });
  }
  return {
    rule,
    title: ruleOf(rule)?.title ?? rule,
    why: all[0]?.finding.why ?? '',
    severity: all[0]?.finding.severity ?? 'info',
    found,
    more: all.length - found.length,
  };
};

const excerptsOf = async (run: RunSummary, { evidence }: Finding, textOf: TextOf): Promise<Excerpt[]> => {
  const excerpts: Excerpt[] = [];
  for (const { step, lines: cited } of evidence.slice(0, MAX_EXCERPTS)) {
    const text = await textOf(run.id, step);
    const command = run.steps.find((one) => one.step === step)?.command ?? null;
    excerpts.push({ step, command, cited, lines: text === null ? null : linesOf(text) });
  }
  return excerpts;
};
