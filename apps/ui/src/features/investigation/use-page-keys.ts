import { useEffect, type RefObject } from 'react';
import { isTyping, useHadDialog } from '../../components/use-had-dialog';

interface Keys {
  /** Closes what is open; null when nothing is. */
  close: (() => void) | null;
  resort: () => void;
  scroller: RefObject<HTMLElement | null>;
}

/** Keys of the page: Esc closes the panel, R sorts, / looks for a host, j or k or ↓ enter the matrix. */
export const usePageKeys = ({ close, resort, scroller }: Keys): void => {
  const hadDialog = useHadDialog();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      // A dialog has its own keys.
      if (hadDialog.current) return;
      if (event.key === 'Escape') {
        if (isTyping(event.target)) (event.target as HTMLElement).blur();
        else close?.();
        return;
      }
      if (isTyping(event.target)) return;
      if (event.key === 'r' || event.key === 'R') resort();
      if (event.key === '/') {
        event.preventDefault();
        scroller.current?.querySelector<HTMLElement>('[data-filter]')?.focus();
      }
      if (event.key === 'j' || event.key === 'k') {
        scroller.current?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]')?.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [close, hadDialog, resort, scroller]);
};
