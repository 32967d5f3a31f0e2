import { type Command } from 'commander';
import { connected, wholeNumber, type DataOptions } from './options';

export interface WindowOptions extends DataOptions {
  days: number;
}

const windowed = (command: Command): Command =>
  connected(command).option('--days <n>', 'over how many days', wholeNumber(1, 400), 28);

/** `compare`, `note`, `notes`, `similar`, `report`, `reanalyse` and `baselines …`: looking back. */
export const addReviewVerbs = (program: Command): void => {
  connected(
    program
      .command('compare')
      .description('a host or an investigation against another one: better, worse, no difference shown')
      .argument('<candidate>', 'an investigation, INVESTIGATION/HOST, or a host (its latest run)')
      .argument('<reference>', 'the same; or peers, baseline, earlier'),
  )
    .option('--all', 'metrics without a difference, too')
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope compare AFTER BEFORE          two investigations: did the change help?\n  fleetscope compare db-07 peers           its latest run against its class at the time\n  fleetscope compare db-07 earlier         against its own run before\n  fleetscope compare db-07 db-08\n  fleetscope compare INVESTIGATION/db-07 baseline --json',
    )
    .action(async (candidate: string, reference: string, options: DataOptions & { all?: boolean }) =>
      (await import('./compare.action')).compare(candidate, reference, options),
    );
  const review = (): Promise<typeof import('./review.actions')> => import('./review.actions');
  connected(
    program
      .command('note')
      .description('write on an investigation what it was and what helped')
      .argument('<investigation>')
      .argument('<text...>'),
  ).action(async (id: string, text: string[], options: DataOptions) =>
    (await review()).addNote(id, text.join(' '), options),
  );
  connected(
    program.command('notes').description('what was written on an investigation').argument('<investigation>'),
  ).action(async (id: string, options: DataOptions) => (await review()).notes(id, options));
  connected(
    program
      .command('similar')
      .description('earlier investigations that look alike, with what was written on them')
      .argument('<investigation>'),
  ).action(async (id: string, options: DataOptions) => (await review()).similar(id, options));
  connected(
    program
      .command('report')
      .description('an investigation as one HTML page for the post-mortem; it needs nothing else')
      .argument('<investigation>'),
  )
    .option('-o, --output <file>', 'where to (default: standard output)')
    .addHelpText('after', '\nExample:\n  fleetscope report ID -o incident.html')
    .action(async (id: string, options: DataOptions & { output?: string }) =>
      (await import('./report.action')).report(id, options),
    );
  connected(
    program
      .command('reanalyse')
      .description("old evidence through today's parsers, rules and thresholds; what was said before is kept")
      .argument('<investigation>'),
  )
    .option('--list', 'only list the versions there are')
    .action(async (id: string, options: DataOptions & { list?: boolean }) => (await review()).reanalyse(id, options));
  const baselines = program.command('baselines').description('what is usual in a class of hosts');
  const actions = (): Promise<typeof import('./baseline.actions')> => import('./baseline.actions');
  windowed(baselines.command('list').description('classes and runbooks that have one')).action(
    async (options: WindowOptions) => (await actions()).list(options),
  );
  windowed(
    baselines
      .command('show')
      .description('the distribution of every metric, and whether it drifts or changed')
      .argument('<class>')
      .argument('[runbook]', 'id of the runbook', 'triage-60s'),
  ).action(async (hostClass: string, runbook: string, options: WindowOptions) =>
    (await actions()).show(hostClass, runbook, options),
  );
  connected(
    baselines
      .command('mark')
      .description('an ended investigation shows how things usually are')
      .argument('<investigation>')
      .option('--incident', 'it was an incident: no baseline may be made of it')
      .option('--reason <text>', 'why, for the audit log'),
  )
    .addHelpText('after', '\nHosts with a critical finding are left out: they are what a baseline is to tell from.')
    .action(async (id: string, options: DataOptions & { incident?: boolean; reason?: string }) =>
      (await actions()).mark(id, options),
    );
  connected(baselines.command('unmark').description('take a mark back').argument('<investigation>')).action(
    async (id: string, options: DataOptions) => (await actions()).unmark(id, options),
  );
  connected(baselines.command('marks').description('which investigations are marked, and by whom')).action(
    async (options: DataOptions) => (await actions()).marks(options),
  );
};
