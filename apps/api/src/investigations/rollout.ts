import {
  ANSWERED_RUN_STATES,
  type Cost,
  FINAL_RUN_STATES,
  type Labels,
  type Rollout,
  type RunState,
} from '@fleetscope/contracts';

/** A run as the rollout of its investigation sees it. */
export interface RolloutRun {
  readonly id: string;
  readonly host: string;
  readonly class: string;
  readonly labels: Labels;
  /** Hosts that it is reached through. */
  readonly jump: readonly string[];
  readonly state: RunState;
  readonly heldBack: boolean;
  readonly cost: Cost | null;
}

/** Which runs may begin now, or why none of the rest ever may. It names no host: readers may see a part of them only. */
export type RolloutStep = { readonly halt: string } | { readonly start: readonly string[] };

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const ended = ({ state }: RolloutRun): boolean => FINAL_RUN_STATES.has(state);
/** A cancelled run says nothing of its host. */
const failed = (run: RolloutRun): boolean =>
  ended(run) && !ANSWERED_RUN_STATES.has(run.state) && run.state !== 'cancelled';
const underWay = (run: RolloutRun): boolean => !run.heldBack && !ended(run);

/** A share of a whole, to be passed or reached by a count of it. */
const EPSILON = 1e-9;

const passed = ({ stopWhen = {} }: Rollout, runs: readonly RolloutRun[]): string | null => {
  const failures = runs.filter(failed).length;
  if (stopWhen.failures !== undefined && failures > stopWhen.failures)
    return `${failures} hosts did not answer, more than the ${stopWhen.failures} allowed`;
  if (stopWhen.failureShare !== undefined && failures > stopWhen.failureShare * runs.length + EPSILON)
    return `${failures} of ${runs.length} hosts did not answer, more than the ${percent(stopWhen.failureShare)} allowed`;
  if (stopWhen.cpuShare === undefined) return null;
  const shares = runs.map(({ cost }) => (cost && cost.wallSeconds > 0 ? cost.cpuSeconds / cost.wallSeconds : 0));
  const worst = Math.max(...shares);
  return worst > stopWhen.cpuShare
    ? `a probe took ${percent(worst)} of a CPU, more than the ${percent(stopWhen.cpuShare)} allowed`
    : null;
};

/** The runs whose turn it is, whatever may run beside each other. */
const turn = ({ canary, batch }: Rollout, runs: readonly RolloutRun[]): readonly RolloutRun[] | { halt: string } => {
  const first = runs.slice(0, canary?.hosts ?? 0);
  const bad = first.filter(failed).length;
  const share = canary?.share ?? 1;
  if (bad > first.length * (1 - share) + EPSILON)
    return {
      halt: `the canary failed: ${bad} of its ${first.length} hosts did not answer, and ${percent(share)} must`,
    };
  if (!first.every(ended)) return first;
  const rest = runs.slice(first.length);
  if (batch === undefined) return rest;
  const open = rest.findIndex((run) => !ended(run));
  const from = open - (open % batch);
  return open < 0 ? [] : rest.slice(from, from + batch);
};

/** What counts a run, and how many of them may be under way at a time. */
const groupsOf = ({ concurrency = {} }: Rollout, run: RolloutRun): { key: string; most: number }[] => {
  const { total, perClass, perJump, perLabel } = concurrency;
  const value = perLabel ? run.labels[perLabel.label] : undefined;
  return [
    ...(total === undefined ? [] : [{ key: 'total', most: total }]),
    ...(perClass === undefined ? [] : [{ key: `class ${run.class}`, most: perClass }]),
    ...(perJump === undefined ? [] : run.jump.map((hop) => ({ key: `jump ${hop}`, most: perJump }))),
    ...(perLabel === undefined || value === undefined ? [] : [{ key: `label ${value}`, most: perLabel.runs }]),
  ];
};

/** `runs` are all of the investigation's, by name. */
export const nextStep = (rollout: Rollout, runs: readonly RolloutRun[]): RolloutStep => {
  const halt = passed(rollout, runs);
  if (halt !== null) return { halt };
  const due = turn(rollout, runs);
  if ('halt' in due) return due;
  const counts = new Map<string, number>();
  const count = (groups: readonly { key: string }[]): void =>
    groups.forEach(({ key }) => counts.set(key, (counts.get(key) ?? 0) + 1));
  for (const run of runs) if (underWay(run)) count(groupsOf(rollout, run));
  const start: string[] = [];
  for (const run of due) {
    if (!run.heldBack || run.state !== 'queued') continue;
    const groups = groupsOf(rollout, run);
    if (!groups.every(({ key, most }) => (counts.get(key) ?? 0) < most)) continue;
    count(groups);
    start.push(run.id);
  }
  return { start };
};

/** How many runs at the most follow each other in a rollout: what its time is reckoned by. */
export const roundsOf = (
  { canary, batch, concurrency = {} }: Rollout,
  hosts: readonly { readonly class: string; readonly labels: Labels }[],
): number => {
  const { total, perClass, perJump, perLabel } = concurrency;
  const rest = Math.max(0, hosts.length - (canary?.hosts ?? 0));
  const size = Math.max(1, Math.min(batch ?? rest, rest));
  const limits = [total, perClass, perJump, perLabel?.runs].filter((limit) => limit !== undefined);
  // Whom a jump host serves is not known here: as if it served all.
  const beside = Math.min(size, ...limits);
  const first = canary ? Math.ceil(Math.min(canary.hosts, hosts.length) / Math.min(canary.hosts, ...limits)) : 0;
  return Math.max(1, first + Math.ceil(rest / size) * Math.ceil(size / beside));
};
