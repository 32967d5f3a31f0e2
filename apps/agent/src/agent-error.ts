/** An error that ends the agent; the message is for people. */
export class AgentError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'AgentError';
  }
}

/** Exit status when the control plane does not want this agent: systemd does not start it again (see the unit). */
export const EXIT_REVOKED = 77;
export const EXIT_USAGE = 2;
