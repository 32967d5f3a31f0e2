import { type Command } from 'commander';
import { type EnrolOptions } from './agents.actions';
import { collectLabel, connected, wholeNumber, type DataOptions } from './options';

/** `agents …`: hosts that fetch their work themselves. */
export const addAgentVerbs = (program: Command): void => {
  const agents = program.command('agents').description('pull agents: hosts that connect outwards only');
  const actions = (): Promise<typeof import('./agents.actions')> => import('./agents.actions');
  connected(agents.command('enrol').description('print the one command that installs and starts an agent on a host'))
    .option('--class <class>', 'hosts that should behave alike', 'default')
    .option('-l, --label <name=value>', 'a label; again for more', collectLabel)
    .option('--name <name>', "the host's name, also of one that is there already (default: as its machine is called)")
    .option('--expires-in-minutes <n>', 'how long the token can be used, once', wholeNumber(1, 1_440), 15)
    .option('--url <url>', 'the control plane as the host reaches it')
    .addHelpText(
      'after',
      '\nExample:\n  fleetscope agents enrol --class web -l env=prod --url https://fleetscope.example',
    )
    .action(async (options: EnrolOptions) => (await actions()).enrolAgent(options));
  connected(agents.command('list').description('list agents')).action(async (options: DataOptions) =>
    (await actions()).listAgents(options),
  );
  connected(agents.command('show').description('everything about the agent of a host').argument('<host>')).action(
    async (host: string, options: DataOptions) => (await actions()).showAgent(host, options),
  );
  connected(agents.command('revoke').description('hear no more of the agent of a host').argument('<host>')).action(
    async (host: string, options: DataOptions) => (await actions()).revokeAgent(host, options),
  );
};
