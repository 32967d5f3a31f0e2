import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { wordsOf } from '../api/problem';

interface Props {
  /** What it is called: `Remove …` asks, `Remove ops` does it. */
  name: string;
  verb?: string;
  /** What follows from it; read before it is done. */
  children: ReactNode;
  remove(): Promise<unknown>;
}

/** The end of a panel: takes away what it is about, after saying what follows. */
export const Removal = ({ name, verb = 'Remove', children, remove }: Props) => {
  const [isAsked, setAsked] = useState(false);
  const act = useMutation({ mutationFn: remove });
  return (
    <>
      <h3 className="sec">{verb}</h3>
      {isAsked ? (
        <>
          <p>{children}</p>
          <p>
            <button type="button" className="btn" disabled={act.isPending} onClick={() => act.mutate()}>
              {verb} {name}
            </button>{' '}
            <button type="button" className="btn" autoFocus onClick={() => setAsked(false)}>
              Keep it
            </button>
          </p>
        </>
      ) : (
        <button type="button" className="btn" onClick={() => setAsked(true)}>
          {verb} …
        </button>
      )}
      {act.error && (
        <p className="crit" role="alert">
          {wordsOf(act.error)}
        </p>
      )}
    </>
  );
};
