import { Option, type Command } from 'commander';
import { collectLabel, connected, wholeNumber, type DataOptions } from './options';
import { withTargets } from './targets';
import { type AddMaintenanceOptions, type AddScheduleOptions, type SetScheduleOptions } from './schedule.actions';

/** `schedules …`, `fleet …`, `maintenance …`: what starts by the clock, and when nothing does. */
export const addScheduleVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./schedule.actions')> => import('./schedule.actions');
  const schedules = program.command('schedules').description('investigations that start by the clock');
  withTargets(
    connected(
      schedules.command('add').description('run a runbook at the times of a cron expression').argument('<name>'),
    ),
  )
    .requiredOption('--cron <expression>', 'minute, hour, day of month, month, day of week; or @daily')
    .option('--tz <zone>', 'the time zone it is read in', 'UTC')
    .option('--runbook <id>', 'what to run', 'triage-60s')
    .option('-p, --param <name=value>', 'a parameter of the runbook', collectLabel)
    .option('--jitter <duration>', 'spread the runs over so much time', '0s')
    .addOption(
      new Option('--spread <what>', "what the jitter moves: each host's run, or the start of all")
        .choices(['hosts', 'start'])
        .default('hosts'),
    )
    .option('--window <duration>', 'how long after its time a start is still wanted (default: a minute)')
    .addOption(
      new Option('--overlap <policy>', 'while the one before it still runs')
        .choices(['skip', 'queue', 'allow'])
        .default('skip'),
    )
    .addOption(
      new Option('--missed <policy>', 'times that nobody was there for').choices(['skip', 'run-once']).default('skip'),
    )
    .option('--no-baseline', 'do not feed the baselines with what it measures')
    .addOption(
      new Option('--role <role>', 'the role it runs with (default: yours)').choices(['operator', 'commander', 'admin']),
    )
    .option('--reason <text>', 'why, for the page of each investigation')
    .addHelpText(
      'after',
      "\nExample:\n  fleetscope schedules add nightly-web --cron '30 2 * * *' --tz Europe/Berlin --class web --runbook triage-60s --jitter 5m --window 30m",
    )
    .action(async (name: string, options: AddScheduleOptions) => (await actions()).addSchedule(name, options));
  withTargets(
    connected(
      schedules
        .command('set')
        .description('change a schedule: what is not given stays; it runs as you from then on')
        .argument('<name>'),
    ),
  )
    .option('--cron <expression>', 'other times; those that were due before are not lost')
    .option('--tz <zone>', 'the time zone they are read in')
    .option('--runbook <id>', 'what to run')
    .option('-p, --param <name=value>', 'a parameter; those given take the place of all that there were', collectLabel)
    .option('--jitter <duration>', 'spread the runs over so much time')
    .addOption(
      new Option('--spread <what>', "what the jitter moves: each host's run, or the start of all").choices([
        ...['hosts', 'start'],
      ]),
    )
    .option('--window <duration>', 'how long after its time a start is still wanted')
    .option('--no-window', 'a minute, as when nothing was said')
    .addOption(new Option('--overlap <policy>', 'while the one before it runs').choices(['skip', 'queue', 'allow']))
    .addOption(new Option('--missed <policy>', 'times that nobody was there for').choices(['skip', 'run-once']))
    .option('--baseline', 'feed the baselines with what it measures')
    .option('--no-baseline', 'do not')
    .addOption(new Option('--role <role>', 'the role it runs with').choices(['operator', 'commander', 'admin']))
    .option('--reason <text>', 'why, for the page of each investigation')
    .addHelpText(
      'after',
      "\nExamples:\n  fleetscope schedules set nightly-web --cron '0 3 * * *'\n  fleetscope schedules set nightly-web --class web --class cache --jitter 10m",
    )
    .action(async (name: string, options: SetScheduleOptions) => (await actions()).setSchedule(name, options));
  connected(schedules.command('list').description('list schedules')).action(async (options: DataOptions) =>
    (await actions()).listSchedules(options),
  );
  connected(schedules.command('show').description('one schedule, and when it is due next').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).showSchedule(name, options),
  );
  connected(
    schedules
      .command('history')
      .description('the times it was due: what was started, and why what was not')
      .argument('<name>'),
  )
    .option('-n, --limit <n>', 'how many', wholeNumber(1, 1_000), 20)
    .addHelpText('after', '\nExit status 1: something that was due was not started.')
    .action(async (name: string, options: DataOptions & { limit: number }) =>
      (await actions()).scheduleHistory(name, options),
    );
  connected(
    schedules.command('pause').description('start nothing by it until it is resumed').argument('<name>'),
  ).action(async (name: string, options: DataOptions) => (await actions()).setPaused(name, true, options));
  connected(schedules.command('resume').description('let it start again').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).setPaused(name, false, options),
  );
  connected(schedules.command('run').description('run it now, out of turn').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).runSchedule(name, options),
  );
  connected(schedules.command('remove').description('remove it; what it has started stays').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).removeSchedule(name, options),
  );

  const fleet = program.command('fleet').description('the switch that keeps new work from starting');
  connected(fleet.command('freeze').description('start nothing new, and stop what schedules have started'))
    .requiredOption('--why <text>', 'whoever is refused reads it')
    .addHelpText('after', '\nExample:\n  fleetscope fleet freeze --why "Black Friday until Monday"')
    .action(async (options: DataOptions & { why: string }) => (await actions()).freeze(options));
  connected(fleet.command('unfreeze').description('let work start again')).action(async (options: DataOptions) =>
    (await actions()).unfreeze(options),
  );
  connected(fleet.command('status').description('whether the fleet is frozen; exit status 1 when it is')).action(
    async (options: DataOptions) => (await actions()).freezeStatus(options),
  );

  const maintenance = program.command('maintenance').description('times in which scheduled work leaves hosts alone');
  withTargets(
    connected(maintenance.command('add').description('add a window, once or each time a cron expression says')),
  )
    .requiredOption('--why <text>', 'what is going on')
    .option('--from <time>', 'when it begins, such as 2026-12-01T22:00:00Z (default: now)')
    .option('--until <time>', 'when it ends')
    .option(
      '--for <duration>',
      'it ends so much later than now, such as 90m, 2h or 1d; with --cron: how long each lasts',
    )
    .option('--cron <expression>', 'it begins at each of these times')
    .option('--tz <zone>', 'the time zone that --cron is read in', 'UTC')
    .addHelpText(
      'after',
      "\nExamples:\n  fleetscope maintenance add --class db --for 2h --why 'new kernels'\n  fleetscope maintenance add --all --cron '0 3 * * 0' --tz Europe/Berlin --for 2h --why backup",
    )
    .action(async (options: AddMaintenanceOptions) => (await actions()).addMaintenance(options));
  connected(maintenance.command('list').description('list windows')).action(async (options: DataOptions) =>
    (await actions()).listMaintenance(options),
  );
  connected(maintenance.command('remove').description('remove a window').argument('<id>')).action(
    async (id: string, options: DataOptions) => (await actions()).removeMaintenance(id, options),
  );
};
