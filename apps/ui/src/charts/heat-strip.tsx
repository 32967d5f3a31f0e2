import { useCallback, useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { type Draw, themeColour, useCanvas } from './use-canvas';
import { type Cell, cellAt, fullOf, type HeatGrid, isWithin, rangeOf, secondsWords, type TimeRange } from './heat-grid';
import css from './heat-strip.module.css';

interface Props {
  title: string;
  grid: HeatGrid;
  range: TimeRange | null;
  onRange(range: TimeRange | null): void;
  onHost(host: string): void;
}

/** Weight over time. Dragging (or Shift and the arrows) chooses a part of the window; Esc takes all again. */
export const HeatStrip = ({ title, grid, range, onRange, onHost }: Props) => {
  const [drag, setDrag] = useState<{ from: Cell; to: Cell } | null>(null);
  const [cursor, setCursor] = useState<{ at: number; anchor: number } | null>(null);
  const shown = useMemo(() => (drag ? rangeOf(grid, drag.from, drag.to) : range), [drag, grid, range]);
  const draw = useCallback<Draw>(
    (context, { width, height }) => {
      const [across, down] = [width / grid.columns, height / grid.rows];
      const [quiet, warm] = [themeColour('--quiet'), themeColour('--warn')];
      const full = fullOf(grid);
      for (let column = 0; column < grid.columns; column++)
        for (let row = 0; row < grid.rows; row++) {
          const value = grid.values[column * grid.rows + row] as number;
          const [x, y] = [column * across, row * down];
          const isIn = shown === null || isWithin(grid, shown, { column, row });
          context.globalAlpha = isIn ? 0.5 : 0.2;
          context.fillStyle = quiet;
          context.fillRect(x, y, across - 0.6, down - 0.6);
          if (value === 0) continue;
          // A single sample must be seen, too.
          context.globalAlpha = (0.14 + 0.86 * (value / full)) * (isIn ? 1 : 0.28);
          context.fillStyle = warm;
          context.fillRect(x, y, across - 0.6, down - 0.6);
        }
      context.globalAlpha = 1;
      if (shown) {
        context.strokeStyle = themeColour('--info');
        context.lineWidth = 1.5;
        const [left, right] = [Math.floor(shown.from / grid.columnMs), Math.ceil(shown.to / grid.columnMs)];
        context.strokeRect(left * across + 0.75, 0.75, Math.max(2, (right - left) * across - 1.5), height - 1.5);
      }
    },
    [grid, shown],
  );
  const canvas = useCanvas(draw);
  const cellOf = (event: PointerEvent<HTMLCanvasElement>): Cell => {
    const box = event.currentTarget.getBoundingClientRect();
    return cellAt(grid, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const column = range ? Math.floor(range.from / grid.columnMs) : -1;
    const before = cursor ?? { at: column, anchor: column };
    const at = Math.max(0, Math.min(grid.columns - 1, before.at + by));
    const anchor = event.shiftKey && before.anchor >= 0 ? before.anchor : at;
    setCursor({ at, anchor });
    onRange(
      rangeOf(grid, { column: Math.min(at, anchor), row: 0 }, { column: Math.max(at, anchor), row: grid.rows - 1 }),
    );
  };
  const last = (grid.columns * grid.columnMs) / 1000;
  const height = grid.hosts ? Math.max(24, grid.rows * 12) : 84;
  return (
    <section className={css.strip} aria-label="Over time">
      <div className={css.head}>
        <h2 className="sec">{title}</h2>
        <span className="spacer" />
        {range ? (
          <p>
            {secondsWords(range)}{' '}
            <button type="button" className="link" onClick={() => onRange(null)}>
              All of the window
            </button>
          </p>
        ) : (
          <p>Drag to choose a part of the window</p>
        )}
      </div>
      <div className={css.body}>
        {grid.hosts && (
          <div className={css.hosts} style={{ height, gridTemplateRows: `repeat(${grid.rows}, 1fr)` }}>
            {grid.hosts.map((host) => (
              <button key={host} type="button" className="link" onClick={() => onHost(host)}>
                {host}
              </button>
            ))}
          </div>
        )}
        <canvas
          ref={canvas}
          className={css.canvas}
          style={{ height }}
          tabIndex={0}
          role="application"
          aria-label={`Weight over ${last.toFixed(0)} seconds. Left and right choose a part, with Shift a longer one${range ? `; chosen: ${secondsWords(range)}` : ''}.`}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            const cell = cellOf(event);
            setDrag({ from: cell, to: cell });
          }}
          onPointerMove={(event) => drag && setDrag({ ...drag, to: cellOf(event) })}
          onPointerUp={() => {
            if (drag) onRange(rangeOf(grid, drag.from, drag.to));
            setDrag(null);
            setCursor(null);
          }}
          onPointerCancel={() => setDrag(null)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={css.axis} aria-hidden="true">
        <span>0 s</span>
        <span>{(last / 2).toFixed(1)} s</span>
        <span>{last.toFixed(0)} s</span>
      </div>
    </section>
  );
};
