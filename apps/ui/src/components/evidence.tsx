import { excerptOf, lineRanges, type EvidenceRef, type Severity } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { wordsOf } from '../api/problem';
import { evidenceQuery } from '../api/queries';
import { useMay } from '../app/session';
import { linesOf } from './visible-text';
import css from './evidence.module.css';

interface Props {
  runId: string;
  evidence: EvidenceRef;
  command: string | null;
  severity: Severity;
  onRaw(): void;
}

/** The very lines that carry a statement, marked, with the ones around them. */
export const Evidence = ({ runId, evidence, command, severity, onRaw }: Props) => {
  const mayRead = useMay('operator');
  const { data, error } = useQuery({ ...evidenceQuery(runId, evidence.step, 'stdout'), enabled: mayRead });
  const lines = useMemo(() => (data === undefined ? null : linesOf(data)), [data]);
  const parts = useMemo(() => {
    if (!lines) return [];
    // Some findings rest on a whole output: then its beginning is shown.
    return excerptOf(
      lines,
      evidence.lines.length > 0 ? evidence.lines : [1, 2, 3, 4, 5],
      evidence.lines.length > 0 ? 1 : 0,
    );
  }, [lines, evidence.lines]);
  const isWhole = evidence.lines.length === 0;
  return (
    <div className={css.evidence}>
      <h4 className="sec">
        Evidence · <span className={css.command}>{command ? shortened(command) : evidence.step}</span>
        {!isWhole && ` · line ${lineRanges(evidence.lines)}`}
      </h4>
      {error && <p className="dim">{wordsOf(error)}</p>}
      {!mayRead && <p className="dim">What hosts printed is for operators to read: it can hold secrets.</p>}
      {mayRead && !error && (
        <pre className={css.text} tabIndex={0} role="group" aria-label={`Output of ${evidence.step}`}>
          {lines === null && ' '}
          {parts.map((part) =>
            part.kind === 'gap' ? (
              <div key={`gap${part.lines}`} className={css.gap}>
                ⋯
              </div>
            ) : (
              <div key={part.number} className={css.line}>
                <span className={css.number}>{part.number}</span>
                {part.marked && !isWhole ? <mark className={css[severity]}>{part.text || ' '}</mark> : part.text || ' '}
              </div>
            ),
          )}
        </pre>
      )}
      {mayRead && (
        <button type="button" className="link" onClick={onRaw}>
          Whole output of {evidence.step}
          {lines && `, ${lines.length.toLocaleString('en-GB')} lines`}
        </button>
      )}
    </div>
  );
};

const shortened = (command: string): string => (command.length > 48 ? `${command.slice(0, 46)}…` : command);
