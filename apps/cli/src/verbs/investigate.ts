import {
  EXIT,
  type Escalation,
  type EscalationDifference,
  type InvestigationRequestInput,
  type Report,
} from '@fleetscope/contracts';
import { answer, type Connection } from '../connection';
import { follow } from '../live';
import { note, print, printJson, safe } from '../output';
import { Progress } from '../render/progress';
import { renderReport } from '../render/report';

export interface InvestigateOptions {
  json?: boolean;
  /** False with `--no-wait`. */
  wait?: boolean;
}

/** Starts an investigation, shows its progress, and prints its result. @returns the exit status that says how it went. */
export const investigate = async (
  connection: Connection,
  request: InvestigationRequestInput,
  options: InvestigateOptions,
): Promise<number> => {
  const { api } = connection;
  const started = await answer(
    api.POST('/api/v1/investigations', { body: { parameters: {}, reason: '', ...request } }),
  );
  if (started.approval?.state === 'awaiting')
    note(
      `it waits for another commander, until ${started.approval.expiresAt}: ${started.approval.needs.join('; ')}\n  fleetscope approvals approve ${started.id} --reason …`,
    );
  if (options.wait === false) {
    if (options.json) printJson(started);
    else print(`investigation ${started.id}: ${started.hosts} hosts; follow it with: fleetscope show ${started.id}`);
    return EXIT.done;
  }
  return watch(connection, started.id, options);
};

/** Follows an investigation to its end and prints its result; Ctrl-C cancels it on the hosts, and again leaves at once. */
export const watch = async (connection: Connection, id: string, options: InvestigateOptions): Promise<number> => {
  const progress = new Progress();
  const cancel = (): void => {
    process.once('SIGINT', () => process.exit(130));
    note('cancelling; once more to leave at once');
    void connection.api.POST('/api/v1/investigations/{id}/cancel', { params: { path: { id } } }).catch(() => undefined);
  };
  process.once('SIGINT', cancel);
  try {
    await follow(connection, id, (snapshot) => progress.update(snapshot));
  } finally {
    process.removeListener('SIGINT', cancel);
    await progress.close();
  }
  const report = (await answer(
    connection.api.GET('/api/v1/investigations/{id}/report', { params: { path: { id } } }),
  )) as Report;
  if (options.json) printJson(report);
  else {
    const runbooks = await answer(connection.api.GET('/api/v1/runbooks'));
    print(renderReport(report, new Set(runbooks.map(({ id }) => id))));
  }
  if (!options.json) await mentionProfiles(connection, id);
  if (!options.json) await followEscalation(connection, id);
  for (const { host, state, reason } of report.coverage.reasons.slice(0, 5)) {
    if (state === 'refused' && !options.json && process.stderr.isTTY) note(`${safe(host)}: ${safe(reason)}`);
  }
  return statusOf(report);
};

const ESCALATION_MS = 15_000;

/** The captures that a triage asked for: which were chosen and why, then each as it ends. */
const followEscalation = async (connection: Connection, id: string): Promise<void> => {
  const view = async (): Promise<Escalation | null> =>
    (await answer(connection.api.GET('/api/v1/investigations/{id}', { params: { path: { id } } }))).investigation
      .escalation as Escalation | null;
  const escalation = await waitFor(view, ({ state }) => state === 'done');
  if (!escalation) return;
  const { children, control, reason } = escalation;
  if (reason !== null) note(`escalation: ${reason}`);
  for (const child of children) {
    print('');
    note(
      `${child.runbook} on ${child.hosts.filter((host) => host !== control).join(', ')}${control === null ? ', without a healthy peer to compare with' : `, and on ${control} to compare with`}`,
    );
    await watch(connection, child.id, {});
  }
  if (children.length === 0) return;
  const compared = await waitFor(view, ({ differences }) => differences !== null);
  for (const difference of compared?.differences ?? []) print(`\n${renderDifference(difference)}`);
};

/** Looks until it is so, or for a while. */
const waitFor = async (
  view: () => Promise<Escalation | null>,
  isSo: (escalation: Escalation) => boolean,
): Promise<Escalation | null> => {
  let escalation = await view();
  for (const end = Date.now() + ESCALATION_MS; escalation && !isSo(escalation) && Date.now() < end;) {
    await new Promise((done) => setTimeout(done, 500));
    escalation = await view();
  }
  return escalation;
};

const renderDifference = ({
  investigation,
  runbook,
  sick,
  healthy,
  sentences,
  functions,
}: EscalationDifference): string =>
  [
    `${safe(sick)} against ${safe(healthy)}, ${runbook}:`,
    ...sentences.map((sentence) => `  ${safe(sentence)}`),
    ...(functions.length > 0
      ? [`  more: fleetscope profile ${investigation} --host ${safe(sick)} --vs ${safe(healthy)}`]
      : []),
  ].join('\n');

/** Stacks are no lines to print: says how to look at them. */
const mentionProfiles = async ({ api }: Connection, id: string): Promise<void> => {
  const profiles = await answer(api.GET('/api/v1/investigations/{id}/profiles', { params: { path: { id } } }));
  if (profiles.length > 0)
    note(`stacks: fleetscope profile ${id}, or a flame graph: fleetscope profile ${id} --format svg -o graph.svg`);
};

const statusOf = ({ coverage }: Report): number => {
  if (coverage.answered === 0) return EXIT.noHostAnswered;
  return coverage.answered < coverage.targeted ? EXIT.partOfHostsFailed : EXIT.done;
};
