import { Argument, type Command } from 'commander';
import { RETAINED_KINDS, type RetainedKind } from '@fleetscope/contracts';
import { connected, wholeNumber, type DataOptions } from './options';

/** `storage …`: what takes up room, and how long it is kept. */
export const addStorageVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./storage.actions')> => import('./storage.actions');
  const storage = program.command('storage').description('what takes up room, and how long it is kept');
  connected(storage.command('show').description('space in use by kind, its growth, and what it will come to')).action(
    async (options: DataOptions) => (await actions()).showStorage(options),
  );
  connected(storage.command('sweep').description('remove what is past its time now, not at the next round')).action(
    async (options: DataOptions) => (await actions()).sweepStorage(options),
  );
  const retention = storage.command('retention').description('how long kinds of data are kept');
  connected(
    retention
      .command('set')
      .description('keep a kind for so many days')
      .addArgument(new Argument('<kind>').choices(RETAINED_KINDS))
      .addArgument(new Argument('<days>').argParser(wholeNumber(1, 3_650))),
  )
    .addHelpText('after', '\nExample:\n  fleetscope storage retention set evidence 14')
    .action(async (kind: RetainedKind, days: number, options: DataOptions) =>
      (await actions()).setRetention(kind, days, options),
    );
};
