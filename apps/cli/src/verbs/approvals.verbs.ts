import { type Command } from 'commander';
import { connected, type DataOptions } from './options';

/** `approvals …`: requests so wide or costly that somebody else must agree. */
export const addApprovalVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./approvals.actions')> => import('./approvals.actions');
  const approvals = program.command('approvals').description('requests that need a second person');
  connected(approvals.command('list').description('what waits, who asked, and why it needs approval')).action(
    async (options: DataOptions) => (await actions()).listApprovals(options),
  );
  const decision = (name: 'approve' | 'reject', description: string): void => {
    connected(approvals.command(name).description(description).argument('<id>', 'the investigation'))
      .requiredOption('--reason <text>', 'why; it is kept')
      .addHelpText('after', `\nExample:\n  fleetscope approvals ${name} 4f0c…  --reason "agreed in the incident call"`)
      .action(async (id: string, options: DataOptions & { reason: string }) =>
        (await actions()).decide(id, name, options),
      );
  };
  decision('approve', 'let it run; who asked can not');
  decision('reject', 'end it before it begins');
};
