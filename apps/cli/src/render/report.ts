import { ASPECTS, type GroupRow, type Report, type RunSummary, type UseCell } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { bold, cyan, dim, red, safe, yellow } from '../output';

const MATRIX_ASPECTS = ASPECTS.filter((aspect) => aspect !== 'workload');
const HEAD: Record<string, string> = { utilization: 'Utilization', saturation: 'Saturation', errors: 'Errors' };
const MAX_HOST_TABLES = 8;
const MAX_FINDINGS = 20;

/** State in words and signs first, colour second: it must read the same without colour. */
const cellText = (cell: UseCell | undefined): string => {
  if (!cell) return dim('–');
  const label = safe(cell.label ?? '');
  switch (cell.state) {
    case 'crit':
      return red(`✖ crit  ${label}`);
    case 'warn':
      return yellow(`▲ warn  ${label}`);
    case 'ok':
      return `${dim('·')} ok    ${dim(label)}`;
    case 'pending':
      return dim('… pending');
    default:
      return dim(`? unknown${cell.reason ? `: ${clip(safe(cell.reason), 34)}` : ''}`);
  }
};

const clip = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Aspects across, without lines. */
const plainTable = (first: string): InstanceType<typeof Table> =>
  new Table({
    head: [first, ...MATRIX_ASPECTS.map((aspect) => HEAD[aspect] ?? aspect)].map((text) => bold(text)),
    style: { head: [], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });

/** The USE table of one host: resources down, aspects across. */
export const useTable = (use: readonly UseCell[]): string => {
  const resources = [...new Set(use.map(({ resource }) => resource))];
  const table = plainTable('');
  for (const resource of resources) {
    table.push([
      bold(resource),
      ...MATRIX_ASPECTS.map((aspect) =>
        cellText(use.find((cell) => cell.resource === resource && cell.aspect === aspect)),
      ),
    ]);
  }
  return table.toString();
};

const nextStep = (
  { runbook, hosts }: NonNullable<Report['verdict']['statements'][number]['next']>,
  runbooks: ReadonlySet<string>,
): string => {
  if (!runbooks.has(runbook)) return `${runbook} (not among the runbooks of this server)`;
  return `fleetscope run ${runbook} ${hosts.slice(0, 5).join(' ')}${hosts.length > 5 ? ' …' : ''}`;
};

const mark = (severity: string): string =>
  severity === 'crit' ? red('✖ crit') : severity === 'warn' ? yellow('▲ warn') : cyan('· info');

const hostLine = (run: Report['hosts'][number]): string => {
  const cost = run.cost
    ? dim(`  ${run.cost.cpuSeconds.toFixed(2)} s CPU, ${(run.cost.bytes / 1024).toFixed(0)} kB`)
    : '';
  const oddness = run.oddness === null ? '' : dim(`  oddness ${run.oddness.toFixed(2)}`);
  return `${bold(safe(run.name))}  ${run.state}${run.reason ? dim(` (${clip(safe(run.reason), 120)})`) : ''}${oddness}${cost}`;
};

/**
 * The whole result as a person reads it: coverage, verdict, findings, the USE tables of the hosts that matter.
 * `runbooks` are those of the server: a next step that can't be run from here is named, not offered as a command.
 */
/** Containers and services of a host: one a line, aspects across. */
export const groupTable = (rows: readonly GroupRow[]): string => {
  const table = plainTable('Containers and services');
  for (const { group, cells } of rows)
    table.push([
      safe(clip(group, 48)),
      ...MATRIX_ASPECTS.map((aspect) => cellText(cells.find((cell) => cell.aspect === aspect))),
    ]);
  return table.toString();
};

export const renderReport = (report: Report, runbooks: ReadonlySet<string>): string => {
  const out: string[] = [
    bold(safe(report.verdict.summary)) +
      (report.verdict.holds ? '' : yellow('  the conclusion does not hold: too few answered')),
  ];
  report.verdict.statements.forEach((statement, i) => {
    out.push(`${i + 1}. ${mark(statement.severity)}  ${safe(statement.text)}`);
    if (statement.next) out.push(dim(`            next: ${nextStep(statement.next, runbooks)}`));
  });
  const shown = report.hosts.filter(({ use }) => use.length > 0).sort((a, b) => rank(b) - rank(a));
  for (const host of shown.slice(0, MAX_HOST_TABLES)) out.push('', hostLine(host), useTable(host.use));
  if (shown.length > MAX_HOST_TABLES)
    out.push('', dim(`${shown.length - MAX_HOST_TABLES} more hosts: --json, or the web UI`));
  const silent = report.hosts.filter(({ use }) => use.length === 0);
  if (silent.length > 0) out.push('', ...silent.slice(0, MAX_FINDINGS).map(hostLine));
  if (silent.length > MAX_FINDINGS) out.push(dim(`and ${silent.length - MAX_FINDINGS} more`));
  if (report.findings.length > 0) {
    out.push('', bold('Findings'));
    for (const finding of report.findings.slice(0, MAX_FINDINGS)) {
      const evidence = finding.evidence.map(({ step, lines }) => `${step}:${lines.slice(0, 3).join(',')}`).join(' ');
      out.push(
        `  ${mark(finding.severity)}  ${safe(finding.host)}  ${safe(finding.text)} ${dim(`[${finding.rule}; ${evidence}]`)}`,
      );
    }
    if (report.findings.length > MAX_FINDINGS)
      out.push(dim(`  and ${report.findings.length - MAX_FINDINGS} more: --json`));
  }
  return out.join('\n');
};

const WEIGHT: Record<string, number> = { crit: 1_000, warn: 10, unknown: 0, ok: 0, pending: 0 };
const rank = (host: Report['hosts'][number]): number =>
  host.use.reduce((sum, { state }) => sum + (WEIGHT[state] ?? 0), 0) + (host.oddness ?? 0);

/** One line for a run's progress. */
export const progressLine = (run: Pick<RunSummary, 'host' | 'state' | 'steps' | 'reason'>): string => {
  const done = run.steps.filter(({ state }) => state !== 'pending' && state !== 'running').length;
  const steps = run.steps.length > 0 ? `  ${done}/${run.steps.length} steps` : '';
  return `${safe(run.host)}  ${run.state}${steps}${run.reason ? `  ${clip(safe(run.reason), 100)}` : ''}`;
};
