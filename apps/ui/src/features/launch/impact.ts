import { type CostClass, type Preview, type Runbook } from '@fleetscope/contracts';
import { formatBytes, formatDuration, formatValue, plural } from '../../components/format';

/** Above this many hosts a request is wide. */
export const WIDE = 50;

export const COST_WORDS: Readonly<Record<CostClass, string>> = {
  light: 'light: reads counters',
  medium: 'medium: samples or traces for a while',
  heavy: 'heavy: traces every event, which the host feels',
};

export const isWideOrHeavy = (cost: CostClass, hosts: number): boolean =>
  hosts > WIDE || (cost === 'heavy' && hosts > 1);

/** "about 2.1 s of CPU, 41 KiB, 12 s"; without earlier runs there are limits, and nobody knows the CPU time. */
export const figuresWords = (
  { cpuSeconds, bytes, seconds }: Preview['estimate']['total'],
  basis: Preview['estimate']['basis'],
): string => {
  const cpu = cpuSeconds === null ? [] : [`${formatValue(cpuSeconds, 's')} of CPU`];
  const known = [...cpu, formatBytes(bytes), formatDuration(seconds * 1000)];
  return `${basis === 'bounds' ? 'at most' : 'about'} ${known.join(', ')}`;
};

/** Why a request is asked about once more, with its numbers; null when it just starts. */
export const secondThought = (
  runbook: Pick<Runbook, 'cost' | 'title'>,
  hosts: number,
  inFleet: number,
  preview: Preview | null,
): string | null => {
  if (!isWideOrHeavy(runbook.cost, hosts)) return null;
  const share = inFleet > 0 ? Math.round((hosts / inFleet) * 100) : 100;
  const many = `${plural(hosts, 'host')}, ${share} % of the fleet`;
  const cost = preview ? ` In all it takes ${figuresWords(preview.estimate.total, preview.estimate.basis)}.` : '';
  if (runbook.cost !== 'heavy') return `This runs on ${many}.${cost}`;
  return `“${runbook.title}” is heavy: it traces every event. It runs on ${many}.${cost}`;
};

const KINDS: Readonly<Record<Preview['attention'][number]['kind'], string>> = {
  held: 'on hold',
  'agent-offline': 'agent offline',
  budget: 'over budget for the hour',
  maintenance: 'in maintenance',
};

/** Hosts to know of before, together by what is the matter: "3 on hold: db-01, db-02 and db-03". */
export const attentionGroups = (attention: Preview['attention']): { words: string; runs: boolean; hosts: string[] }[] =>
  (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((kind) => {
    const here = attention.filter((one) => one.kind === kind);
    if (here.length === 0) return [];
    const runs = here.some((one) => one.runs);
    return [
      {
        words: `${plural(here.length, 'host')} ${KINDS[kind]}, ${runs ? 'run all the same' : 'will not run'}`,
        runs,
        hosts: here.map(({ host, why }) => `${host}: ${why}`),
      },
    ];
  });
