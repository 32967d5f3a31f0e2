import { type MatrixRun } from '@fleetscope/contracts';
import { useLayoutEffect, useRef } from 'react';
import { useTail } from '../../api/live';
import { plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import css from './tail-view.module.css';

/** Lines as the host prints them, while it prints them. Some may be missing; the raw output has them all. */
export const TailView = ({ run }: { run: MatrixRun }) => {
  const { lines, dropped } = useTail(run.id);
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <>
      <h3 className="sec">Live output{dropped > 0 && ` · ${plural(dropped, 'line')} left out here`}</h3>
      <pre
        ref={box}
        className={css.tail}
        tabIndex={0}
        role="group"
        aria-label="Live output"
        onScroll={({ currentTarget }) => {
          follows.current = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 30;
        }}
      >
        {lines.length === 0 && <span className="faint">waiting for the next line …</span>}
        {lines.map((line, i) => (
          <div key={i} className={line.stream === 'stderr' ? 'warn' : undefined}>
            <span className={css.step}>{line.step}</span> {visibleText(line.text)}
          </div>
        ))}
      </pre>
    </>
  );
};
