import { type HostAnalysis, type RuleOutcome } from '@fleetscope/contracts';
import { analyseHost } from './analyse-host';
import { flatFacts, usualFacts } from './facts';
import { indexOf } from './evidence-index';
import { type HostEvidence } from './host-evidence';
import { isFinding } from './judge';
import { rankFindings } from './ranking';
import { fsMountsRule } from './rules/fs-mounts.rule';
import { netLinkRule } from './rules/net-link.rule';
import { netSysctlRule } from './rules/net-sysctl.rule';
import { useTable } from './use-table';

/** The rules that ask what is usual in the class, which nobody knows before the last host has answered. */
const RULES = [fsMountsRule, netLinkRule, netSysctlRule];
/** Of two that differ neither is the odd one. */
const MIN_HOSTS = 3;

/** A host with how it is set up. */
export interface SetUpHost {
  readonly analysis: HostAnalysis;
  readonly settings: HostEvidence;
}

/** How a host is set up: the part of its evidence that is held against its peers. */
export const settingsOf = (evidence: HostEvidence): HostEvidence => ({
  ...evidence,
  steps: evidence.steps.flatMap((step) => {
    const observations = step.observations.filter(
      (one) => one.kind === 'facts' || (one.kind === 'measurement' && one.metric === 'network.link_speed'),
    );
    return observations.length > 0 ? [{ ...step, observations }] : [];
  }),
});

const observationsOf = ({ steps }: HostEvidence) => steps.flatMap(({ observations }) => [...observations]);

const linkSpeedsOf = (settings: HostEvidence): ReadonlyMap<string, string> => {
  const index = indexOf(settings);
  return new Map(
    index.instances('network.link_speed').flatMap((name) => {
      const speed = index.measurement('network.link_speed', name);
      return speed ? [[name, String(speed.value)] as const] : [];
    }),
  );
};

const isSame = (a: RuleOutcome, b: RuleOutcome): boolean =>
  a.outcome === b.outcome && a.instance === b.instance && a.metric === b.metric;

/** What was said already stays; what could not be said without the peers comes in the place of saying so. */
const merged = (old: readonly RuleOutcome[], fresh: readonly RuleOutcome[]): readonly RuleOutcome[] => {
  const kept = old.filter(({ outcome }) => outcome !== 'unknown');
  const added = fresh.filter((one) => one.outcome !== 'unknown' && !kept.some((other) => isSame(one, other)));
  return kept.length + added.length > 0 ? [...kept, ...added] : old;
};

const amended = (analysis: HostAnalysis, fresh: readonly RuleOutcome[]): HostAnalysis => {
  const { thresholdsVersion } = analysis;
  const judgedBy = thresholdsVersion === undefined ? {} : { thresholdsVersion };
  const told = RULES.flatMap(({ id }) =>
    merged(
      analysis.outcomes.filter(({ rule }) => rule === id),
      fresh
        .filter(({ rule }) => rule === id)
        .map((outcome) => (isFinding(outcome) ? { ...outcome, ...judgedBy } : outcome)),
    ),
  );
  const others = (rule: string): boolean => !RULES.some(({ id }) => id === rule);
  const outcomes = [...analysis.outcomes.filter(({ rule }) => others(rule)), ...told];
  const cells = useTable(RULES, outcomes);
  return {
    ...analysis,
    outcomes,
    use: analysis.use.map((cell) => {
      const now = cells.find(({ resource, aspect }) => resource === cell.resource && aspect === cell.aspect);
      // What stands beside a value, as its baseline, stands beside that value only.
      return now ? { ...(now.metric === cell.metric ? cell : {}), ...now } : cell;
    }),
    findings: rankFindings([
      ...analysis.findings.filter(({ rule }) => others(rule)),
      ...told.filter(isFinding).map(({ outcome: _outcome, ...finding }) => finding),
    ]),
  };
};

/** The analyses of a class's hosts, in their order, each held against what most of them have in common. */
export const againstPeers = (hosts: readonly SetUpHost[]): HostAnalysis[] => {
  if (hosts.length < MIN_HOSTS) return hosts.map(({ analysis }) => analysis);
  const peerFacts = Object.fromEntries(
    usualFacts(hosts.map(({ settings }) => flatFacts({}, observationsOf(settings)))),
  );
  const speeds = usualFacts(hosts.map(({ settings }) => linkSpeedsOf(settings)));
  const peerLinkSpeeds = Object.fromEntries([...speeds].map(([name, speed]) => [name, Number(speed)]));
  return hosts.map(({ analysis, settings }) =>
    amended(analysis, analyseHost(settings, { rules: RULES, peerFacts, peerLinkSpeeds }).outcomes),
  );
};
