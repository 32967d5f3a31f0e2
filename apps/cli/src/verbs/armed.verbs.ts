import { WATCHED_NAMES } from '@fleetscope/contracts';
import { type Command, Option } from 'commander';
import { type ArmOptions } from './armed.actions';
import { collectLabel, connected, type DataOptions, wholeNumber } from './options';
import { withTargets } from './targets';

/** `armed …`: captures that wait for a condition. */
export const addArmedVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./armed.actions')> => import('./armed.actions');
  const armed = program.command('armed').description('captures that wait for a condition on some hosts');
  withTargets(
    connected(
      armed
        .command('add')
        .description('watch a cheap condition for hours, and start a capture on the hosts where it holds')
        .argument('<name>')
        .argument('<runbook>', 'what is captured'),
    ),
  )
    .addOption(new Option('--watch <what>', 'what is read').choices(WATCHED_NAMES).makeOptionMandatory())
    .requiredOption('--above <number>', 'the condition holds above this: %, ms, or threads for each CPU')
    .option('--readings <n>', 'so many readings in a row', wholeNumber(1, 20), 2)
    .option('--every <duration>', 'time between two readings of a host', '30s')
    .option('--for <duration>', 'disarmed by itself after so long', '4h')
    .option('--max-hosts <n>', 'hosts that are captured in all, each once', wholeNumber(1, 50), 3)
    .option('--cooldown <duration>', 'least time between two captures', '10m')
    .option('-p, --param <name=value>', 'a parameter of the capture', collectLabel)
    .option('--reason <text>', 'why, for the page of the investigation')
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope armed add night-stalls offcpu-profile --class db --watch io-pressure --above 20 --for 12h\n  fleetscope armed add spikes cpu-profile --class web --watch runqueue --above 3 --every 10s -p duration=10s',
    )
    .action(async (name: string, runbook: string, options: ArmOptions) =>
      (await actions()).arm(name, runbook, options),
    );
  connected(armed.command('list').description('what is armed, and what has been')).action(
    async (options: DataOptions) => (await actions()).listArmed(options),
  );
  connected(armed.command('show').description('one of them: readings, cost, what it caught').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).showArmed(name, options),
  );
  connected(armed.command('disarm').description('disarm it; one that has ended is removed').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).disarm(name, options),
  );
};
