import { type MatrixRun } from '@fleetscope/contracts';
import { useMediaQuery } from '@mantine/hooks';
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import { useRowWindow } from '../../components/use-row-window';
import { COLUMNS, lineFor, USE_ASPECTS, type UseAspect } from './matrix';
import { BAR, barsFrom, columnAt, NARROW_ROW, placesOf, WIDE_ROW } from './matrix-geometry';
import { MatrixRow } from './matrix-row';
import { useMatrixCanvas } from './use-matrix-canvas';
import css from './matrix.module.css';

export interface Selection {
  host: string;
  /** `disk.saturation`; null means the host as a whole. */
  at: string | null;
}

interface Props {
  runs: readonly MatrixRun[];
  scroller: RefObject<HTMLElement | null>;
  selected: Selection | null;
  isRunning: boolean;
  onSelect(selection: Selection): void;
}

const HEADER = 38;
const NARROW_HEADER = 34;
/** The table behind the picture follows when the scrolling rests. */
const SETTLE_MS = 100;
const LAST_COLUMN = COLUMNS.length;

/**
 * Hosts × resources: a canvas that scrolls with every frame, over it the same rows as a table that nobody sees, for the keyboard and
 * for screen readers. One tab stop; arrows (or j, k) move it; Enter opens the cell.
 */
