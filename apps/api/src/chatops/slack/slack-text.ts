import { type Coverage, type InvestigationRequest, type InvestigationView, type Verdict } from '@fleetscope/contracts';
import { verdictLines } from '../news/verdict-lines';

/** Slack's own escapes: nobody is called and nothing becomes a link by what a host printed. */
export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export const HELP = [
  '`/fleetscope triage class:web` · `triage db-1 db-2 window:10s` · `triage label:env=prod runbook:cpu-profile`',
  '`/fleetscope status` shows what runs, and what ended last',
  '`/fleetscope help`',
].join('\n');

export const HELP_HINT = 'Try `/fleetscope help`.';

/** What is asked for in words; a text says what is wrong with them. */
export const requestOf = (words: readonly string[]): InvestigationRequest | string => {
  const hosts: string[] = [];
  const classes: string[] = [];
  const labels: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  let runbook = 'triage-60s';
  for (const word of words) {
    const [, key = '', value = ''] = /^([a-z][a-z-]*):(.+)$/.exec(word) ?? [];
    if (key === '') hosts.push(word);
    else if (key === 'class') classes.push(value);
    else if (key === 'host') hosts.push(value);
    else if (key === 'runbook') runbook = value;
    else if (key === 'label') {
      const at = value.indexOf('=');
      if (at < 1) return `${word}: expected label:name=value`;
      labels[value.slice(0, at)] = value.slice(at + 1);
    } else parameters[key] = value;
  }
  if (hosts.length + classes.length + Object.keys(labels).length === 0)
    return 'name hosts, class:NAME or label:NAME=VALUE';
  return {
    ...{ runbook, parameters, reason: 'asked for in Slack' },
    targets: {
      ...(hosts.length > 0 ? { hosts } : {}),
      ...(classes.length > 0 ? { classes } : {}),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
    },
  };
};

const progress = ({ targeted, pending, answered }: Coverage): string =>
  `${targeted - pending} of ${targeted} hosts done, ${answered} answered`;

export interface SlackMessage {
  readonly text: string;
  readonly blocks?: readonly object[];
}

const section = (text: string): object => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, 2_900) } });
const MAX_BUTTONS = 3;

/** Runbooks to run next, each with the number of the statement that names it. */
const nextButtons = (id: string, verdict: Verdict | null): object[] =>
  (verdict?.statements ?? [])
    .flatMap(({ next }, i) => (next ? [{ next, i }] : []))
    .slice(0, MAX_BUTTONS)
    .map(({ next, i }) => ({
      ...{ type: 'button', action_id: `run-${i}`, value: `${id}:${i}` },
      text: { type: 'plain_text', text: `${next.runbook} on ${next.hosts.length}`.slice(0, 70) },
    }));

/** The message of an investigation as it stands. */
export const messageOf = (view: InvestigationView, links: { investigation: string; report: string }): SlackMessage => {
  const { id, title, state, coverage, verdict, approval } = view;
  const linked = `<${links.investigation}|Investigation> · <${links.report}|Report>`;
  if (approval?.state === 'awaiting')
    return { text: escaped(`${title} waits for somebody else's approval: ${approval.needs.join('; ')}`) };
  if (state === 'queued' || state === 'running') {
    const text = escaped(`${title}: ${progress(coverage)}`);
    return { text, blocks: [section(`${text}\n<${links.investigation}|Watch it>`)] };
  }
  const [first, second, third] = verdictLines(view, '').map(escaped) as [string, string, string];
  const next = third.replace(/(; all of it|^All of it): ?$/i, '');
  const text = [first, second, next].filter((line) => line !== '').join('\n');
  const buttons = nextButtons(id, verdict);
  return {
    text,
    blocks: [section(`${text}\n${linked}`), ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : [])],
  };
};
