import {
  ANSWERED_RUN_STATES,
  coverageOf,
  metric as metricOf,
  type Finding,
  type HostAnalysis,
  type Severity,
  type Standing,
  type Statement,
  type Verdict,
} from '@fleetscope/contracts';
import { isWorse } from './baseline';
import { correlate, severityOf, worstSeverity, type Cause } from './correlate';
import { coverageText, holds, type RunAnswer } from './coverage';
import { explain, explanationText, type Traits } from './explain';
import { formatList, formatNumber, formatPlural } from './format';
import { ASPECT_RANK, compareFindings, rankFindings, SEVERITY_RANK } from './ranking';
import { ruleOf } from './rules';

export interface VerdictRun extends RunAnswer {
  readonly hostClass: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Preflight facts, to explain outliers by. */
  readonly facts?: Readonly<Record<string, string>> | null;
  readonly analysis: HostAnalysis | null;
  readonly oddness: number | null;
  /** What makes it odd, in words ("disk.write_await 47 ms against 2 ms"). */
  readonly oddBecause?: string | null;
}

export interface VerdictInput {
  readonly runs: readonly VerdictRun[];
}

export const MAX_STATEMENTS = 5;
/** From here on a host without any finding of its own is worth a sentence. */
const VERY_ODD = 0.8;

interface HostCause {
  readonly host: string;
  readonly cause: Cause;
  readonly baseline: readonly Standing[];
}

interface Group {
  readonly rule: string;
  readonly severity: Severity;
  readonly members: readonly HostCause[];
}

const worstFirst = (a: HostCause, b: HostCause): number =>
  compareFindings(a.cause.cause, b.cause.cause) <= 0 ? -1 : 1;

/** The same cause on several hosts is one group. */
const groupsOf = (runs: readonly VerdictRun[]): Group[] => {
  const byRule = new Map<string, HostCause[]>();
  for (const { host, analysis } of runs)
    for (const cause of correlate(analysis?.findings ?? [])) {
      const member = { host, cause, baseline: analysis?.baseline ?? [] };
      const known = byRule.get(cause.cause.rule);
      if (known) known.push(member);
      else byRule.set(cause.cause.rule, [member]);
    }
  return [...byRule].map(([rule, members]) => ({
    rule,
    severity: worstSeverity(members.map(({ cause }) => severityOf(cause))),
    members: [...members].sort(worstFirst),
  }));
};

const hostsOf = ({ members }: Group): string[] => [...new Set(members.map(({ host }) => host))];

const aspectRank = ({ members }: Group): number =>
  members.reduce((least, { cause }) => Math.min(least, ASPECT_RANK[cause.cause.aspect]), Infinity);

const ranked = (groups: readonly Group[]): Group[] =>
  groups
    .map((group) => ({ group, aspect: aspectRank(group), hosts: hostsOf(group).length }))
    .sort(
      (a, b) =>
        SEVERITY_RANK[a.group.severity] - SEVERITY_RANK[b.group.severity] ||
        a.aspect - b.aspect ||
        b.hosts - a.hosts ||
        (a.group.rule < b.group.rule ? -1 : 1),
    )
    .map(({ group }) => group);

const labelsOf = (findings: readonly Finding[]): string[] => [...new Set(findings.map(({ label }) => label))];

/** " 47 ms is above all of its class's baseline …", where there is one of the finding's metric. */
const standingOfFinding = (member: HostCause | undefined, { metric }: Finding): string => {
  const standing = metric === null ? undefined : member?.baseline.find((known) => known.metric === metric);
  return standing ? ` ${standing.text}.` : '';
};

/** What hosts are told apart by when some of them have a finding. */
const FACTS = ['kernel', 'distro', 'machine', 'hypervisor', 'container'] as const;

const traitsOf = ({ host, hostClass, labels, facts }: VerdictRun): Traits => ({
  host,
  traits: {
    ...labels,
    class: hostClass,
    ...Object.fromEntries(FACTS.flatMap((fact) => (facts?.[fact]?.trim() ? [[fact, facts[fact].trim()]] : []))),
  },
});