export const MatrixGrid = ({ runs, scroller, selected, isRunning, onSelect }: Props) => {
  const isNarrow = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const height = isNarrow ? NARROW_ROW : WIDE_ROW;
  const grid = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const [barHeight, setBarHeight] = useState(0);
  const [active, setActive] = useState<{ run: string; column: number } | null>(null);
  const [isFocusSeen, setFocusSeen] = useState(false);
  const wantsFocus = useRef(false);

  // The rows begin below the verdict, whose height changes. Not a layout effect: the box, an ancestor, is not there yet then.
  useEffect(() => {
    const scrolled = scroller.current;
    const rows = body.current;
    if (!scrolled || !rows) return undefined;
    const measure = (): void => {
      const bar = scrolled.querySelector<HTMLElement>('[data-sticky]');
      setBarHeight(bar && getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0);
      setMargin(
        Math.round(rows.getBoundingClientRect().top - scrolled.getBoundingClientRect().top + scrolled.scrollTop),
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (const child of scrolled.children) observer.observe(child);
    return () => observer.disconnect();
  }, [scroller]);

  const covered = barHeight + (isNarrow ? NARROW_HEADER : HEADER);
  const { from, to, scrollTo, look } = useRowWindow({
    count: runs.length,
    height,
    scroller,
    top: margin,
    covered,
    settleMs: SETTLE_MS,
  });

  const activeIndex = useMemo(
    () =>
      Math.max(
        0,
        runs.findIndex(({ id }) => id === active?.run),
      ),
    [runs, active],
  );
  const activeColumn = active?.column ?? 0;

  const moveTo = (index: number, column: number): void => {
    const run = runs[Math.min(runs.length - 1, Math.max(0, index))];
    if (!run) return;
    wantsFocus.current = true;
    setActive({ run: run.id, column: Math.min(LAST_COLUMN, Math.max(0, column)) });
    scrollTo(runs.indexOf(run));
    // The row that gets the focus must be there at once.
    look();
    // With the panel open, moving looks through hosts without another key.
    if (selected) onSelect({ host: run.host, at: selected.at });
  };

  useEffect(() => {
    if (!wantsFocus.current) return;
    const cells = grid.current?.querySelectorAll<HTMLElement>(
      `[data-run="${CSS.escape(active?.run ?? '')}"] [data-column]`,
    );
    const target = cells && [...cells].findLast((cell) => Number(cell.dataset['column']) <= activeColumn);
    if (!target) return;
    wantsFocus.current = false;
    target.focus({ preventScroll: true });
  });

  const open = (run: MatrixRun, columnIndex: number, aspect: UseAspect | null): void => {
    const column = COLUMNS[columnIndex - 1];
    if (!column || run.use.length === 0) {
      onSelect({ host: run.host, at: null });
      return;
    }
    const line = lineFor(run, column, aspect);
    onSelect({ host: run.host, at: `${line.resource}.${line.aspect}` });
  };

  /** The row and the column at a place of the page, and how far from the column's first bar it is. */
  const placeOf = ({ clientX, clientY }: MouseEvent): { row: number; column: number; fromBars: number } | null => {
    if (!body.current || !head.current) return null;
    const box = body.current.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top];
    const row = Math.floor(y / height);
    const places = placesOf(head.current);
    const isName = isNarrow && y - row * height < NARROW_ROW / 2;
    const column = isName ? 0 : columnAt(places, x);
    return { row, column, fromBars: x - (places.cells[column - 1]?.x ?? 0) - barsFrom(isNarrow) };
  };

  const onClick = (event: MouseEvent<HTMLDivElement>): void => {
    const place = placeOf(event);
    const run = runs[place?.row ?? -1];
    if (!place || !run) return;
    setActive({ run: run.id, column: place.column });
    const aspect = place.column === 0 ? null : (USE_ASPECTS[Math.floor(place.fromBars / BAR.step)] ?? null);
    open(run, place.column, aspect);
  };

  /** What a cell says, for who points at it: the same as is read aloud. */
  const onMouseOver = ({ target }: MouseEvent<HTMLDivElement>): void => {
    const cell = (target as HTMLElement).closest<HTMLElement>('[role="gridcell"][aria-label]');
    if (cell) cell.title = cell.ariaLabel ?? '';
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / height) - 4);
    const steps: Record<string, () => void> = {
      ArrowDown: () => moveTo(activeIndex + 1, activeColumn),
      j: () => moveTo(activeIndex + 1, activeColumn),
      ArrowUp: () => moveTo(activeIndex - 1, activeColumn),
      k: () => moveTo(activeIndex - 1, activeColumn),
      ArrowRight: () => moveTo(activeIndex, activeColumn + 1),
      ArrowLeft: () => moveTo(activeIndex, activeColumn - 1),
      PageDown: () => moveTo(activeIndex + page, activeColumn),
      PageUp: () => moveTo(activeIndex - page, activeColumn),
      Home: () => moveTo(0, activeColumn),
      End: () => moveTo(runs.length - 1, activeColumn),
      Enter: () => {
        const run = runs[activeIndex];
        if (run) open(run, activeColumn, null);
      },
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    step();
  };

  const selectedColumn =
    COLUMNS.find(({ resources }) => resources.some((name) => selected?.at?.startsWith(`${name}.`)))?.id ?? null;
  const { canvas, point } = useMatrixCanvas({
    ...{ runs, scroller, head, isNarrow, isRunning, covered },
    top: margin,
    rowHeight: height,
    selected: selected && { host: selected.host, column: selectedColumn },
    focused: isFocusSeen ? { row: activeIndex, column: activeColumn } : null,
  });
  const shown = runs.slice(from, to).map((run, i) => ({ run, index: from + i }));
  const current = runs[activeIndex];
  // The row with the tab stop stays, wherever one has scrolled: the focus must not fall out of the page with it.
  if (current && (activeIndex < from || activeIndex >= to)) shown.push({ run: current, index: activeIndex });
  return (
    <div
      ref={grid}
      role="grid"
      aria-label="Hosts by resource"
      aria-rowcount={runs.length + 1}
      className={css.grid}
      onKeyDown={onKeyDown}
      onFocus={({ target }: FocusEvent<HTMLDivElement>) => setFocusSeen(target.matches(':focus-visible'))}
      onBlur={() => setFocusSeen(false)}
    >
      <Header top={barHeight} row={head} />
      <div
        ref={body}
        role="rowgroup"
        className={css.body}
        style={{ height: runs.length * height }}
        onClick={onClick}
        onMouseOver={onMouseOver}
        onMouseMove={(event) => point(placeOf(event)?.row ?? -1)}
        onMouseLeave={() => point(-1)}
      >
        <div className={css.picture} aria-hidden="true">
          <canvas ref={canvas} style={{ top: covered }} />
        </div>
        {shown.map(({ run, index }) => (
          <MatrixRow
            key={run.id}
            run={run}
            rowIndex={index + 2}
            top={index * height}
            isNarrow={isNarrow}
            isSelected={selected?.host === run.host}
            selectedColumn={selectedColumn}
            activeColumn={index === activeIndex ? activeColumn : null}
          />
        ))}
      </div>
    </div>
  );
};

const Header = ({ top, row }: { top: number; row: RefObject<HTMLDivElement | null> }) => (
  <div ref={row} role="row" aria-rowindex={1} className={`${css.row} ${css.head}`} style={{ top }}>
    <div role="columnheader" className={css.host} data-part="host">
      Host
    </div>
    {COLUMNS.map((column) => (
      <div key={column.id} role="columnheader" className={css.cell} data-part="cell">
        <span>
          <span className={css.long}>{column.title}</span>
          <span className={css.short} aria-hidden="true">
            {column.short}
          </span>
          <small aria-hidden="true">U S E</small>
        </span>
      </div>
    ))}
    <div
      role="columnheader"
      className={css.odd}
      data-part="odd"
      title="How far a host is from the others of its class: 0 as they are, 100 furthest"
    >
      Oddness
    </div>
    <div role="columnheader" className={css.steps} data-part="steps">
      Steps
    </div>
  </div>
);
