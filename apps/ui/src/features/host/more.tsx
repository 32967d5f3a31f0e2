import { useState, type ReactNode } from 'react';
import { plural } from '../../components/format';

/** The first ones, and the rest when asked for. */
export const More = ({
  count,
  first,
  what,
  children,
}: {
  count: number;
  first: number;
  what: string;
  children(most: number): ReactNode;
}) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {children(isOpen ? count : first)}
      {count > first && (
        <button type="button" className="link" onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Fewer' : `${plural(count - first, `more ${what}`)}`}
        </button>
      )}
    </>
  );
};
