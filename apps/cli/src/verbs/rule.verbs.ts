import { type Command, InvalidArgumentError } from 'commander';
import { connected, type DataOptions } from './options';

export interface ScopeOptions extends DataOptions {
  class?: string;
  host?: string;
}
export interface SetOptions extends ScopeOptions {
  reason?: string;
}
export interface TestOptions {
  json?: boolean;
  tool?: string;
  set?: Record<string, number | null>;
  cpus?: number;
  window?: number;
}

/** `warn=5`, or `warn=default`; again for more. */
const assignment = (text: string, into: Record<string, number | null> = {}): Record<string, number | null> => {
  const [, name = '', given = ''] = /^([A-Za-z0-9.-]+)=(.+)$/.exec(text) ?? [];
  const value = given === 'default' ? null : Number(given);
  if (name === '' || Number.isNaN(value)) throw new InvalidArgumentError('expected name=number or name=default.');
  return { ...into, [name]: value };
};

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0.');
  return value;
};

/** `rules …`: what judges, by which bounds, and what it would say of saved output. */
export const addRuleVerbs = (program: Command): void => {
  const rules = program.command('rules').description('the rules that judge, and their thresholds');
  const actions = (): Promise<typeof import('./rule.actions')> => import('./rule.actions');
  connected(rules.command('list').description('every rule with its thresholds'))
    .option('--class <class>', 'as they hold for a class')
    .option('--host <name>', 'as they hold for a host')
    .action(async (options: ScopeOptions) => (await actions()).list(options));
  connected(rules.command('show').description('one rule: why, thresholds, overrides, changes').argument('<rule>'))
    .option('--class <class>', 'as it holds for a class')
    .option('--host <name>', 'as it holds for a host')
    .action(async (rule: string, options: ScopeOptions) => (await actions()).show(rule, options));
  connected(
    rules
      .command('set')
      .description('thresholds of a rule for a class or a host; `default` takes an override back')
      .argument('<rule>')
      .argument('<threshold=value...>', 'such as warn=15 crit=80, or warn=default'),
  )
    .option('--class <class>', 'for every host of a class')
    .option('--host <name>', 'for one host; wins over its class')
    .option('--reason <text>', 'why, for the audit log and the history')
    .addHelpText(
      'after',
      '\nExample:\n  fleetscope rules set disk-await warn=30 crit=120 --class archive --reason "spinning disks, nightly batch"',
    )
    .action(async (rule: string, values: string[], options: SetOptions) => {
      let read: Record<string, number | null> = {};
      for (const value of values) read = assignment(value, read);
      return (await actions()).set(rule, read, options);
    });
  rules
    .command('test')
    .description(
      "run the rules over saved output: a tool's text, `parse --json`, or a run's observations (no connection)",
    )
    .argument('<file>', 'the file; - for standard input')
    .option('--tool <tool>', 'the tool that printed it, where the text does not tell')
    .option('--set <rule.threshold=value>', 'with this threshold instead of its default; again for more', assignment)
    .option('--cpus <n>', 'how many CPUs the host has', positive)
    .option('--window <seconds>', 'how long the samplers ran', positive)
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  iostat -xz 1 5 | fleetscope rules test - --set disk-await.warn=30\n  curl -H "authorization: Bearer $TOKEN" $URL/api/v1/runs/$RUN/observations | fleetscope rules test -',
    )
    .action(async (file: string, options: TestOptions) => (await import('./rule-test.action')).test(file, options));
};
