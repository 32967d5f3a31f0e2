import { type Finding, type RunSummary } from '@fleetscope/contracts';
import { useState } from 'react';
import { Evidence } from '../../components/evidence';
import { SeverityMark } from '../../components/severity-mark';
import { NextButton } from './next-button';
import css from './finding-item.module.css';

/** One finding in a line; pressed, it shows why, the evidence and the next step. */
export const FindingItem = ({
  finding,
  run,
  onRaw,
}: {
  finding: Finding;
  run: RunSummary;
  onRaw(step: string): void;
}) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={css.item}>
      <button type="button" className={css.head} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <SeverityMark severity={finding.severity} />
        <span>
          {finding.text} <span className="faint">{finding.rule}</span>
        </span>
      </button>
      {isOpen && (
        <div className={css.body}>
          <p className="dim">{finding.why}</p>
          {finding.evidence.map((ref, i) => (
            <Evidence
              key={`${i}.${ref.step}`}
              runId={run.id}
              evidence={ref}
              command={run.steps.find(({ step }) => step === ref.step)?.command ?? null}
              severity={finding.severity}
              onRaw={() => onRaw(ref.step)}
            />
          ))}
          {finding.next && <NextButton runbook={finding.next} hosts={[run.host]} reason={finding.text} withHosts />}
        </div>
      )}
    </div>
  );
};
