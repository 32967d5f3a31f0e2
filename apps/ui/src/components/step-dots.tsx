import { type RunStepState, type RunStepView } from '@fleetscope/contracts';
import { memo } from 'react';
import css from './step-dots.module.css';

const stepStateWords: Record<RunStepState, string> = {
  pending: 'to come',
  running: 'running',
  skipped: 'skipped',
  ok: 'done',
  failed: 'failed',
  timeout: 'timed out',
  truncated: 'cut short',
  cancelled: 'cancelled',
};

/** What waits in a run that has ended comes no more. */
export const stepWords = (state: RunStepState, hasEnded: boolean): string =>
  hasEnded && state === 'pending' ? 'not run' : stepStateWords[state];

/** "16 of 18 steps done, 2 skipped": the dots in words. */
export const stepsWords = (steps: readonly Pick<RunStepView, 'state'>[], hasEnded = false): string => {
  const counts = new Map<RunStepState, number>();
  for (const { state } of steps) counts.set(state, (counts.get(state) ?? 0) + 1);
  const done = counts.get('ok') ?? 0;
  counts.delete('ok');
  const rest = [...counts].map(([state, count]) => `, ${count} ${stepWords(state, hasEnded)}`).join('');
  return `${done} of ${steps.length} steps done${rest}`;
};

/** One dot a step, in the order in which they run. */
export const StepDots = memo(({ steps }: { steps: readonly Pick<RunStepView, 'step' | 'state'>[] }) => (
  <span className={css.dots} role="img" aria-label={stepsWords(steps)} title={stepsWords(steps)}>
    {steps.map(({ step, state }) => (
      <i key={step} className={css[state] ?? ''} />
    ))}
  </span>
));
StepDots.displayName = 'StepDots';
