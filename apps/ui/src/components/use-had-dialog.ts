import { useEffect, useRef, type RefObject } from 'react';

/**
 * Whether a dialog was open when the last key was pressed. A dialog closes on Esc before a page hears of the key: so it
 * is noted first, on the way down, by a listener that is older than any dialog.
 */
export const useHadDialog = (): RefObject<boolean> => {
  const hadDialog = useRef(false);
  useEffect(() => {
    const note = (): void => {
      hadDialog.current = document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
    };
    window.addEventListener('keydown', note, { capture: true });
    return () => window.removeEventListener('keydown', note, { capture: true });
  }, []);
  return hadDialog;
};

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['TEXTAREA', 'SELECT'].includes(target.tagName) ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox' && target.type !== 'radio'));
