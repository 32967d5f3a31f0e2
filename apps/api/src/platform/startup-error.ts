/** A reason not to start that its reader can act on: printed as one line, without a stack trace. */
export class StartupError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'StartupError';
  }
}
