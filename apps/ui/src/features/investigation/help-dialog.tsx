import { Modal } from '@mantine/core';
import { useEffect } from 'react';
import { UseGlyph } from '../../components/use-glyph';
import css from './help-dialog.module.css';

const KEYS = [
  ['j k ↑ ↓', 'next, previous host'],
  ['← →', 'previous, next resource'],
  ['Enter', 'open the cell'],
  ['Esc', 'close'],
  ['R', 'sort, worst first'],
  ['/', 'filter hosts'],
  ['Ctrl K', 'start an investigation'],
  ['?', 'this help'],
] as const;

const SIGNS = [
  ['ok', 'low and grey: well'],
  ['warn', 'middle: a warning'],
  ['crit', 'full: critical'],
  ['unknown', 'hatched: unknown, the reason stands in the panel'],
  ['pending', 'dashed: still to come'],
  ['none', 'a line: this runbook does not judge it'],
] as const;

/** Keys and signs; `?` opens it. */
export const HelpDialog = ({ isOpen, onOpen, onClose }: { isOpen: boolean; onOpen(): void; onClose(): void }) => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof HTMLElement && ['INPUT', 'TEXTAREA', 'SELECT'].includes(event.target.tagName);
      if (event.key === '?' && !isTyping) onOpen();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onOpen]);
  return (
    <>
      <button type="button" className="chip" onClick={onOpen} aria-label="Keys and signs" title="Keys and signs · ?">
        ?
      </button>
      <Modal opened={isOpen} onClose={onClose} title="Keys and signs" size="md" centered>
        <dl className={css.list}>
          {KEYS.map(([keys, does]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <dl className={css.list}>
          {SIGNS.map(([state, says]) => (
            <div key={state}>
              <dt>
                <UseGlyph state={state} />
              </dt>
              <dd>{says}</dd>
            </div>
          ))}
        </dl>
        <p className="dim">Each cell has three signs: U utilization, S saturation, E errors.</p>
      </Modal>
    </>
  );
};
