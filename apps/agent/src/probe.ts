export interface ProbeEnd {
  readonly exitStatus: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  /** Why it was not run at all; left out when it was. */
  readonly refused?: string | null;
}

/** One probe under way, wherever it runs. */
export interface Probe {
  readonly ended: Promise<ProbeEnd>;
  /** Closes its lifeline: it ends all that it started. */
  stop(): void;
  /** Reads no further until `resume`: the pipe holds the probe's writers back. */
  pause(): void;
  resume(): void;
}
