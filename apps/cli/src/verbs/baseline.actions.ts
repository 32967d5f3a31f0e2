import { type BaselineSummary, type BaselineView, type MarkView } from '@fleetscope/contracts';
import { formatValue } from '@fleetscope/analysis';
import { isMetricId, metric as metricOf } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { answer, connect } from '../connection';
import { bold, dim, print, printJson, safe, yellow } from '../output';
import { type DataOptions } from './options';
import { type WindowOptions } from './review.verbs';

const table = (...head: string[]): InstanceType<typeof Table> =>
  new Table({ head: head.map((text) => bold(text)), style: { head: [], border: [] } });

const day = (at: string): string => at.slice(0, 16).replace('T', ' ');

export const list = async (options: WindowOptions): Promise<void> => {
  const rows = (await answer(
    connect(options).api.GET('/api/v1/baselines', { params: { query: { days: options.days } } }),
  )) as BaselineSummary[];
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('none yet: fleetscope baselines mark INVESTIGATION'));
  const out = table('class', 'runbook', 'investigations', 'hosts', 'from', 'to', '');
  for (const { hostClass, runbook, investigations, hosts, from, to, thin } of rows)
    out.push([hostClass, runbook, investigations, hosts, day(from), day(to), thin ?? '']);
  print(out.toString());
};

export const show = async (hostClass: string, runbook: string, options: WindowOptions): Promise<void> => {
  const baseline = (await answer(
    connect(options).api.GET('/api/v1/baselines/{hostClass}/{runbook}', {
      params: { path: { hostClass, runbook }, query: { days: options.days } },
    }),
  )) as BaselineView;
  if (options.json) return printJson(baseline);
  const out = table('metric', 'usual', '5 % to 95 %', 'most', 'values', 'over time');
  for (const { metric, quantiles, samples, thin, trend } of baseline.metrics) {
    const shown = (value: number): string =>
      isMetricId(metric) ? formatValue(value, metricOf(metric).unit) : String(value);
    const moved = trend.kind === 'drift' || trend.kind === 'level-shift';
    out.push([
      metric,
      shown(quantiles.p50),
      `${shown(quantiles.p05)} to ${shown(quantiles.p95)}`,
      shown(quantiles.max),
      thin === null ? samples : `${samples} (${thin})`,
      moved ? yellow(`${trend.kind}: ${trend.text}`) : trend.kind === 'steady' ? 'steady' : dim('too little data'),
    ]);
  }
  print(out.toString());
};

const markText = ({ investigation, kind, hosts, leftOut }: MarkView): string =>
  kind === 'incident'
    ? `${investigation} is an incident: no baseline is made of it`
    : `${investigation} feeds the baselines with ${hosts} ${hosts === 1 ? 'host' : 'hosts'}${leftOut.length > 0 ? `; left out for critical findings: ${leftOut.slice(0, 10).map(safe).join(', ')}${leftOut.length > 10 ? ' …' : ''}` : ''}`;

export const mark = async (
  id: string,
  options: DataOptions & { incident?: boolean; reason?: string },
): Promise<void> => {
  const made = (await answer(
    connect(options).api.PUT('/api/v1/investigations/{id}/mark', {
      params: { path: { id } },
      body: { kind: options.incident ? 'incident' : 'baseline', reason: options.reason ?? '' },
    }),
  )) as MarkView;
  if (options.json) return printJson(made);
  print(markText(made));
};

export const unmark = async (id: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/investigations/{id}/mark', { params: { path: { id } } }));
  if (options.json) printJson({ id, unmarked: true });
  else print(`${id} has no mark any more`);
};

export const marks = async (options: DataOptions): Promise<void> => {
  const rows = (await answer(connect(options).api.GET('/api/v1/marks'))) as MarkView[];
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('none yet: fleetscope baselines mark INVESTIGATION'));
  const out = table('investigation', 'as', 'hosts', 'when', 'by', 'reason');
  for (const { investigation, kind, hosts, markedAt, markedBy, reason } of rows)
    out.push([investigation, kind, kind === 'incident' ? '' : hosts, day(markedAt), safe(markedBy), safe(reason)]);
  print(out.toString());
};
