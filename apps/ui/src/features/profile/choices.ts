import { type ProfileSummary } from '@fleetscope/contracts';
import { cgroupAt, commandAt, type Profile, type SampleFilter } from '@fleetscope/profiles';
import { split, type ProfileSearch } from '../../app/search';
import { type ChoiceOption } from '../../components/choice';
import { visibleText } from '../../components/visible-text';

const MOST = 200;

const share = (weight: number, total: number): string => `${total > 0 ? ((weight / total) * 100).toFixed(1) : '0'} %`;

type Sums = Map<string, { label: string; weight: number }>;

const heaviest = (sums: Sums, total: number): ChoiceOption[] =>
  [...sums]
    .sort(([, a], [, b]) => b.weight - a.weight)
    .slice(0, MOST)
    .map(([value, { label, weight }]) => ({ value, label: `${label} · ${share(weight, total)}` }));

export interface Choices {
  readonly commands: ChoiceOption[];
  readonly groups: ChoiceOption[];
  readonly threads: ChoiceOption[];
  readonly cpus: ChoiceOption[];
}

/** What a profile can be narrowed to, heaviest first. */
export const choicesOf = (profile: Profile, command: string | undefined): Choices => {
  const { samples, threads } = profile;
  const commands: Sums = new Map();
  const groups: Sums = new Map();
  const ids: Sums = new Map();
  const cpus: Sums = new Map();
  let total = 0;
  const add = (sums: Sums, key: string, label: string, weight: number): void => {
    const known = sums.get(key);
    if (known) known.weight += weight;
    else sums.set(key, { label, weight });
  };
  for (let at = 0; at < samples.size; at++) {
    const thread = samples.thread[at] as number;
    const weight = samples.weight[at] as number;
    const name = commandAt(profile, thread);
    const group = cgroupAt(profile, thread);
    const tid = threads.tid[thread] as number;
    const cpu = samples.cpu[at] as number;
    total += weight;
    add(commands, name, visibleText(name), weight);
    if (group !== null) add(groups, group, visibleText(group), weight);
    if (tid !== -1 && (command === undefined || command === name))
      add(ids, String(tid), `${visibleText(name)} ${tid}`, weight);
    if (cpu !== -1) add(cpus, String(cpu), `CPU ${cpu}`, weight);
  }
  return {
    commands: heaviest(commands, total),
    groups: heaviest(groups, total),
    threads: heaviest(ids, total),
    cpus: [...heaviest(cpus, total)].sort((a, b) => Number(a.value) - Number(b.value)),
  };
};

/** Which samples count. The time is cut before, so that several hosts can be cut alike. */
export const filterOf = ({ command, cgroup, thread, cpu }: ProfileSearch): SampleFilter => ({
  ...(command === undefined ? {} : { commands: [command] }),
  ...(cgroup === undefined ? {} : { cgroup }),
  ...(thread === undefined ? {} : { tids: [Number(thread)] }),
  ...(cpu === undefined ? {} : { cpus: [Number(cpu)] }),
});

/** Profiles of the hosts that are asked for, or of all. */
export const chosenOf = (summaries: readonly ProfileSummary[], hosts: string | undefined): ProfileSummary[] => {
  const wanted = new Set(split(hosts));
  return summaries.filter(({ host, samples }) => (wanted.size > 0 ? wanted.has(host) : samples > 0));
};

/** What the chosen ones are compared with; empty when there is nothing like it. */
export const peersOf = (
  summaries: readonly ProfileSummary[],
  chosen: readonly ProfileSummary[],
  vs: string | undefined,
): ProfileSummary[] => {
  if (vs === undefined) return [];
  if (vs !== 'peers') return chosenOf(summaries, vs).filter(({ samples }) => samples > 0);
  const own = new Set(chosen.map(({ host }) => host));
  return summaries.filter(({ host, samples }) => !own.has(host) && samples > 0);
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isInvestigation = (vs: string | undefined): vs is string => vs !== undefined && UUID.test(vs);
