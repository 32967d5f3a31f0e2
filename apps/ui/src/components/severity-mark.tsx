import { type Severity } from '@fleetscope/contracts';
import css from './severity-mark.module.css';

const WORDS: Record<Severity, string> = { crit: 'Critical', warn: 'Warning', info: 'Note' };

/** Height, colour and a word, as in the matrix. */
export const SeverityMark = ({ severity }: { severity: Severity }) => (
  <span className={css.mark} title={WORDS[severity]}>
    <i className={css[severity]} />
    <span className="visually-hidden">{WORDS[severity]}:</span>
  </span>
);
