import { EXIT } from '@fleetscope/contracts';
import { type Command } from 'commander';
import { CliError } from '../cli-error';
import { collect, collectLabel, connected, wholeNumber, type DataOptions } from './options';
import { rolledOut, type RolloutOptions } from './rollout.options';

export interface ImportOptions extends DataOptions {
  /** Frames do not say it. */
  host?: string;
  runbook: string;
  param?: Record<string, string>;
  reason?: string;
}

export interface TargetOptions extends DataOptions, RolloutOptions {
  all?: boolean;
  class?: string[];
  label?: Record<string, string>;
  reason?: string;
  wait: boolean;
  param?: Record<string, string>;
  window?: string;
  despiteFreeze?: true;
  despiteBudget?: true;
  dryRun?: true;
  /** Hosts to escalate on. */
  escalate?: number | true;
}

const targeted = (command: Command): Command =>
  rolledOut(connected(command))
    .argument('[hosts...]', 'names of hosts')
    .option('--all', 'every host')
    .option('--class <class>', 'every host of a class; again for more', collect)
    .option('-l, --label <name=value>', 'only hosts with this label', collectLabel)
    .option('--reason <text>', 'why, for the audit log and the page')
    .option('--despite-freeze', 'start it though the fleet is frozen; for commanders')
    .option('--despite-budget', 'go on where the budget of a host for the hour is used up; for commanders')
    .option('--dry-run', 'say on how many hosts it would run, at which cost, and with whose approval; start nothing')
    .option('--no-wait', 'start it and return');

/** `show`, which is `investigations show` as well. */
const addShow = (parent: Command): void => {
  connected(
    parent.command('show').description('an investigation: follow it while it runs, print its result').argument('<id>'),
  )
    .option('--host <name>', 'one host of it')
    .option('--why <cell>', 'open a cell of its table: disk.saturation')
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope show ID\n  fleetscope show ID --host db-07\n  fleetscope show ID --host db-07 --why disk.saturation',
    )
    .action(async (id: string, options: DataOptions & { host?: string; why?: string }) => {
      if (options.host !== undefined) {
        return (await import('./review.actions')).showHost(id, { ...options, host: options.host });
      }
      if (options.why !== undefined) throw new CliError('--why: of which host?', EXIT.usage, 'name it with --host');
      return (await import('./investigation.actions')).show(id, options);
    });
};

/** `triage`, `run`, `show`, `investigations`, `cancel`, `import`, `evidence`. */
export const addInvestigationVerbs = (program: Command): void => {
  const verbs = (): Promise<typeof import('./investigation.actions')> => import('./investigation.actions');
  targeted(program.command('triage').description('the 60-second triage'))
    .option('--window <duration>', 'how long the samplers run, 1s to 60s', '10s')
    .option(
      '--escalate [n]',
      'then capture what the findings call for, on the n worst hosts and a healthy peer (default: 3)',
      wholeNumber(1, 10),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope triage --all\n  fleetscope triage --class web -l env=prod --window 10s --reason "checkout p99 up"\n  fleetscope triage db-07 --json\n  fleetscope triage --class web --escalate 2\n  fleetscope triage --all --dry-run\n  fleetscope triage --all --canary 3 --concurrency 50 --per-label rack=5 --max-failures 5%',
    )
    .action(async (hosts: string[], options: TargetOptions) => (await verbs()).run('triage-60s', hosts, options));
  targeted(
    program
      .command('run')
      .description('a runbook on hosts')
      .argument('<runbook>', 'id or alias; `runbooks list` shows them'),
  )
    .option('-p, --param <name=value>', 'a parameter of the runbook', collectLabel)
    .addHelpText('after', '\nExample:\n  fleetscope run triage-60s -p window=30s --class db')
    .action(async (first: unknown, second: unknown, options: TargetOptions) => {
      const [runbook, ...hosts] = [first, second].flat().map(String);
      return (await verbs()).run(runbook ?? '', hosts, options);
    });
  addShow(program);
  const investigations = connected(program.command('investigations').description('the latest investigations'))
    .option('-n, --limit <n>', 'how many', wholeNumber(1, 200), 20)
    .action(async (options: DataOptions & { limit: number }) => (await verbs()).list(options));
  addShow(investigations);
  connected(
    investigations.command('metrics').description("what its hosts measured, in OpenMetrics' text").argument('<id>'),
  )
    .addHelpText('after', '\nExample:\n  fleetscope investigations metrics ID > node-exporter-textfiles/incident.prom')
    .action(async (id: string, options: DataOptions) => (await import('./keep.actions')).metrics(id, options));
  connected(
    investigations
      .command('hold')
      .description('keep it with all that belongs to it, whatever its age')
      .argument('<id>'),
  )
    .requiredOption('--why <text>', 'why it is kept')
    .action(async (id: string, options: DataOptions & { why: string }) =>
      (await import('./keep.actions')).hold(id, options),
    );
  connected(investigations.command('release').description('let it go when its time is over').argument('<id>')).action(
    async (id: string, options: DataOptions) => (await import('./keep.actions')).release(id, options),
  );
  connected(program.command('cancel').description('stop an investigation on every host').argument('<id>')).action(
    async (id: string, options: DataOptions) => (await verbs()).cancel(id, options),
  );
  const evidence = connected(
    program
      .command('evidence')
      .enablePositionalOptions()
      .description('raw output of a step of a run')
      .argument('<investigation>')
      .argument('<host>')
      .argument('[step]', 'without it: what there is'),
  )
    .option('--stderr', 'standard error instead')
    .action(async (id: string, host: string, step: string | undefined, options: DataOptions & { stderr?: boolean }) =>
      (await verbs()).evidence(id, host, step, options),
    );
  connected(
    evidence
      .command('export')
      .description('raw output of every host and step, sealed with hashes, for another installation')
      .argument('<investigation>'),
  )
    .requiredOption('-o, --output <file>', 'the zip to write')
    .addHelpText(
      'after',
      '\nExample:\n  fleetscope evidence export ID -o incident.zip\n  fleetscope import incident.zip',
    )
    .action(async (id: string, options: DataOptions & { output: string }) =>
      (await import('./sealed.actions')).exportEvidence(id, options),
    );
  connected(
    program
      .command('import')
      .description('frames of a probe that was run by hand, or sealed evidence (a zip), as an investigation')
      .argument('<file>', 'the frames, or the zip; - for standard input'),
  )
    .option('--host <name>', 'the host that frames came from')
    .option('--runbook <id>', 'the runbook that was compiled', 'triage-60s')
    .option('-p, --param <name=value>', 'the parameters it was compiled with', collectLabel)
    .option('--reason <text>', 'why, for the audit log and the page')
    .addHelpText(
      'after',
      '\nExample:\n  fleetscope runbooks compile triage-60s > probe.sh\n  (cat probe.sh; sleep 30) | ssh far-host sh > frames     # on a way of your own\n  fleetscope import frames --host far-host\n  fleetscope import incident.zip                          # of `fleetscope evidence export`',
    )
    .action(async (file: string, options: ImportOptions) =>
      (await import('./sealed.actions')).importFile(file, options),
    );
};
