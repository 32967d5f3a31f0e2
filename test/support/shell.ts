import { execFileSync } from 'node:child_process';

/** @throws when any of the commands fails */
export const run = (command: string): string =>
  execFileSync('sh', ['-ec', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** For what may be gone already. */
export const quietly = (command: string): void => {
  try {
    run(command);
  } catch {
    // It was gone already.
  }
};
