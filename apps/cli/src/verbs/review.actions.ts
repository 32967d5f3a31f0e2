import {
  type AnalysisVersionView,
  type Aspect,
  ASPECTS,
  type CellReason,
  type CellWhy,
  cleanupText,
  EXIT,
  type NoteView,
  type Resource,
  RESOURCES,
  type RunSummary,
  type SimilarInvestigation,
} from '@fleetscope/contracts';
import { formatValue } from '@fleetscope/analysis';
import { groupRows, isMetricId, metric as metricOf, type RuleOutcome } from '@fleetscope/contracts';
import { CliError } from '../cli-error';
import { answer, connect } from '../connection';
import { bold, cyan, dim, note, print, printJson, red, safe, yellow } from '../output';
import { groupTable, useTable } from '../render/report';
import { type DataOptions } from './options';

const moment = (at: string): string => at.slice(0, 16).replace('T', ' ');
const MARKS: Record<string, string> = { crit: red('✖ crit'), warn: yellow('▲ warn'), info: cyan('· info') };

export const addNote = async (id: string, text: string, options: DataOptions): Promise<void> => {
  const made = await answer(
    connect(options).api.POST('/api/v1/investigations/{id}/notes', { params: { path: { id } }, body: { text } }),
  );
  if (options.json) return printJson(made);
  print('noted');
};

const noteLines = (notes: readonly NoteView[], indent: string): string[] =>
  notes.map(({ at, author, text }) => `${indent}${dim(`${moment(at)} ${safe(author)}:`)} ${safe(text)}`);

export const notes = async (id: string, options: DataOptions): Promise<void> => {
  const rows = (await answer(
    connect(options).api.GET('/api/v1/investigations/{id}/notes', { params: { path: { id } } }),
  )) as NoteView[];
  if (options.json) return printJson(rows);
  print(rows.length > 0 ? noteLines(rows, '').join('\n') : dim('none yet: fleetscope note INVESTIGATION TEXT'));
};

export const similar = async (id: string, options: DataOptions): Promise<void> => {
  const rows = (await answer(
    connect(options).api.GET('/api/v1/investigations/{id}/similar', { params: { path: { id } } }),
  )) as SimilarInvestigation[];
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('no other investigation looks like it'));
  for (const { investigation, at, similarity, shared, statement, reason, mark, notes: written } of rows) {
    print(
      `${bold(`${Math.round(similarity * 100)} %`)}  ${investigation}  ${moment(at)}${mark ? `  ${mark}` : ''}${reason ? `  ${safe(reason)}` : ''}`,
    );
    if (statement) print(`      ${safe(statement)}`);
    print(dim(`      both: ${shared.map(safe).join(', ')}`));
    for (const line of noteLines(written, '      ')) print(line);
  }
};

const versionText = ({
  version,
  rulesVersion,
  thresholdsVersion,
  madeBy,
  madeAt,
  current,
  changes,
}: AnalysisVersionView): string => {
  const out = [
    `${bold(`version ${version}`)}${current ? ' (shown)' : ''}  ${moment(madeAt)} by ${safe(madeBy)}  ${dim(`rules ${rulesVersion}, thresholds ${thresholdsVersion}`)}`,
  ];
  for (const { host, appeared, gone } of changes.hosts)
    out.push(
      `  ${safe(host)}: ${[...appeared.map((rule) => `+ ${safe(rule)}`), ...gone.map((rule) => `− ${safe(rule)}`)].join(', ')}`,
    );
  if (version > 1 && changes.hosts.length === 0) out.push(dim('  says the same of every host'));
  for (const { host, reason } of changes.notes) out.push(dim(`  ${safe(host)}: ${safe(reason)}`));
  return out.join('\n');
};

export const reanalyse = async (id: string, options: DataOptions & { list?: boolean }): Promise<void> => {
  const { api } = connect(options);
  const path = { id };
  if (options.list) {
    const rows = (await answer(
      api.GET('/api/v1/investigations/{id}/analyses', { params: { path } }),
    )) as AnalysisVersionView[];
    if (options.json) return printJson(rows);
    return print(rows.length > 0 ? rows.map(versionText).join('\n') : dim('it was judged once only'));
  }
  const made = (await answer(
    api.POST('/api/v1/investigations/{id}/reanalyse', { params: { path } }),
  )) as AnalysisVersionView;
  if (options.json) return printJson(made);
  print(versionText(made));
  note('what was said before is kept: --list');
};

