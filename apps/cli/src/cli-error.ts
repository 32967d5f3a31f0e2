import { EXIT } from '@fleetscope/contracts';

/** An error that its reader can act on: one line, a hint, an exit status. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly status: number = EXIT.usage,
    readonly hint?: string,
  ) {
    super(message);
  }
}
