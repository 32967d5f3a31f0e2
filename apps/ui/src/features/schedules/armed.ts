import { type ArmedInput, type ArmedView, WATCHED_NAMES, watchedUnit } from '@fleetscope/contracts';
import { targetsOfClass } from '../../components/select-hosts';

export const conditionWords = ({ when }: Pick<ArmedView, 'when'>): string =>
  `${when.watch} above ${when.above}${watchedUnit(when.watch)}${when.readings > 1 ? `, ${when.readings} in a row` : ''}`;

/** What watching takes of each host. */
export const armedCostWords = ({ cost }: Pick<ArmedView, 'cost'>): string => {
  const connections = `${Math.round(cost.connectionsPerHour)} connections to each host an hour`;
  return cost.cpuSecondsPerHour === null
    ? `${connections}; their CPU time is known after the first readings`
    : `${connections}, ${cost.cpuSecondsPerHour.toFixed(1)} s of its CPU time`;
};

/** The latest round in one line. */
export const roundWords = ({ latest, state }: Pick<ArmedView, 'latest' | 'state'>): string => {
  if (latest === null) return state === 'armed' ? 'not read yet' : 'never read';
  if (latest.paused !== null) return `nothing is read: ${latest.paused}`;
  return `${latest.read} of ${latest.hosts} read`;
};

export interface ArmedForm {
  name: string;
  hostClass: string;
  watch: string;
  above: string;
  readings: string;
  every: string;
  duration: string;
  maxHosts: string;
  runbook: string;
  reason: string;
}

/** What a form asks for, or what is wrong with it. */
export const armedFrom = (form: ArmedForm): { input: ArmedInput } | { problem: string } => {
  const watch = WATCHED_NAMES.find((name) => name === form.watch);
  if (watch === undefined) return { problem: 'What is to be watched?' };
  const above = Number(form.above);
  if (!(above > 0)) return { problem: 'Above what? A number above 0 is needed.' };
  return {
    input: {
      ...{
        name: form.name,
        every: form.every || '30s',
        for: form.duration || '4h',
        cooldown: '10m',
        reason: form.reason,
      },
      targets: targetsOfClass(form.hostClass),
      when: { watch, above, readings: Number(form.readings) || 2 },
      capture: { runbook: form.runbook, parameters: {} },
      maxHosts: Number(form.maxHosts) || 3,
    },
  };
};
