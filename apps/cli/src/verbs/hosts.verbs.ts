import { Option, type Command } from 'commander';
import { type AddOptions } from './host.actions';
import { collect, collectLabel, connected, wholeNumber, type DataOptions } from './options';

const described = (command: Command): Command =>
  connected(command)
    .option('--address <address>', 'name or address to connect to (default: the name)')
    .option('--port <n>', 'SSH port', wholeNumber(1, 65_535))
    .option('--user <user>', 'user to log in as')
    .option('--identity <file>', 'private key, a file of the control plane')
    .option('--secret <name>', 'private key, a stored secret')
    .option('--jump <host>', 'host to go through; again for more hops', collect)
    .addOption(new Option('--become <how>', 'run the probe through sudo -n').choices(['sudo']))
    .addOption(new Option('--transport <transport>', 'how to reach it').choices(['ssh', 'openssh', 'local', 'agent']))
    .option('--class <class>', 'hosts that should behave alike')
    .option('-l, --label <name=value>', 'a label; again for more', collectLabel);

/** `hosts …`: who is in the fleet and how to reach them. */
export const addHostVerbs = (program: Command): void => {
  const hosts = program.command('hosts').description('the hosts of the fleet');
  const actions = (): Promise<typeof import('./host.actions')> => import('./host.actions');
  described(hosts.command('add').description('add a host').argument('<name>'))
    .addHelpText(
      'after',
      '\nExample:\n  fleetscope hosts add db-07 --address 10.0.3.7 --user ops --identity ~/.ssh/ops --jump bastion --become sudo --class db -l env=prod',
    )
    .action(async (name: string, options: AddOptions) => (await actions()).add(name, options));
  described(hosts.command('set').description('change a host').argument('<name>')).action(
    async (name: string, options: AddOptions) => (await actions()).set(name, options),
  );
  connected(hosts.command('list').description('list hosts'))
    .option('--class <class>', 'of a class')
    .option('-l, --label <name=value>', 'with a label', collectLabel)
    .action(async (options: DataOptions & { class?: string; label?: Record<string, string> }) =>
      (await actions()).list(options),
    );
  connected(hosts.command('show').description('everything about a host').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).show(name, options),
  );
  connected(
    hosts
      .command('hold')
      .description('nothing of ours connects to these hosts, until then or until they are released')
      .argument('<names...>'),
  )
    .requiredOption('--why <text>', 'what is going on there; whoever is refused reads it')
    .option('--for <duration>', 'such as 90m or 2h (default: until released)')
    .addHelpText('after', '\nExample:\n  fleetscope hosts hold db-07 db-08 --for 2h --why "RAID rebuild"')
    .action(async (names: string[], options: DataOptions & { why: string; for?: string }) =>
      (await actions()).hold(names, options),
    );
  connected(hosts.command('release').description('the hosts may be touched again').argument('<names...>')).action(
    async (names: string[], options: DataOptions) => (await actions()).release(names, options),
  );
  connected(hosts.command('remove').description('remove a host').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).remove(name, options),
  );
  connected(
    hosts
      .command('import')
      .description('add and change hosts from an inventory')
      .argument('<file>', 'Ansible INI or YAML, ssh_config, or CSV; - for standard input'),
  )
    .addOption(
      new Option('--format <format>', 'when the name does not tell').choices([
        'ansible-ini',
        'ansible-yaml',
        'ssh-config',
        'csv',
      ]),
    )
    .option('--dry-run', 'say what would change')
    .option('--class <class>', 'class of hosts that name none')
    .option('--user <user>', 'user of hosts that name none')
    .option('-l, --label <name=value>', 'label for all of them', collectLabel)
    .action(async (file: string, options: DataOptions) => (await actions()).importHosts(file, options));
  connected(hosts.command('check').description('connect, verify, and say what could run there').argument('[names...]'))
    .option('--all', 'every host')
    .action(async (names: string[], options: DataOptions & { all?: boolean }) =>
      (await actions()).check(names, options),
    );
  connected(hosts.command('trust').description('look at the key a host shows, and trust it').argument('<name>'))
    .option('--yes', 'trust it without asking')
    .option('--replace', 'instead of the key that is trusted now')
    .action(async (name: string, options: DataOptions & { yes?: boolean; replace?: boolean }) =>
      (await actions()).trust(name, options),
    );
};
