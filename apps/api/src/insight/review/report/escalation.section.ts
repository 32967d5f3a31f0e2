import { type EscalationDifference } from '@fleetscope/contracts';
import { leftOut, section, text, words } from './markup';
import { names } from './overview.section';
import { type ReportPage } from './report-page';

const MAX_FUNCTIONS = 10;
const MAX_DIFFERENCES = 20;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What the triage led to; empty when nobody asked for a closer look. */
export const escalationSection = ({ investigation: { escalation } }: ReportPage): string => {
  if (!escalation) return '';
  const { children, reason, control } = escalation;
  const differences = escalation.differences ?? [];
  const body = [
    reason === null ? '' : `<p>${words(reason)}.</p>`,
    children.length === 0 ? '<p>No capture was started.</p>' : '',
    `<ul>${children
      .map(
        ({ id, runbook, hosts }) =>
          `<li><code>${text(runbook)}</code> on ${names(hosts.filter((host) => host !== control))}${
            control === null ? '' : `, beside ${text(control)}, which is healthy`
          } <span class="dim">(investigation ${text(id)})</span></li>`,
      )
      .join('')}</ul>`,
    ...differences.slice(0, MAX_DIFFERENCES).map(difference),
    leftOut(differences.length - MAX_DIFFERENCES, 'comparison'),
  ];
  return section('escalation', 'Closer look', body.filter(Boolean).join('\n'));
};

const difference = ({ runbook, sick, healthy, sentences, functions }: EscalationDifference): string =>
  `<h3>${text(sick)} against ${text(healthy)} <span class="dim">${text(runbook)}</span></h3>
<ul>${sentences.map((sentence) => `<li>${words(sentence)}</li>`).join('')}</ul>
${functions.length === 0 ? '' : functionTable(functions)}`;

const functionTable = (functions: EscalationDifference['functions']): string =>
  `<div class="scroll"><table><thead><tr><th class="n">sick</th><th class="n">healthy</th><th>function</th><th>module</th></tr></thead><tbody>${functions
    .slice(0, MAX_FUNCTIONS)
    .map(
      ({ name, module, sick, healthy }) =>
        `<tr><td class="n">${percent(sick)}</td><td class="n">${percent(healthy)}</td><td><code>${words(name, 200)}</code></td><td class="dim">${words(module ?? '', 200)}</td></tr>`,
    )
    .join('\n')}</tbody></table></div>${leftOut(functions.length - MAX_FUNCTIONS, 'function')}`;
