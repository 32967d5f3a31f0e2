import { type HostEvidence, type StepEvidence, type StepState } from '@fleetscope/analysis';
import { type HostClock, type RunStepView } from '@fleetscope/contracts';
import { createParser, ParseError, PARSERS, type ParseContext } from '@fleetscope/parsers';
import { PROFILE_READERS } from '@fleetscope/profiles';

/** A run as it is read again: what was kept of it, and how its steps went. */
export interface KeptRun {
  readonly host: string;
  readonly steps: readonly RunStepView[];
  readonly facts: Readonly<Record<string, string>>;
  readonly windowSeconds: number;
  readonly endedAt: Date;
  readonly clock: HostClock | null;
  /** Parser that reads the step's output, as the alternative that ran names it; null for none. */
  parserOf(step: RunStepView): string | null;
  /** Null when the bytes are gone or damaged. */
  bytesOf(step: string): Promise<Uint8Array | null>;
}

export interface ReadAgain {
  readonly evidence: HostEvidence;
  /** Steps whose output could not be read again, and why. */
  readonly missing: readonly string[];
}

const ENDED: ReadonlySet<string> = new Set<StepState>(['ok', 'failed', 'timeout', 'truncated', 'skipped', 'cancelled']);

const contextOf = (run: KeptRun, step: RunStepView): ParseContext => {
  const { clock, windowSeconds, facts } = run;
  const ours = step.startedAt ? Date.parse(step.startedAt) : run.endedAt.getTime();
  const cpus = Number(facts['cpus']);
  const sinceBegin = clock && run.steps[0]?.startedAt ? (ours - Date.parse(run.steps[0].startedAt)) / 1000 : 0;
  return {
    collectedAt: ours + (clock?.offsetMs ?? 0),
    windowSeconds,
    rows: false,
    step: step.step,
    ...(clock ? { uptimeSeconds: clock.uptimeSeconds + Math.max(0, sinceBegin) } : {}),
    ...(step.command === null ? {} : { command: step.command }),
    ...(cpus > 0 ? { cpus } : {}),
  };
};

const readStep = async (run: KeptRun, step: RunStepView, missing: string[]): Promise<StepEvidence> => {
  const told = (observations: StepEvidence['observations'], broken: string | null): StepEvidence => ({
    step: step.step,
    state: broken === null && ENDED.has(step.state) ? (step.state as StepState) : 'failed',
    reason: broken ?? step.says,
    observations,
  });
  const parserId = run.parserOf(step);
  // Stacks are kept as profiles, which no rule reads.
  if (parserId === null || step.bytes === 0 || PROFILE_READERS.has(parserId)) return told([], null);
  if (!PARSERS.has(parserId)) {
    missing.push(`${step.step}: there is no parser ${parserId} any more`);
    return told([], `there is no parser ${parserId} any more`);
  }
  const bytes = await run.bytesOf(step.step);
  if (bytes === null) {
    missing.push(`${step.step}: its output was not kept`);
    return told([], 'its output was not kept');
  }
  try {
    const parser = createParser(parserId, contextOf(run, step));
    parser.push(bytes);
    return told(parser.end().observations, null);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return told([], error.message);
  }
};

/** Old output through today's parsers. */
export const readAgain = async (run: KeptRun): Promise<ReadAgain> => {
  const missing: string[] = [];
  const steps: StepEvidence[] = [];
  for (const step of run.steps) steps.push(await readStep(run, step, missing));
  return {
    evidence: {
      host: run.host,
      windowSeconds: run.windowSeconds,
      facts: run.facts,
      steps,
      collectedAt: run.endedAt.getTime() + (run.clock?.offsetMs ?? 0),
    },
    missing,
  };
};
