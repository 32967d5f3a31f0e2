import { FINAL_RUN_STATES, type Observation, type RunDetail, type RunStepView } from '@fleetscope/contracts';
import { useState } from 'react';
import { evidencePath } from '../../api/queries';
import { useMay } from '../../app/session';
import { CopyButton } from '../../components/copy-button';
import { Evidence } from '../../components/evidence';
import { formatBytes, formatDuration, plural } from '../../components/format';
import { RawOutput } from '../../components/raw-output';
import { SeverityMark } from '../../components/severity-mark';
import { stepWords } from '../../components/step-dots';
import { visibleText } from '../../components/visible-text';
import { Observations } from './observations';
import css from './step-section.module.css';

interface Props {
  run: RunDetail;
  step: RunStepView;
  observations: readonly Observation[];
  onRaw(): void;
}

/** One command: what it is, what was found in it, what was read from it, and what it printed. */
export const StepSection = ({ run, step, observations, onRaw }: Props) => {
  const [isOpen, setOpen] = useState(false);
  const mayRead = useMay('operator');
  const hasOutput = !['pending', 'running', 'skipped'].includes(step.state);
  const findings = run.findings.filter(({ evidence }) => evidence.some((ref) => ref.step === step.step));
  // Findings often rest on the same lines: they are shown once, for all of them.
  const lines = findings.flatMap(({ evidence }) =>
    evidence.filter((ref) => ref.step === step.step).flatMap((ref) => ref.lines),
  );
  const worst =
    (['crit', 'warn'] as const).find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'info';
  const issues = run.parseIssues.filter((issue) => issue.step === step.step);
  const took = step.startedAt && step.endedAt ? Date.parse(step.endedAt) - Date.parse(step.startedAt) : null;
  const facts = [
    stepWords(step.state, FINAL_RUN_STATES.has(run.state)),
    step.alternative,
    step.exitStatus ? `exit ${step.exitStatus}` : null,
    took === null ? null : formatDuration(took),
    hasOutput ? formatBytes(step.bytes) : null,
  ].filter(Boolean);
  const isBad = step.state === 'failed' || step.state === 'timeout';
  return (
    <section id={`step-${step.step}`} className={css.step} aria-label={step.title} tabIndex={-1} data-row-focus>
      <div className={css.head}>
        <h2>{step.title}</h2>
        <span className={isBad ? 'crit' : 'dim'}>{facts.join(' · ')}</span>
        <span className="spacer" />
        {hasOutput && mayRead && (
          <span className={css.acts}>
            <button type="button" className="btn small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? 'Hide the output' : 'Raw output'}
            </button>
            <a
              className="btn small"
              href={evidencePath(run.id, step.step, 'stdout')}
              download={`${run.host}-${step.step}.stdout.txt`}
              aria-label={`Download the output of ${step.step}`}
            >
              Download
            </a>
          </span>
        )}
      </div>
      {step.command && (
        <div className={css.command}>
          <code title={step.command}>{step.command}</code>
          <CopyButton text={step.command} label="Copy the command" isSmall />
        </div>
      )}
      {step.says && <p className={css.says}>{step.says}</p>}
      {findings.map((finding) => (
        <div key={`${finding.rule}.${finding.instance ?? ''}`} className={css.finding}>
          <SeverityMark severity={finding.severity} />
          <div>
            <p>
              {finding.text} <span className="faint">{finding.rule}</span>
            </p>
          </div>
        </div>
      ))}
      {findings.length > 0 && !isOpen && (
        <div className={css.evidence}>
          <Evidence
            runId={run.id}
            evidence={{ step: step.step, lines }}
            command={step.step}
            severity={worst}
            onRaw={onRaw}
          />
        </div>
      )}
      {isOpen && <RawOutput runId={run.id} host={run.host} step={step.step} height={420} marked={lines} />}
      <Observations name={step.step} span={step} observations={observations} />
      {issues.length > 0 && (
        <details className={css.issues}>
          <summary>{plural(issues.length, 'line')} not understood</summary>
          <ul>
            {issues.slice(0, 50).map((issue, i) => (
              <li key={i}>
                {issue.line !== null && `line ${issue.line}: `}
                {issue.reason}: <code>{visibleText(issue.text)}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
};
