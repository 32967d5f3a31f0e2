import { type MatrixRun } from '@fleetscope/contracts';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type RefObject } from 'react';
import { useRowWindow } from '../../components/use-row-window';
import { COLUMNS, lineFor, type UseAspect } from './matrix';
import { MatrixRow } from './matrix-row';
import { aspectAt } from './row-drawings';
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
  onSelect(selection: Selection): void;
}

const HEADER = 40;
const ROW = 27;
const TALL_ROW = 50;
/** Where the bars of a cell begin: its padding. */
const BARS_AT = 5;
const LAST_COLUMN = COLUMNS.length;

/** Hosts × resources. One tab stop; arrows (or j, k) move it; Enter opens the cell. */
export const MatrixGrid = ({ runs, scroller, selected, onSelect }: Props) => {
  const isNarrow = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const height = isNarrow ? TALL_ROW : ROW;
  const grid = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const [barHeight, setBarHeight] = useState(0);
  const [active, setActive] = useState<{ run: string; column: number } | null>(null);
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

  const { from, to, scrollTo } = useRowWindow({
    count: runs.length,
    height,
    scroller,
    top: margin,
    covered: barHeight + HEADER,
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

  const onClick = (event: MouseEvent<HTMLDivElement>): void => {
    const target = event.target as HTMLElement;
    const run = runs.find(({ id }) => id === target.closest<HTMLElement>('[data-run]')?.dataset['run']);
    if (!run) return;
    const cell = target.closest<HTMLElement>('[data-column]');
    const column = Number(cell?.dataset['column'] ?? 0);
    setActive({ run: run.id, column });
    open(run, column, cell ? aspectAt(event.clientX - cell.getBoundingClientRect().left - BARS_AT) : null);
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
  return (
    <div
      ref={grid}
      role="grid"
      aria-label="Hosts by resource"
      aria-rowcount={runs.length + 1}
      className={css.grid}
      onClick={onClick}
      onKeyDown={onKeyDown}
      onMouseOver={onMouseOver}
    >
      <Header top={barHeight} />
      <div ref={body} role="rowgroup" className={css.body} style={{ height: runs.length * height }}>
        {runs.slice(from, to).map((run, i) => (
          <MatrixRow
            key={run.id}
            run={run}
            rowIndex={from + i + 2}
            top={(from + i) * height}
            isNarrow={isNarrow}
            isSelected={selected?.host === run.host}
            selectedColumn={selectedColumn}
            activeColumn={from + i === activeIndex ? activeColumn : null}
          />
        ))}
      </div>
    </div>
  );
};

const Header = ({ top }: { top: number }) => (
  <div role="row" aria-rowindex={1} className={`${css.row} ${css.head}`} style={{ top }}>
    <div role="columnheader" className={css.host}>
      Host
    </div>
    {COLUMNS.map((column) => (
      <div key={column.id} role="columnheader" className={css.cell}>
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
      title="How far a host is from the others of its class: 0 as they are, 100 furthest"
    >
      Oddness
    </div>
    <div role="columnheader" className={css.steps}>
      Steps
    </div>
  </div>
);
