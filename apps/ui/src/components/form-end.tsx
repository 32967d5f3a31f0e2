import { type ReactNode } from 'react';
import { wordsOf } from '../api/problem';
import css from './form-end.module.css';

interface Props {
  /** Why it was not done, when it was not. */
  error: unknown;
  isPending: boolean;
  /** What pressing it does. */
  submit: ReactNode;
  /** Stands between the reason and the button. */
  children?: ReactNode;
}

/** How a form ends: what was wrong with it, and the button that sends it. */
export const FormEnd = ({ error, isPending, submit, children }: Props) => (
  <div className={css.end}>
    {error !== null && error !== undefined && (
      <p className="crit" role="alert">
        {wordsOf(error)}
      </p>
    )}
    {children}
    <button type="submit" className="btn primary" disabled={isPending}>
      {submit}
    </button>
  </div>
);
