import { type InvestigationView, type Verdict } from '@fleetscope/contracts';

const FEW = 3;

/** `db-1, db-2, db-3 and 4 more` */
export const hostList = (hosts: readonly string[]): string =>
  hosts.length > FEW ? `${hosts.slice(0, FEW).join(', ')} and ${hosts.length - FEW} more` : hosts.join(', ');

/** A text from a host or of another user on one line. */
const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Coverage, what is worst, what to do next: a line each. */
export const verdictLines = (
  { title, state, verdict }: Pick<InvestigationView, 'title' | 'state'> & { verdict: Verdict | null },
  link: string,
): [string, string, string] => {
  const worst = verdict?.statements[0];
  const next = verdict?.statements.find((statement) => statement.next !== null)?.next;
  return [
    onOneLine(
      `${title} ${state === 'succeeded' ? 'ended' : `was ${state}`}: ${verdict?.summary ?? 'without a verdict'}`,
    ),
    onOneLine(
      worst
        ? `${worst.severity}: ${worst.text}${worst.hosts.length > 0 ? ` (${hostList(worst.hosts)})` : ''}`
        : 'Nothing was found wanting.',
    ),
    onOneLine(next ? `Next: ${next.runbook} on ${hostList(next.hosts)}; all of it: ${link}` : `All of it: ${link}`),
  ];
};
