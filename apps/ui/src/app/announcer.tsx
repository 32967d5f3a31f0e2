import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';

const AnnounceContext = createContext<(words: string) => void>(() => undefined);

/** Says something to those who listen instead of looking; polite, one sentence at a time. */
export const useAnnounce = (): ((words: string) => void) => useContext(AnnounceContext);

export const Announcer = ({ children }: { children: ReactNode }) => {
  const [words, setWords] = useState('');
  const announce = useCallback((next: string) => setWords(next), []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="visually-hidden" role="status" aria-live="polite">
        {words}
      </div>
    </AnnounceContext>
  );
};
