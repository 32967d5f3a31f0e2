import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useEscape } from './use-escape';
import css from './menu.module.css';

/** A button that opens a short list of things to do. */
export const Menu = ({ label, children }: { label: string; children(close: () => void): ReactNode }) => {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const close = useCallback(() => setOpen(false), []);
  useEscape(isOpen ? close : null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    window.addEventListener('pointerdown', onPointer);
    return () => window.removeEventListener('pointerdown', onPointer);
  }, [isOpen]);
  return (
    <span ref={box} className={css.menu}>
      <button type="button" className="btn" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {label} <span aria-hidden="true">▾</span>
      </button>
      {isOpen && <div className={css.list}>{children(close)}</div>}
    </span>
  );
};
