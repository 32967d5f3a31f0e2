import { useEffect } from 'react';
import { isTyping, useHadDialog } from '../components/use-had-dialog';

interface Keys {
  launch: () => void;
  help: () => void;
}

/** Rows of lists; a page whose rows have keys of their own (the matrix) takes them first. */
const ROWS = '#page [data-row-focus]';

const moveRow = (step: 1 | -1): void => {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? rows[0] : rows[at + step];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
};

/** Keys that hold on every page: Ctrl K starts, ? helps, / searches and Esc leaves the field, j and k go through rows. */
export const useShellKeys = ({ launch, help }: Keys): void => {
  const hadDialog = useHadDialog();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        launch();
        return;
      }
      if (event.key === 'Escape' && event.target instanceof HTMLInputElement && event.target.type === 'search') {
        // Esc leaves the field; the browser's own way would empty it, too.
        event.preventDefault();
        event.target.blur();
        return;
      }
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.defaultPrevented || !isPlain || hadDialog.current || isTyping(event.target)) return;
      switch (event.key) {
        case '?':
          help();
          break;
        case '/': {
          const search = document.querySelector<HTMLElement>('#page input[type="search"]');
          if (search) event.preventDefault();
          search?.focus();
          break;
        }
        case 'j':
          moveRow(1);
          break;
        case 'k':
          moveRow(-1);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [launch, help, hadDialog]);
};