const cellOf = (text: string): { resource: Resource; aspect: Aspect } => {
  const [first = '', second = ''] = text
    .trim()
    .toLowerCase()
    .split(/[.\s/]+/);
  const resource = RESOURCES.find((known) => known === first);
  const aspect = second === '' ? undefined : ASPECTS.find((known) => known.startsWith(second));
  if (!resource || !aspect)
    throw new CliError(
      `--why: expected resource.aspect such as disk.saturation, got ${text}`,
      EXIT.usage,
      `resources: ${RESOURCES.join(', ')}; aspects: ${ASPECTS.join(', ')}`,
    );
  return { resource, aspect };
};

const shown = (value: number | null, metric: string | null): string =>
  value === null
    ? '?'
    : metric !== null && isMetricId(metric)
      ? formatValue(value, metricOf(metric).unit)
      : String(value);

const reasonText = (reason: CellReason): string => {
  const { outcome, severity, rule, ruleTitle, instance, metric, value, threshold, thresholdsVersion, text, why } =
    reason;
  const mark = outcome === 'finding' ? (MARKS[severity ?? ''] ?? '') : outcome === 'ok' ? '· ok   ' : '? unknown';
  const out = [`${mark}  ${bold(rule)}${instance === null ? '' : ` ${safe(instance)}`}  ${safe(text)}`];
  if (outcome === 'unknown') return out.join('\n');
  if (metric !== null)
    out.push(
      dim(
        `    ${ruleTitle}: ${metric} ${shown(value, metric)}${threshold === null ? '' : `, bound ${shown(threshold, metric)}`}${thresholdsVersion ? ` (thresholds version ${thresholdsVersion})` : ''}`,
      ),
    );
  if (outcome === 'finding') out.push(dim(`    why: ${safe(why)}`));
  if (reason.samples.length > 1)
    out.push(`    over time: ${reason.samples.map((sample) => shown(sample.value, metric)).join('  ')}`);
  if (outcome === 'finding')
    for (const { step, command, lines, more } of reason.evidence) {
      out.push(dim(`    ${step}: ${safe(command ?? 'the command was not recorded')}`));
      for (const { line, text: printed } of lines) out.push(`      ${dim(String(line).padStart(5))}  ${safe(printed)}`);
      if (more > 0) out.push(dim(`             and ${more} more lines`));
    }
  if (reason.next && outcome === 'finding') out.push(dim(`    next: ${reason.next}`));
  return out.join('\n');
};

const MAX_GROUPS = 20;

/** One host of an investigation: its table, or one cell of it opened. */
export const showHost = async (id: string, options: DataOptions & { host: string; why?: string }): Promise<void> => {
  const { api } = connect(options);
  const { runs } = await answer(api.GET('/api/v1/investigations/{id}', { params: { path: { id } } }));
  const run = runs.find(({ host }) => host === options.host) as RunSummary | undefined;
  if (!run)
    throw new CliError(
      `${options.host} has no run in investigation ${id}`,
      EXIT.usage,
      `it has: ${runs
        .slice(0, 10)
        .map(({ host }) => host)
        .join(', ')}`,
    );
  if (options.why === undefined) {
    if (options.json) return printJson(run);
    print(`${bold(safe(run.host))}  ${run.state}${run.reason ? dim(` (${safe(run.reason)})`) : ''}`);
    print(useTable(run.use));
    const { analysis, cleanup } = await answer(api.GET('/api/v1/runs/{id}', { params: { path: { id: run.id } } }));
    const groups = groupRows((analysis?.outcomes ?? []) as RuleOutcome[]);
    if (groups.length > 0) print(`\n${groupTable(groups.slice(0, MAX_GROUPS))}`);
    if (groups.length > MAX_GROUPS) print(dim(`  and ${groups.length - MAX_GROUPS} more, none of them worse`));
    for (const { severity, rule, text } of run.findings)
      print(`  ${MARKS[severity] ?? severity}  ${safe(text)} ${dim(`[${rule}]`)}`);
    for (const { baseline } of run.use) if (baseline && baseline.side !== 'within') print(`  ${safe(baseline.text)}`);
    print(dim(safe(cleanupText(cleanup))));
    return;
  }
  const why = (await answer(
    api.GET('/api/v1/runs/{id}/why', { params: { path: { id: run.id }, query: cellOf(options.why) } }),
  )) as CellWhy;
  if (options.json) return printJson(why);
  const { cell, reasons } = why;
  print(
    `${bold(`${cell.resource} ${cell.aspect}`)} of ${safe(why.host)}: ${cell.state}${cell.label ? `, ${safe(cell.label)}` : ''}${cell.reason ? `: ${safe(cell.reason)}` : ''}`,
  );
  if (cell.expected) print(dim(cell.expected));
  if (cell.baseline) print(dim(safe(cell.baseline.text)));
  for (const reason of reasons) print(`\n${reasonText(reason)}`);
};
