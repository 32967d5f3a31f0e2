import { type Comparison, type ComparisonSide } from '@fleetscope/contracts';
import { answer, connect } from '../connection';
import { bold, cyan, dim, print, printJson, red, safe } from '../output';
import { type DataOptions } from './options';

const MAX_LINES = 25;
const MARKS = { worse: red('✖ worse '), better: cyan('✓ better'), different: bold('≠ differs') };

const when = ({ label, at }: ComparisonSide): string =>
  `${safe(label)}${at === null ? '' : dim(` (${at.slice(0, 16).replace('T', ' ')})`)}`;

const render = (comparison: Comparison, all: boolean): string => {
  const { candidate, reference, metrics, facts, summary, notes } = comparison;
  const out = [`${when(candidate)} against ${when(reference)}`, bold(safe(summary))];
  const shown = metrics.filter(({ outcome }) => all || outcome in MARKS);
  for (const { outcome, text } of shown.slice(0, all ? metrics.length : MAX_LINES))
    out.push(`  ${outcome in MARKS ? MARKS[outcome as keyof typeof MARKS] : dim('· same  ')}  ${safe(text)}`);
  if (!all && shown.length > MAX_LINES) out.push(dim(`  and ${shown.length - MAX_LINES} more: --all`));
  if (facts.length > 0) out.push('', bold('Facts that differ'));
  for (const { fact, candidate: mine, reference: other, hosts } of facts.slice(0, MAX_LINES))
    out.push(
      `  ${safe(fact)}: ${safe(mine ?? 'not there')} against ${safe(other ?? 'not there')}${hosts > 1 ? dim(` on ${hosts} hosts`) : ''}`,
    );
  if (facts.length > MAX_LINES) out.push(dim(`  and ${facts.length - MAX_LINES} more: --json`));
  for (const note of notes) out.push(dim(safe(note)));
  return out.join('\n');
};

export const compare = async (a: string, b: string, options: DataOptions & { all?: boolean }): Promise<void> => {
  const comparison = (await answer(
    connect(options).api.GET('/api/v1/comparisons', { params: { query: { a, b } } }),
  )) as Comparison;
  if (options.json) printJson(comparison);
  else print(render(comparison, options.all === true));
};
