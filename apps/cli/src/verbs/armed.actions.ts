import { type ArmedView, EXIT, readingWords, unreadGroups, type Watched, watchedUnit } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { CliError } from '../cli-error';
import { answer, connect } from '../connection';
import { bold, dim, print, printJson, safe, yellow } from '../output';
import { type DataOptions } from './options';
import { type TargetOptions, targetsOf, targetWords } from './targets';

export interface ArmOptions extends TargetOptions {
  watch: Watched;
  above: string;
  readings: number;
  every: string;
  for: string;
  maxHosts: number;
  cooldown: string;
  param?: Record<string, string>;
  reason?: string;
}

const condition = ({ when }: ArmedView): string => `${when.watch} above ${when.above}${watchedUnit(when.watch)}`;
const costWords = ({ cost }: ArmedView): string =>
  `${Math.round(cost.connectionsPerHour)} connections to each host an hour, ${
    cost.cpuSecondsPerHour === null
      ? 'its CPU time there is known after the first readings'
      : `${cost.cpuSecondsPerHour.toFixed(1)} s of CPU time there`
  }`;

export const arm = async (name: string, runbook: string, options: ArmOptions): Promise<void> => {
  const { watch, readings, every, maxHosts, cooldown } = options;
  const above = Number(options.above);
  if (!(above > 0)) throw new CliError(`--above: expected a number above 0, got ${options.above}`, EXIT.usage);
  const made = (await answer(
    connect(options).api.POST('/api/v1/armed-captures', {
      body: {
        ...{ name, targets: targetsOf(options), when: { watch, above, readings }, every, for: options.for },
        ...{ maxHosts, cooldown, reason: options.reason ?? '' },
        capture: { runbook, parameters: options.param ?? {} },
      },
    }),
  )) as ArmedView;
  if (options.json) return printJson(made);
  print(`${safe(name)} is armed until ${made.until}: ${condition(made)} in ${readings} reading(s) in a row`);
  print(dim(costWords(made)));
};

export const listArmed = async (options: DataOptions): Promise<void> => {
  const rows = (await answer(connect(options).api.GET('/api/v1/armed-captures'))) as ArmedView[];
  if (options.json) return printJson(rows);
  if (rows.length === 0)
    return print(dim('none: fleetscope armed add NAME RUNBOOK --class db --watch io-pressure --above 20'));
  const head = ['name', 'state', 'condition', 'hosts', 'captures', 'until (UTC)', 'caught'].map((text) => bold(text));
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const row of rows)
    table.push([
      ...[safe(row.name), row.state, condition(row), safe(targetWords(row.targets)), row.capture.runbook],
      ...[row.until.slice(0, 16).replace('T', ' '), row.caught.flatMap(({ hosts }) => hosts).length],
    ]);
  print(table.toString());
};

export const showArmed = async (name: string, options: DataOptions): Promise<void> => {
  const row = (await answer(
    connect(options).api.GET('/api/v1/armed-captures/{name}', { params: { path: { name } } }),
  )) as ArmedView;
  if (options.json) return printJson(row);
  const words = (value: number): string => readingWords(row.when.watch, value);
  print(`${bold(safe(row.name))}  ${row.state}, until ${row.until}, by ${safe(row.createdBy)}`);
  print(
    `  ${condition(row)} in ${row.when.readings} reading(s) in a row, every ${row.every}, on ${safe(targetWords(row.targets))}`,
  );
  print(`  captures ${row.capture.runbook} on at most ${row.maxHosts} hosts, ${row.cooldown} apart`);
  print(dim(`  ${costWords(row)}`));
  const { latest } = row;
  if (latest?.paused) print(yellow(`  nothing is read: ${safe(latest.paused)}`));
  else if (latest) print(`  read at ${latest.at}: ${latest.read} of ${latest.hosts} hosts`);
  for (const { host, value } of latest?.highest ?? []) print(`    ${safe(host)}  ${words(value)}`);
  for (const { hosts, reason } of unreadGroups(latest?.unread ?? []))
    print(yellow(`    ${hosts.map(safe).join(', ')}  not read: ${safe(reason)}`));
  for (const { at, investigation, hosts, problem } of row.caught)
    print(
      `  caught ${at}: ${hosts.map(({ host, value }) => `${safe(host)} ${words(value)}`).join(', ')}: ${
        problem === null ? `fleetscope show ${investigation}` : yellow(`not started: ${safe(problem)}`)
      }`,
    );
};

export const disarm = async (name: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/armed-captures/{name}', { params: { path: { name } } }));
  if (options.json) printJson({ name });
  else print(`${safe(name)} is disarmed`);
};
