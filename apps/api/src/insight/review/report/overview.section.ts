import { type Coverage, type Statement } from '@fleetscope/contracts';
import { between, leftOut, mark, moment, plural, section, text, words } from './markup';
import { type ReportPage } from './report-page';

const MAX_NAMES = 12;
const MAX_REASONS = 40;

/** Names of hosts, so many that the line can still be read. */
export const names = (hosts: readonly string[], most = MAX_NAMES): string =>
  hosts.length <= most
    ? text(hosts.join(', '))
    : text(`${hosts.slice(0, most).join(', ')} and ${plural(hosts.length - most, 'other', 'others')}`);

export const headSection = ({ investigation, parameters, product, madeAt }: ReportPage): string => {
  const facts: [string, string][] = [
    ['Investigation', investigation.id],
    ['Runbook', investigation.runbook],
    ['State', investigation.state],
    ['Requested by', investigation.requestedBy],
    ['Reason', investigation.reason || '–'],
    ['Requested', moment(investigation.createdAt)],
    ['Started', moment(investigation.startedAt)],
    ['Ended', `${moment(investigation.endedAt)} (took ${between(investigation.startedAt, investigation.endedAt)})`],
    ['Parameters', parameters.join(', ') || '–'],
  ];
  return `<header><h1>${words(investigation.title, 200)}</h1>
<dl>${facts.map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${words(value)}</dd></div>`).join('')}</dl>
<p class="dim">${text(`Report made ${moment(madeAt)} by Fleetscope ${product}. All times are UTC.`)}</p></header>`;
};

/** Before any finding: what the findings stand on. */
export const coverageSection = ({ investigation: { coverage }, verdict }: ReportPage): string => {
  const { reasons } = coverage;
  const body = [
    `<p class="big">${words(verdict.summary)}</p>`,
    verdict.holds ? '' : `<p>${mark('unknown')} Too few hosts answered for the statements below to hold.</p>`,
    countsOf(coverage),
    reasons.length === 0
      ? ''
      : `<div class="scroll"><table><thead><tr><th>host</th><th>state</th><th>why</th></tr></thead><tbody>${reasons
          .slice(0, MAX_REASONS)
          .map(
            ({ host, state, reason }) =>
              `<tr><td>${text(host)}</td><td>${text(state)}</td><td>${words(reason)}</td></tr>`,
          )
          .join('\n')}</tbody></table></div>`,
    leftOut(reasons.length - MAX_REASONS, 'host'),
  ];
  return section('coverage', 'Coverage', body.filter(Boolean).join('\n'));
};

const COUNTED = [
  'succeeded',
  'partial',
  'failed',
  'unreachable',
  'refused',
  'cancelled',
  'expired',
  'pending',
] as const;

const countsOf = (coverage: Coverage): string =>
  `<ul class="counts">${COUNTED.filter((state) => coverage[state] > 0)
    .map((state) => `<li><b>${coverage[state].toLocaleString('en-GB')}</b> ${text(state)}</li>`)
    .join('')}</ul>`;

export const verdictSection = ({ verdict, investigation }: ReportPage): string => {
  const running = investigation.endedAt === null ? '<p>It has not ended: this is what has answered so far.</p>' : '';
  const body =
    verdict.statements.length === 0
      ? '<p>Nothing stands out.</p>'
      : `<ol class="statements">${verdict.statements.map(statement).join('\n')}</ol>`;
  return section('verdict', 'Verdict', running + body);
};

const statement = ({ severity, text: said, hosts, next }: Statement): string =>
  `<li>${mark(severity)} <span>${words(said)}<br><span class="dim">${names(hosts)}${
    next ? ` · next: <code>${text(next.runbook)}</code> on ${names(next.hosts)}` : ''
  }</span></span></li>`;
