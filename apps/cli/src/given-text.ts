import { readFileSync } from 'node:fs';
import { CliError } from './cli-error';

/** What stands in a file, or (`-`) comes by standard input. @throws CliError */
export const textOf = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} can't be read: ${(error as Error).message}`);
  }
};

/** @throws CliError */
export const jsonOf = (file: string): unknown => {
  try {
    return JSON.parse(textOf(file)) as unknown;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${file} is no JSON: ${(error as Error).message}`);
  }
};
