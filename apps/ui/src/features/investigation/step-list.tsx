import { FINAL_RUN_STATES, type RunStepView, type RunSummary } from '@fleetscope/contracts';
import { formatBytes, formatDuration, plural } from '../../components/format';
import { StepDots, stepsWords, stepWords } from '../../components/step-dots';
import css from './step-list.module.css';

/** The steps of a run; each opens its raw output. */
export const StepList = ({ run, onRaw }: { run: RunSummary; onRaw(step: string): void }) => {
  const hasEnded = FINAL_RUN_STATES.has(run.state);
  return (
    <>
      <h3 className="sec">Steps · {stepsWords(run.steps, hasEnded)}</h3>
      <ul className={css.list}>
        {run.steps.map((step) => (
          <li key={step.step}>
            <StepRow step={step} hasEnded={hasEnded} onRaw={onRaw} />
          </li>
        ))}
      </ul>
    </>
  );
};

const StepRow = ({ step, hasEnded, onRaw }: { step: RunStepView; hasEnded: boolean; onRaw(step: string): void }) => {
  const hasOutput = step.state !== 'pending' && step.state !== 'running' && step.state !== 'skipped';
  const took = step.startedAt && step.endedAt ? Date.parse(step.endedAt) - Date.parse(step.startedAt) : null;
  const facts = [
    step.state !== 'ok' && stepWords(step.state, hasEnded),
    step.exitStatus !== null && step.exitStatus !== 0 && `exit ${step.exitStatus}`,
    took !== null && formatDuration(took),
    hasOutput && formatBytes(step.bytes),
    step.issues > 0 && `${plural(step.issues, 'line')} not understood`,
  ].filter(Boolean);
  const bad = step.state === 'failed' || step.state === 'timeout';
  return (
    <button
      type="button"
      className={css.row}
      disabled={!hasOutput}
      onClick={() => onRaw(step.step)}
      aria-label={`Raw output of ${step.step}`}
      title={hasOutput ? `Raw output of ${step.command ?? step.step}` : undefined}
    >
      <StepDots steps={[step]} />
      <span className={css.name}>
        {step.step} {step.alternative && <small>{step.alternative}</small>}
      </span>
      <span className={bad ? css.bad : css.facts}>{facts.join(' · ')}</span>
      {step.says && <span className={css.says}>{step.says}</span>}
    </button>
  );
};
