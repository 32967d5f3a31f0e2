import { useEffect } from 'react';
import { isTyping, useHadDialog } from './use-had-dialog';

/** Esc closes what is open, one thing at a time: a dialog before a panel, a field before either. */
export const useEscape = (close: (() => void) | null): void => {
  const hadDialog = useHadDialog();
  useEffect(() => {
    if (!close) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || hadDialog.current) return;
      if (isTyping(event.target)) (event.target as HTMLElement).blur();
      else close();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [close, hadDialog]);
};
