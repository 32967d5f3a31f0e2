import { type Command } from 'commander';
import { collectLabel } from './options';

/** `runbooks …`: what can be run, checked and printed without a connection. */
export const addRunbookVerbs = (program: Command): void => {
  const runbooks = program.command('runbooks').description('the runbook catalogue (works without a connection)');
  const actions = (): Promise<typeof import('./runbook.actions')> => import('./runbook.actions');
  runbooks
    .command('list')
    .description('list the catalogue')
    .option('--json', 'print data as JSON')
    .action(async (options: { json?: boolean }) => (await actions()).list(options));
  runbooks
    .command('compile')
    .description('print the probe that would run on a host, for review or to run it by hand')
    .argument('<runbook>', 'id, alias, or a YAML file')
    .option('-p, --param <name=value>', 'a parameter of the runbook', collectLabel)
    .action(async (runbook: string, options: { param?: Record<string, string> }) =>
      (await actions()).compile(runbook, options),
    );
  runbooks
    .command('lint')
    .description('check runbooks: a file, a folder, or the catalogue')
    .argument('[paths...]')
    .option('--json', 'print data as JSON')
    .action(async (paths: string[], options: { json?: boolean }) => (await actions()).lint(paths, options));
  const signing = (): Promise<typeof import('./runbook-signing.actions')> => import('./runbook-signing.actions');
  runbooks
    .command('keygen')
    .description('make a key that signs runbooks of your own, and print its public half for the policy of hosts')
    .requiredOption('--out <file>', 'where the private key goes; a file that is there is left alone')
    .option('--json', 'print data as JSON')
    .addHelpText('after', '\nExample:\n  fleetscope runbooks keygen --out ~/runbooks.key')
    .action(async (options: { out: string; json?: boolean }) => (await signing()).keygen(options));
  runbooks
    .command('sign')
    .description('sign a runbook of your own, so that agents run it: writes FILE.sig')
    .argument('<file>', 'its YAML file; programs that it names lie beside it')
    .requiredOption('--key <file>', 'a private key of `runbooks keygen`')
    .option('--inline', 'first write the steps of the runbooks that it includes into FILE')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope runbooks sign /etc/fleetscope/runbooks/our-load.yaml --key ~/runbooks.key\n  fleetscope runbooks sign our-all.yaml --inline --key ~/runbooks.key',
    )
    .action(async (file: string, options: { key: string; inline?: boolean; json?: boolean }) =>
      (await signing()).sign(file, options),
    );
};
