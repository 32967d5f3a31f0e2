import {
  type ProbeEvent,
  type SealedFile,
  type SealedRun,
  STEP_OUTCOMES,
  type StepOutcome,
} from '@fleetscope/contracts';

/** A file of a run with its bytes. */
export interface SealedOutput {
  readonly file: SealedFile;
  readonly bytes: Uint8Array;
}

const OUTCOMES: ReadonlySet<string> = new Set(STEP_OUTCOMES);

/**
 * The events that a probe must have sent for this run to have come about: the same recorder reads them, with today's
 * parsers. A run whose probe never answered has none.
 */
export const replay = (run: SealedRun, runbook: string, output: readonly SealedOutput[]): ProbeEvent[] => {
  if (run.startedAt === null) return [];
  const began = Date.parse(run.startedAt);
  const base = run.clock?.uptimeSeconds ?? 0;
  const uptimeOf = (at: string | null): number => base + (at === null ? 0 : (Date.parse(at) - began) / 1000);
  return [
    {
      ...{ type: 'hello', protocol: 1, runbook, uptimeSeconds: base },
      // A clock that was never known is told in whole seconds, to which the recorder adds what they lack on average.
      wallSeconds: (began + (run.clock?.offsetMs ?? 0)) / 1000,
      wallUncertaintyMs: run.clock?.uncertaintyMs ?? null,
    },
    ...(run.facts ? [{ type: 'facts' as const, facts: run.facts }] : []),
    ...run.steps.flatMap((step) => stepEvents(step, output, uptimeOf)),
    ...(run.cost ? [{ type: 'cost' as const, ...run.cost }] : []),
    ...(run.cleanup ? [{ type: 'cleanup' as const, ...run.cleanup }] : []),
    { type: 'end', reason: 'complete' },
  ];
};

const stepEvents = (
  { step, alternative, command, state, says, exitStatus, startedAt, endedAt }: SealedRun['steps'][number],
  output: readonly SealedOutput[],
  uptimeOf: (at: string | null) => number,
): ProbeEvent[] => {
  if (alternative === null || !OUTCOMES.has(state)) return [{ type: 'step-skip', step, reason: says ?? state }];
  return [
    { type: 'step-start', step, alternative, command: command ?? '', uptimeSeconds: uptimeOf(startedAt) },
    ...output
      .filter(({ file }) => file.step === step)
      .map(({ file, bytes }) => ({ type: 'data' as const, step, stream: file.stream, bytes })),
    {
      ...{ type: 'step-end', step, outcome: state as StepOutcome, exitStatus },
      uptimeSeconds: uptimeOf(endedAt ?? startedAt),
    },
  ];
};
