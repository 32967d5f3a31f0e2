import { type Command, InvalidArgumentError } from 'commander';
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
