import { type ReactNode } from 'react';
import css from './room.module.css';

interface Props {
  /** What it is for those who don't see it. */
  label: string;
  title: ReactNode;
  onClose(): void;
  children: ReactNode;
}

/** Stands beside a list, about one of its rows. */
export const SidePanel = ({ label, title, onClose, children }: Props) => (
  <aside className={css.panel} aria-label={label}>
    <div className={css.panelHead}>
      <h2>{title}</h2>
      <button type="button" className="btn small" onClick={onClose}>
        Close <kbd>Esc</kbd>
      </button>
    </div>
    {children}
  </aside>
);
