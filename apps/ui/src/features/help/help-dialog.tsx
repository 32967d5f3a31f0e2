import { Modal } from '@mantine/core';
import { UseGlyph } from '../../components/use-glyph';
import css from './help-dialog.module.css';

const KEYS = [
  ['j k', 'next, previous row'],
  ['← → ↑ ↓', 'through the cells of the matrix'],
  ['Enter', 'open the row or cell'],
  ['Esc', 'close, go back'],
  ['R', 'sort the matrix, worst first'],
  [', .', 'back and forth in time, in all charts of a host'],
  ['/', 'search'],
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
export const HelpDialog = ({ onClose }: { onClose(): void }) => (
  <Modal opened onClose={onClose} title="Keys and signs" size="md" centered>
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
);
