import { type ReactNode } from 'react';
import { CopyButton } from './copy-button';
import css from './room.module.css';

/** A secret that we made: this is the only time that it is seen. */
export const ShownOnce = ({ secret, children }: { secret: string; children: ReactNode }) => (
  <>
    <p>{children}</p>
    <pre className={css.secret}>{secret}</pre>
    <CopyButton text={secret} />
  </>
);
