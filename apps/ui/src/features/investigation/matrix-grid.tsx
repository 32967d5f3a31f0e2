import { type RunSummary } from '@fleetscope/contracts';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import { COLUMNS, USE_ASPECTS, lineFor, type UseAspect } from './matrix';
import { MatrixRow } from './matrix-row';
import css from './matrix.module.css';

export interface Selection {
  host: string;
  /** `disk.saturation`; null means the host as a whole. */
  at: string | null;
}

interface Props {
  runs: readonly RunSummary[];
  scroller: RefObject<HTMLElement | null>;
  selected: Selection | null;
  onSelect(selection: Selection): void;
}

const HEADER = 40;
const ROW = 27;
const TALL_ROW = 50;
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

  // The rows begin below the verdict, whose height changes.
  useLayoutEffect(() => {
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

  // eslint-disable-next-line react-hooks/incompatible-library -- its result is used here only, never memoised
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: margin,
    scrollPaddingStart: barHeight + HEADER,
    getItemKey: (i) => runs[i]?.id ?? i,
  });
  useEffect(() => rows.measure(), [height, rows]);

  const activeIndex = Math.max(
    0,
    runs.findIndex(({ id }) => id === active?.run),
  );
  const activeColumn = active?.column ?? 0;

  const moveTo = (index: number, column: number): void => {
    const run = runs[Math.min(runs.length - 1, Math.max(0, index))];
    if (!run) return;
    wantsFocus.current = true;
    setActive({ run: run.id, column: Math.min(LAST_COLUMN, Math.max(0, column)) });
    rows.scrollToIndex(runs.indexOf(run), { align: 'auto' });
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

  const open = (run: RunSummary, columnIndex: number, aspect: UseAspect | null): void => {
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
    const column = Number(target.closest<HTMLElement>('[data-column]')?.dataset['column'] ?? 0);
    const aspect = USE_ASPECTS.find((name) => name === target.dataset['aspect']) ?? null;
    setActive({ run: run.id, column });
    open(run, column, aspect);
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
    >
      <Header top={barHeight} />
      <div ref={body} role="rowgroup" className={css.body} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const run = runs[item.index];
          return (
            run && (
              <MatrixRow
                key={run.id}
                run={run}
                rowIndex={item.index + 2}
                top={item.start - margin}
                isSelected={selected?.host === run.host}
                selectedColumn={selectedColumn}
                activeColumn={item.index === activeIndex ? activeColumn : null}
              />
            )
          );
        })}
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
