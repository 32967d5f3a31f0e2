import { type RunSummary } from '@fleetscope/contracts';
import { Modal } from '@mantine/core';
import { useMemo } from 'react';
import { RawOutput } from './raw-output';
import css from './raw-dialog.module.css';

/** Raw output of one step, over the page and as wide as it goes. */
export const RawDialog = ({
  run,
  step,
  onClose,
}: {
  run: Pick<RunSummary, 'id' | 'host' | 'findings' | 'steps'>;
  step: string;
  onClose(): void;
}) => {
  const marked = useMemo(
    () =>
      run.findings.flatMap(({ evidence }) => evidence.filter((ref) => ref.step === step).flatMap(({ lines }) => lines)),
    [run.findings, step],
  );
  const view = run.steps.find((one) => one.step === step);
  return (
    <Modal
      opened
      onClose={onClose}
      size="min(1180px, 94vw)"
      centered
      title={
        <span>
          {run.host} · <code>{step}</code> {view?.command && <code className={css.command}>{view.command}</code>}
        </span>
      }
      classNames={{ content: css.content, body: css.body, title: css.title }}
    >
      {view?.says && <p className="dim">{view.says}</p>}
      <RawOutput key={step} runId={run.id} host={run.host} step={step} marked={marked} height="fill" />
    </Modal>
  );
};
