import { type Observation } from '@fleetscope/contracts';

/** How a step ended, as the run recorded it. */
export type StepState = 'ok' | 'failed' | 'timeout' | 'truncated' | 'skipped' | 'cancelled';

export interface StepEvidence {
  readonly step: string;
  readonly state: StepState;
  /** Why it was skipped or failed, or what it could not see; null when there is nothing to say. */
  readonly reason: string | null;
  readonly observations: readonly Observation[];
}

/** What one run brought back from one host, parsed. */
export interface HostEvidence {
  readonly host: string;
  /** Length of the sampling window; turns a rate into a count. */
  readonly windowSeconds: number;
  /** Preflight facts of the probe (`cpus`, `kernel`, …). */
  readonly facts: Readonly<Record<string, string>>;
  readonly steps: readonly StepEvidence[];
  /** Epoch milliseconds; the look-back for log lines ends here. */
  readonly collectedAt: number;
}
