import { useEffect, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';

interface Wanted {
  count: number;
  /** Of each row: all are as high. */
  height: number;
  scroller: RefObject<HTMLElement | null>;
  /** Where the first row begins in what is scrolled. */
  top: number;
  /** What covers the upper edge of the view: bars that stick there. */
  covered: number;
  /** Rows may come this long after the scrolling stopped: something else is to be seen meanwhile. */
  settleMs?: number;
}

export interface RowWindow {
  from: number;
  /** The row after the last. */
  to: number;
  scrollTo(index: number): void;
  /** Takes the rows that are in sight now. */
  look(): void;
}

/** Rows above and below the view, and how many come at once. */
const BEYOND = 10;
const STEP = 4;

/** The rows of the window onto `count` rows: a step more on either side than can be seen. */
export const windowOf = (
  scrolled: number,
  view: number,
  height: number,
  count: number,
): { from: number; to: number } => {
  const first = Math.floor(scrolled / height) - BEYOND;
  const last = Math.ceil((scrolled + view) / height) + BEYOND;
  const from = Math.min(Math.max(0, Math.floor(first / STEP) * STEP), Math.max(0, count - 1));
  return { from, to: Math.min(count, Math.max(from, Math.ceil(last / STEP) * STEP)) };
};

/**
 * Which rows of a long list are drawn. All rows are as high, so nothing is measured; a scroll that stays within the rows
 * that are there changes no state, and one that leaves them draws before the frame that shows it.
 */
export const useRowWindow = ({ count, height, scroller, top, covered, settleMs = 0 }: Wanted): RowWindow => {
  const [range, setRange] = useState(() => windowOf(0, window.innerHeight, height, count));
  const latest = useRef<() => void>(() => undefined);
  // Not before the paint: the box is an ancestor, whose reference comes after its children's layout effects.
  useEffect(() => {
    const box = scroller.current;
    if (!box) return undefined;
    const look = (): void =>
      setRange((before) => {
        const next = windowOf(box.scrollTop - top, box.clientHeight, height, count);
        return before.from === next.from && before.to === next.to ? before : next;
      });
    latest.current = look;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = (): void => {
      clearTimeout(timer);
      if (settleMs === 0) flushSync(look);
      else timer = setTimeout(look, settleMs);
    };
    look();
    box.addEventListener('scroll', onScroll, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(box);
    return () => {
      clearTimeout(timer);
      box.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [count, height, scroller, settleMs, top]);
  const scrollTo = (index: number): void => {
    const box = scroller.current;
    if (!box) return;
    const rowTop = top + index * height;
    if (rowTop < box.scrollTop + covered) box.scrollTo({ top: rowTop - covered });
    else if (rowTop + height > box.scrollTop + box.clientHeight)
      box.scrollTo({ top: rowTop + height - box.clientHeight });
  };
  return { ...range, scrollTo, look: () => latest.current() };
};
