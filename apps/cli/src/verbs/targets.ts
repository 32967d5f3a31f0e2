import { EXIT, type Targets } from '@fleetscope/contracts';
import { type Command } from 'commander';
import { CliError } from '../cli-error';
import { collect, collectLabel, type DataOptions } from './options';

export interface TargetOptions extends DataOptions {
  host?: string[];
  class?: string[];
  label?: Record<string, string>;
  all?: boolean;
}

/** Options that say which hosts are meant. */
export const withTargets = (command: Command): Command =>
  command
    .option('--host <name>', 'a host; again for more', collect)
    .option('--class <class>', 'every host of a class; again for more', collect)
    .option('-l, --label <name=value>', 'only hosts with this label', collectLabel)
    .option('--all', 'every host');

/** None of them: an empty object. */
export const givenTargets = (options: TargetOptions): Targets => ({
  ...(options.all ? { all: true } : {}),
  ...(options.host ? { hosts: options.host } : {}),
  ...(options.class ? { classes: options.class } : {}),
  ...(options.label ? { labels: options.label } : {}),
});

/** @throws CliError when no host is meant */
export const targetsOf = (options: TargetOptions): Targets => {
  const targets = givenTargets(options);
  if (Object.keys(targets).length === 0)
    throw new CliError('which hosts?', EXIT.usage, 'give --class, --host, -l name=value, or --all');
  return targets;
};

export const targetWords = ({ all, hosts = [], classes = [], labels = {} }: Targets): string =>
  [
    ...classes.map((name) => `class ${name}`),
    ...hosts,
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...(all ? ['all'] : []),
  ].join(', ');