const statementOf = (group: Group, fleet: readonly Traits[]): Statement => {
  const hosts = hostsOf(group);
  const [worst] = group.members;
  const symptoms = rankFindings(group.members.flatMap(({ cause }) => cause.symptoms));
  const finding = worst?.cause.cause;
  const headline = ruleOf(group.rule)?.headline ?? group.rule;
  const worstText = finding ? (hosts.length > 1 ? `Worst on ${worst?.host ?? ''}: ${finding.text}` : finding.text) : '';
  const of = worst ? rankFindings(worst.cause.symptoms) : [];
  const beside = of.length > 0 ? ` With it: ${formatList(labelsOf(of), 3)}.` : '';
  const because = worst?.cause.text ? ` ${worst.cause.text}` : '';
  // Joined by a cause without a runbook, the symptom's is still worth running.
  const explanation = explain(fleet, new Set(hosts));
  const shared = explanation ? ` ${explanationText(explanation)}` : '';
  const usual = finding ? standingOfFinding(worst, finding) : '';
  const next = finding?.next ?? symptoms.find((symptom) => symptom.next !== null)?.next ?? null;
  return {
    severity: group.severity,
    text: `${headline} on ${formatList(hosts)}.${shared} ${worstText}${usual}${beside}${because}`,
    hosts,
    rules: [...new Set([group.rule, ...symptoms.map(({ rule }) => rule)])],
    next: next === null ? null : { runbook: next, hosts },
    ...(explanation ? { explainedBy: { ...explanation } } : {}),
  };
};

