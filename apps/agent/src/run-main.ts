import { AgentError } from './agent-error';
import { log } from './log';

/** What went wrong is one line in the log, and the exit status. */
export const runMain = (main: () => Promise<void>): void => {
  main().catch((error: unknown) => {
    if (error instanceof AgentError) {
      log(`${error.message}${error.hint ? ` (${error.hint})` : ''}`);
      process.exit(error.status);
    }
    log(`a fault of ours: ${(error as Error).stack ?? String(error)}`);
    process.exit(70);
  });
};
