import {
  ANSWERED_RUN_STATES,
  RESOURCES,
  type Aspect,
  type CellState,
  type Resource,
  type RunSummary,
  type UseCell,
} from '@fleetscope/contracts';
import { leftOut, mark, markOf, section, text, words } from './markup';
import { type ReportPage } from './report-page';

/** More rows than this nobody reads, and each takes some kilobytes. */
export const MAX_MATRIX_HOSTS = 200;

const ASPECTS = ['utilization', 'saturation', 'errors'] as const satisfies readonly Aspect[];
const WORST: readonly CellState[] = ['crit', 'warn', 'unknown', 'pending', 'ok'];

/** Hosts from the oddest down; in each resource's column U, S and E. */
export const matrixSection = ({ runs }: ReportPage): string => {
  const resources = RESOURCES.filter((resource) =>
    runs.some(({ use }) => use.some((cell) => cell.resource === resource)),
  );
  if (resources.length === 0) return section('use', 'USE matrix', '<p>No host answered with anything to judge.</p>');
  const rows = byUrgency(runs);
  const head = `<tr><th rowspan="2" scope="col">host</th>${resources
    .map((resource) => `<th colspan="3" scope="colgroup" class="r">${text(resource)}</th>`)
    .join('')}</tr><tr>${resources.map(() => '<th class="r">U</th><th>S</th><th>E</th>').join('')}</tr>`;
  const body = rows.slice(0, MAX_MATRIX_HOSTS).map((run) => row(run, resources));
  return section(
    'use',
    'USE matrix',
    `<p class="dim">U utilization, S saturation, E errors. ${legend()}</p>
<div class="scroll"><table class="use"><thead>${head}</thead><tbody>
${body.join('\n')}
</tbody></table></div>${leftOut(rows.length - MAX_MATRIX_HOSTS, 'host')}`,
  );
};

const LEGEND = [
  ['crit', 'critical'],
  ['warn', 'warning'],
  ['ok', 'well'],
  ['unknown', 'unknown'],
] as const;

const legend = (): string => LEGEND.map(([state, name]) => `<span class="key">${mark(state)} ${name}</span>`).join(' ');

const urgency = ({ use }: RunSummary): number =>
  use.reduce((sum, { state }) => sum + (state === 'crit' ? 1_000 : state === 'warn' ? 1 : 0), 0);

const byUrgency = (runs: readonly RunSummary[]): RunSummary[] =>
  [...runs].sort(
    (a, b) => urgency(b) - urgency(a) || (b.oddness ?? -1) - (a.oddness ?? -1) || (a.host < b.host ? -1 : 1),
  );

const row = ({ host, state, reason, use }: RunSummary, resources: readonly Resource[]): string => {
  const name = `<th scope="row">${text(host)}</th>`;
  if (use.length === 0 || !ANSWERED_RUN_STATES.has(state))
    return `<tr>${name}<td class="none" colspan="${resources.length * 3}">${words(reason === null ? state : `${state}: ${reason}`, 200)}</td></tr>`;
  return `<tr>${name}${resources
    .flatMap((resource) =>
      ASPECTS.map((aspect) =>
        cell(
          use.filter((one) => one.resource === resource && one.aspect === aspect),
          aspect === 'utilization',
        ),
      ),
    )
    .join('')}</tr>`;
};

/** The worst of an aspect's instances. A cell that nobody judges stays empty. */
const cell = (cells: readonly UseCell[], first: boolean): string => {
  const worst = [...cells].sort((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state))[0];
  if (!worst) return first ? '<td class="r"></td>' : '<td></td>';
  const { state, resource, aspect, instance, label, reason } = worst;
  const said = `${resource}${instance === null ? '' : ` ${instance}`} ${aspect}: ${label ?? reason ?? state}`;
  return `<td class="${first ? 'r ' : ''}c ${state}" title="${words(said, 160)}">${markOf(state)}</td>`;
};