/** Cells that could not be judged on the hosts that answered, by words: "disk errors on 3 hosts". */
const notJudged = (runs: readonly VerdictRun[]): string[] => {
  const counts = new Map<string, number>();
  for (const { analysis } of runs)
    for (const cell of analysis?.use ?? [])
      if (cell.state === 'unknown' || cell.state === 'pending') {
        const name = `${cell.resource} ${cell.aspect}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name, hosts]) => `${name} on ${formatPlural(hosts, 'host')}`);
};

/** What captures show, the first sentence of each host; hosts that say the same share one. */
const captures = (answered: readonly VerdictRun[]): Statement[] => {
  const hostsBySentence = new Map<string, string[]>();
  for (const { host, analysis } of answered)
    for (const sentence of analysis?.captured ?? []) {
      const known = hostsBySentence.get(sentence);
      if (known) known.push(host);
      else hostsBySentence.set(sentence, [host]);
    }
  return [...hostsBySentence].map(([sentence, hosts]) => ({
    severity: 'info' as const,
    text: `${formatList(hosts)}: ${sentence}`,
    hosts,
    rules: [],
    next: null,
  }));
};

/** What is said when no host has a warning: never that all is well where something is unknown. */
const nothingFound = (runs: readonly VerdictRun[], answered: readonly VerdictRun[]): Statement => {
  const said = (text: string, severity: Severity = 'info'): Statement => ({
    severity,
    text,
    hosts: [],
    rules: [],
    next: null,
  });
  if (answered.length === 0) return said('No host answered, so nothing can be said about them.', 'warn');
  const judged = answered.filter(({ analysis }) =>
    analysis?.use.some(({ state }) => state !== 'unknown' && state !== 'pending'),
  );
  if (judged.length === 0) return said('No answer could be judged, so nothing can be said about the hosts.', 'warn');
  const unknown = notJudged(judged);
  const silent = runs.length - judged.length;
  const all =
    silent === 0
      ? 'No host shows'
      : judged.length === 1
        ? 'The one host that answered does not show'
        : `None of the ${formatNumber(judged.length)} hosts that answered shows`;
  const gaps = [
    ...(unknown.length > 0 ? [`not judged: ${formatList(unknown, 3)}`] : []),
    ...(silent > 0 ? [`nothing is known of ${formatPlural(silent, 'host')}`] : []),
  ];
  return said(
    `${all} saturation or errors${gaps.length > 0 ? ` in what could be judged; ${gaps.join('; ')}` : ', nor high utilization'}.`,
  );
};

/** Hosts unlike their peers without a finding that would explain it. */
const outliers = (runs: readonly VerdictRun[]): Statement[] => {
  const odd = runs
    .filter(
      ({ oddness, analysis }) => (oddness ?? 0) >= VERY_ODD && !analysis?.findings.some((f) => f.severity !== 'info'),
    )
    .sort((a, b) => (b.oddness ?? 0) - (a.oddness ?? 0));
  const [first] = odd;
  if (!first) return [];
  const hosts = odd.map(({ host }) => host);
  const because = first.oddBecause ? ` ${odd.length > 1 ? `${first.host}: ` : ''}${first.oddBecause}.` : '';
  return [
    {
      severity: 'info',
      text: `${formatList(hosts)} ${hosts.length === 1 ? 'is' : 'are'} unlike ${hosts.length === 1 ? 'its' : 'their'} peers, though within every bound.${because}`,
      hosts,
      rules: [],
      next: { runbook: 'compare', hosts },
    },
  ];
};

/** Hosts within every bound and like their peers, but not like their class's past: the whole class may have moved. */
const shifted = (runs: readonly VerdictRun[]): Statement[] => {
  const moved = runs.flatMap(({ host, analysis }) => {
    if (analysis?.findings.some(({ severity }) => severity !== 'info')) return [];
    const worse = (analysis?.baseline ?? []).filter(isWorse).sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift));
    return worse[0] ? [{ host, standing: worse[0] }] : [];
  });
  const [first] = moved.sort((a, b) => Math.abs(b.standing.shift) - Math.abs(a.standing.shift));
  if (!first) return [];
  const hosts = moved.map(({ host }) => host);
  const metrics = [...new Set(moved.map(({ standing }) => standing.metric))];
  return [
    {
      severity: 'info',
      text: `${formatList(hosts)} ${hosts.length === 1 ? 'is' : 'are'} unlike the past of ${hosts.length === 1 ? 'its' : 'their'} class in ${formatList(metrics, 3)}, though within every bound. ${first.host}: ${metricOf(first.standing.metric).title}, ${first.standing.text}.`,
      hosts,
      rules: [],
      next: null,
    },
  ];
};

/** What an investigation says: coverage first, then at most five sentences, the worst first. */
export const conclude = ({ runs }: VerdictInput): Verdict => {
  const coverage = coverageOf(runs);
  const answered = runs.filter(({ state }) => ANSWERED_RUN_STATES.has(state));
  const groups = ranked(groupsOf(answered));
  const fleet = answered.map(traitsOf);
  // Of thousands of hosts there are dozens of groups, and few of them are ever said.
  const say = (said: (group: Group) => boolean): Statement[] =>
    groups
      .filter(said)
      .slice(0, MAX_STATEMENTS)
      .map((group) => statementOf(group, fleet));
  const alarmed = say(({ severity }) => severity !== 'info');
  const informed = say(({ severity }) => severity === 'info');
  const shown = captures(answered);
  const quiet = shown.length > 0 ? [] : [nothingFound(runs, answered)];
  const all = [
    ...(alarmed.length > 0 ? alarmed : quiet),
    ...shown,
    ...outliers(answered),
    ...shifted(answered),
    ...informed,
  ];
  const stands = holds(coverage);
  const doubt = stands || answered.length === 0 ? '' : '; too few to speak for all of them';
  return { holds: stands, summary: `${coverageText(coverage)}${doubt}`, statements: all.slice(0, MAX_STATEMENTS) };
};

/** Three lines for chat: coverage, the worst sentence, what to do next. */
export const verdictText = ({ summary, statements }: Verdict): string => {
  const [first] = statements;
  const serious = statements.filter(({ severity }) => severity !== 'info').length;
  const more = serious > 1 ? ` (and ${formatPlural(serious - 1, 'more statement')})` : '';
  const next = statements.find((statement) => statement.next !== null && statement.severity !== 'info')?.next;
  return [
    summary,
    first ? `${first.text}${more}` : 'Nothing was concluded.',
    next ? `Next: ${next.runbook} on ${formatList(next.hosts)}` : 'Next: nothing to run',
  ].join('\n');
};
