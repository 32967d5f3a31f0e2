import { ROLES, type Role } from '@fleetscope/contracts';
import { Argument, Option, type Command } from 'commander';
import { connected, scoped, type DataOptions, type ScopeOptions } from './options';

/** `users …`: people who sign in with a password, and those whom an identity provider vouched for. */
export const addUserVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./users.actions')> => import('./users.actions');
  const users = program.command('users').description('people who sign in');
  connected(users.command('list').description('list them, and when they signed in last')).action(
    async (options: DataOptions) => (await actions()).listUsers(options),
  );
  scoped(connected(users.command('add').description('a local account; asks for its password').argument('<name>')))
    .addOption(new Option('--role <role>', 'what they may do').choices([...ROLES]).default('operator'))
    .option('--email <address>')
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope users add ada --role commander\n  pass show fleetscope/bob | fleetscope users add bob --scope-class web --scope-label env=prod',
    )
    .action(async (name: string, options: DataOptions & ScopeOptions & { role: Role; email?: string }) =>
      (await actions()).addUser(name, options),
    );
  connected(
    users.command('disable').description('sign somebody out, and let them in no more').argument('<name>'),
  ).action(async (name: string, options: DataOptions) => (await actions()).disableUser(name, options));
  connected(users.command('enable').description('let somebody in again').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).enableUser(name, options),
  );
  scoped(
    connected(
      users
        .command('set-role')
        .description('what somebody may do from now on, and on which hosts; without a scope, on all')
        .argument('<name>')
        .addArgument(new Argument('<role>').choices([...ROLES])),
    ),
  ).action(async (name: string, role: Role, options: DataOptions & ScopeOptions) =>
    (await actions()).setRole(name, role, options),
  );
  connected(
    users.command('set-password').description('a new password, asked for or from standard input').argument('<name>'),
  ).action(async (name: string, options: DataOptions) => (await actions()).setPassword(name, options));
};
