import { type Command, InvalidArgumentError } from 'commander';
import { type Scope } from '@fleetscope/contracts';
import { type ConnectionOptions } from '../connection';

export interface DataOptions extends ConnectionOptions {
  json?: boolean;
}

/** Options of every verb that talks to a control plane. */
export const connected = (command: Command): Command =>
  command
    .option('--data <dir>', 'data directory of the installation (FLEETSCOPE_DATA)')
    .option('--server <url>', 'a remote control plane (FLEETSCOPE_URL)')
    .option('--token-file <file>', 'file that holds the API token (else FLEETSCOPE_TOKEN)')
    .option('--json', 'print data as JSON');

export interface ScopeOptions {
  scopeClass: string[];
  scopeLabel?: Record<string, string>;
}

/** Options of verbs that say which hosts somebody may see and reach. */
export const scoped = (command: Command): Command =>
  command
    .option('--scope-class <class>', 'only hosts of this class; again for another', collect, [])
    .option(
      '--scope-label <name=value>',
      'only hosts with this label; again for another that they must have',
      collectLabel,
    );

/** Null: the whole fleet. */
export const scopeOf = ({ scopeClass: classes, scopeLabel: labels = {} }: ScopeOptions): Scope =>
  classes.length + Object.keys(labels).length === 0 ? null : { classes, labels };

export const scopeText = (scope: Scope): string =>
  scope === null
    ? ''
    : [...scope.classes, ...Object.entries(scope.labels).map(([key, value]) => `${key}=${value}`)].join(' ');

/** `-l key=value`, as often as wanted. */
export const collectLabel = (text: string, into: Record<string, string> = {}): Record<string, string> => {
  const eq = text.indexOf('=');
  if (eq < 1) throw new InvalidArgumentError('expected name=value.');
  return { ...into, [text.slice(0, eq)]: text.slice(eq + 1) };
};

export const collect = (text: string, into: string[] = []): string[] => [...into, text];

export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^[0-9]{1,9}$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}.`);
    return value;
  };
