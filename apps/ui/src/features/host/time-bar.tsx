import { useEffect } from 'react';
import { formatClock } from '../../components/format';
import { isTyping, useHadDialog } from '../../components/use-had-dialog';
import { useNow } from '../../components/use-now';
import { useCursorSeconds, useTimeline } from './time-cursor';
import css from './time-bar.module.css';

/** How far a key goes: most tools sample once a second. */
const KEY_SECONDS = 1;
const STEP = 0.1;

/** Where in the window all charts point; by mouse over any of them, here, or with the keys , and . */
export const TimeBar = () => {
  const { cursor, length, from } = useTimeline();
  const seconds = useCursorSeconds();
  const now = useNow(60_000);
  const hadDialog = useHadDialog();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || hadDialog.current || isTyping(event.target)) return;
      const at = cursor.get();
      if (event.key === '.') cursor.set(at === null ? 0 : Math.min(length, at + KEY_SECONDS));
      else if (event.key === ',') cursor.set(at === null ? length : Math.max(0, at - KEY_SECONDS));
      else if (event.key === 'Escape') cursor.set(null);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [cursor, hadDialog, length]);
  if (length === 0) return null;
  const clock = seconds === null ? null : formatClock(new Date(from + seconds * 1000).toISOString(), now);
  const words = seconds === null ? 'no time chosen' : `${seconds.toFixed(1)} s into the window, ${clock}`;
  return (
    <div className={css.bar}>
      <label className={css.label}>
        Time
        <input
          type="range"
          min={0}
          max={length}
          step={STEP}
          value={seconds ?? 0}
          data-unset={seconds === null}
          aria-valuetext={words}
          onChange={(event) => cursor.set(Number(event.currentTarget.value))}
        />
      </label>
      <span className={css.words}>
        {seconds === null ? (
          <>
            {length.toFixed(1)} s window <kbd>,</kbd> <kbd>.</kbd>
          </>
        ) : (
          <>
            {seconds.toFixed(1)} s · {clock}
            <button type="button" className="link" onClick={() => cursor.set(null)}>
              Clear
            </button>
          </>
        )}
      </span>
    </div>
  );
};
