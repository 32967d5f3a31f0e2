/**
 * What the frame decoder makes of a probe's byte stream (the wire format is in libs/runbooks/src/frames.ts).
 * Times are seconds of the host's uptime clock (`/proc/uptime`), which no clock change can bend; `hello` ties it to the
 * host's wall clock.
 */
export type ProbeEvent =
  | {
      type: 'hello';
      protocol: number;
      runbook: string;
      uptimeSeconds: number;
      /** The host's wall clock, epoch seconds. */
      wallSeconds: number;
      /** Give or take so many milliseconds; null where the probe did not say, which had whole seconds only. */
      wallUncertaintyMs: number | null;
    }
  | { type: 'facts'; facts: Record<string, string> }
  | { type: 'step-start'; step: string; alternative: string; command: string; uptimeSeconds: number }
  | { type: 'data'; step: string; stream: 'stdout' | 'stderr'; bytes: Uint8Array }
  | { type: 'step-end'; step: string; outcome: StepOutcome; exitStatus: number | null; uptimeSeconds: number }
  | { type: 'step-skip'; step: string; reason: string }
  | { type: 'cost'; cpuSeconds: number; wallSeconds: number; bytes: number }
  /** What was left on the host when all of it was to have ended; a number is null where it could not be told. */
  | { type: 'cleanup'; processes: number | null; probes: number | null; files: number | null; names: string }
  | { type: 'end'; reason: 'complete' | 'cancelled' | 'deadline' | 'lifeline' }
  /** Bytes that are no frame: a banner, a shell's error, line noise. Kept, shown, never fatal by themselves. */
  | { type: 'noise'; bytes: Uint8Array };

export const STEP_OUTCOMES = ['ok', 'failed', 'timeout', 'truncated', 'cancelled'] as const;
export type StepOutcome = (typeof STEP_OUTCOMES)[number];
