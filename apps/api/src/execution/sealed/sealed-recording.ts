import { type RunStepView, type SealedRun, type SealedStep } from '@fleetscope/contracts';
import { type NewEvidence } from '../../evidence';
import { plainText } from '../plain-text';
import { type Recording, type RunRecorder } from '../run-recorder';
import { replay, type SealedOutput } from './replay';

/** The recorder and the clock that it looks at. */
export type RecorderAt = (now: () => number) => RunRecorder;

/**
 * A sealed run as if it had just been recorded: what happened then is kept as it was said then; what is read and judged of
 * it is of today.
 */
export const sealedRecording = (
  run: SealedRun,
  runbook: string,
  output: readonly SealedOutput[],
  recorderAt: RecorderAt,
): Recording => {
  const endedAt = new Date(run.endedAt ?? run.startedAt ?? 0);
  let now = run.startedAt === null ? endedAt.getTime() : Date.parse(run.startedAt);
  const recorder = recorderAt(() => now);
  // Asked and answered in one moment: how sure its clock was stays as it was sealed.
  if (run.clock) recorder.ask();
  for (const event of replay(run, runbook, output)) recorder.take(event);
  now = endedAt.getTime();
  const read = recorder.finish(null);
  const isRead = new Set(read.observations.map(({ step }) => step));
  const issues = new Map(read.steps.map((step) => [step.step, step.issues]));
  const steps = run.steps.map((step) => viewOf(step, issues.get(step.step) ?? 0, isRead.has(step.step), runbook));
  return {
    ...read,
    state: run.state,
    reason: run.reason === null ? null : plainText(run.reason),
    endedAt,
    steps,
    evidence: output.map((one) => evidenceOf(one, steps)),
    hostEvidence: {
      ...read.hostEvidence,
      steps: read.hostEvidence.steps.map((told) => {
        const then = steps.find(({ step, state }) => step === told.step && state === told.state);
        return then ? { ...told, reason: then.says } : told;
      }),
    },
  };
};

const viewOf = ({ parser, ...step }: SealedStep, issues: number, isRead: boolean, runbook: string): RunStepView => {
  const unread =
    parser !== null && !isRead
      ? `its output is kept, but not read: ${runbook} has no ${step.step}/${step.alternative ?? ''} here`
      : null;
  const says = [step.says, unread].filter((one) => one !== null).map(plainText);
  return {
    ...step,
    title: plainText(step.title),
    alternative: step.alternative === null ? null : plainText(step.alternative),
    command: step.command === null ? null : plainText(step.command),
    says: says.length === 0 ? null : says.join('; '),
    issues,
  };
};

const evidenceOf = ({ file, bytes }: SealedOutput, steps: readonly RunStepView[]): NewEvidence => {
  const { step, stream, truncated, tool, toolVersion } = file;
  const view = steps.find((one) => one.step === step);
  return {
    ...{ step, stream, bytes, truncated },
    tool: tool === null ? null : plainText(tool),
    toolVersion: toolVersion === null ? null : plainText(toolVersion),
    exitStatus: view?.exitStatus ?? null,
    startedAt: view?.startedAt ? new Date(view.startedAt) : null,
    endedAt: view?.endedAt ? new Date(view.endedAt) : null,
  };
};
