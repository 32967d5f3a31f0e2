import { type Alternative, type Parameter } from '@fleetscope/contracts';
import { loadCatalogue } from './catalogue.loader';
import { type LoadedRunbook } from './probe-compiler';

const parameterText = (name: string, parameter: Parameter): string => {
  const title = parameter.title ?? name;
  switch (parameter.type) {
    case 'duration':
      return `\`${name}\`: ${title}, ${parameter.min} to ${parameter.max}, else ${parameter.default}`;
    case 'integer':
      return `\`${name}\`: ${title}, ${parameter.min} to ${parameter.max}${parameter.default === null ? (parameter.required === true ? ', **needed**' : '') : `, else ${parameter.default}`}${parameter.commanderAbove === undefined ? '' : `; more than ${parameter.commanderAbove} for commanders`}`;
    case 'choice':
      return `\`${name}\`: ${title}, one of ${parameter.values.join(', ')}${parameter.default === null ? '' : `, else ${parameter.default}`}`;
    case 'text':
      return `\`${name}\`: ${title}${parameter.required === true ? ', **needed**' : ''}`;
  }
};

/** What an alternative runs, short enough for a line. */
const wayText = ({ run, pipe, read, sample, program, says, ifGiven, needs }: Alternative): string => {
  const tools = [run ?? [], ...(pipe ?? [])]
    .filter((argv) => argv.length > 0)
    .map(([tool, verb]) => (tool === 'perf' ? `perf ${verb}` : tool));
  const what = program ?? (tools.length > 0 ? tools.join(' | ') : (read ?? sample ?? []).slice(0, 3).join(', '));
  const asks = needs.filter((need) => need !== 'root');
  const notes = [
    ...(ifGiven ? [`with ${ifGiven.join(', ')}`] : []),
    ...(needs.includes('root') ? ['root'] : []),
    ...asks,
    ...(says ? [says] : []),
  ];
  return `\`${what}\`${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
};

const section = (runbook: LoadedRunbook): string => {
  const names = runbook.aliases.length > 0 ? ` (${runbook.aliases.map((alias) => `\`${alias}\``).join(', ')})` : '';
  const parameters = Object.entries(runbook.parameters).map(([name, one]) => `- ${parameterText(name, one)}`);
  const steps = runbook.steps.flatMap(({ id, title, prefer }) => [
    `- **${id}**: ${title}`,
    ...prefer.map((alternative, at) => `  ${at + 1}. ${wayText(alternative)}`),
  ]);
  const included = runbook.include.length > 0 ? [`Its steps are those of ${runbook.include.join(', ')}.`, ''] : [];
  return [
    `## ${runbook.id}`,
    '',
    `${runbook.title}${names}. Cost: ${runbook.cost}.`,
    '',
    ...(runbook.description ? [runbook.description.trim(), ''] : []),
    ...(parameters.length > 0 ? [...parameters, ''] : []),
    ...(included.length > 0 ? included : [...steps, '']),
  ].join('\n');
};

/** The page about every runbook of a folder, as Markdown. */
export const runbooksPage = (dir: string): string => {
  const runbooks = [...loadCatalogue(dir).values()];
  return [
    '# Runbooks',
    '',
    'Made from `libs/runbooks/catalog` by `node libs/runbooks/tools/docs.mjs`; do not edit.',
    '',
    'Of the ways of a step the first that can run on the host is taken; the result says which it was and what it can not see.',
    'Light runbooks read counters, medium ones trace or sample for a while, heavy ones trace every event of a kind and are refused on',
    'a busy host. Programs ending in `.bt` are our own, on stable tracepoints; they were run on bpftrace 0.17, 0.23 and 0.27,',
    'with the BTF of the kernel and without.',
    '',
    ...runbooks.map(section),
  ].join('\n');
};
