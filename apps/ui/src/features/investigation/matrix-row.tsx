import { ANSWERED_RUN_STATES, FINAL_RUN_STATES, type MatrixRun } from '@fleetscope/contracts';
import { memo } from 'react';
import { stepsWords } from '../../components/step-dots';
import { UseGlyph } from '../../components/use-glyph';
import { cellsOf, COLUMNS, USE_ASPECTS, worstOf, type MatrixCell } from './matrix';
import { barsClass, dotsClass, oddnessClass } from './row-drawings';
import { runStateShort, runStateWords } from './words';
import css from './matrix.module.css';

interface Props {
  run: MatrixRun;
  /** 1-based row of the whole grid; the header is row 1. */
  rowIndex: number;
  top: number;
  isNarrow: boolean;
  isSelected: boolean;
  /** Column that holds the tab stop, when it is in this row. */
  activeColumn: number | null;
  selectedColumn: string | null;
}

/**
 * One host. Few elements, because scrolling makes and lays out rows sixty times a second: bars, dots and lengths are
 * backgrounds, and clicks, keys and what is said on hovering are handled by the grid.
 */
export const MatrixRow = memo(({ run, rowIndex, top, isNarrow, isSelected, activeColumn, selectedColumn }: Props) => {
  const hasAnswered = ANSWERED_RUN_STATES.has(run.state);
  // One that was cancelled may have told something before: that is shown, with how it ended beside its name.
  const isLost = FINAL_RUN_STATES.has(run.state) && !hasAnswered && run.use.length === 0;
  const worst = isLost || !isNarrow ? null : worstOf(run);
  const tab = (column: number): number => (activeColumn === column ? 0 : -1);
  return (
    <div
      className={css.row}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      data-run={run.id}
      data-host={run.host}
      style={{ top }}
    >
      <div
        className={css.host}
        role="rowheader"
        tabIndex={tab(0)}
        data-column={0}
        aria-label={`${run.host}, class ${run.hostClass}, ${runStateWords[run.state]}`}
      >
        {run.host}
        {run.state !== 'succeeded' && !isLost && (
          <small className={FINAL_RUN_STATES.has(run.state) ? css.partial : css.progress}>
            {runStateShort[run.state]}
          </small>
        )}
        <small>{run.hostClass}</small>
      </div>
      {isLost ? (
        <div className={css.lost} role="gridcell" tabIndex={tab(1)} data-column={1} aria-colspan={COLUMNS.length}>
          <UseGlyph state="unknown" />
          {!run.reason?.startsWith(run.state) && <b>{runStateShort[run.state]}</b>}
          <span title={run.reason ?? undefined}>{run.reason ?? 'no reason was given'}</span>
        </div>
      ) : (
        <Cells run={run} tab={tab} isNarrow={isNarrow} selectedColumn={isSelected ? selectedColumn : null} />
      )}
      {!isNarrow && <Oddness oddness={run.oddness} />}
      {worst && (
        <em className={`${css.worst} ${worst.state === 'crit' ? 'crit' : 'warn'}`} aria-hidden="true">
          {worst.said}
        </em>
      )}
      {!isNarrow && (
        <div
          className={isLost ? css.steps : `${css.steps} ${dotsClass(run.steps)}`}
          role="gridcell"
          aria-label={isLost ? undefined : stepsWords(run.steps)}
        />
      )}
    </div>
  );
});
MatrixRow.displayName = 'MatrixRow';

const Oddness = ({ oddness }: { oddness: number | null }) =>
  oddness === null ? (
    <div className={css.odd} role="gridcell" aria-label="Oddness unknown" />
  ) : (
    <div
      className={`${css.odd} ${oddnessClass(oddness)}`}
      role="gridcell"
      aria-label={`Oddness ${Math.round(oddness * 100)} of 100`}
    >
      {Math.round(oddness * 100)}
    </div>
  );

interface CellsProps {
  run: MatrixRun;
  tab: (column: number) => number;
  isNarrow: boolean;
  selectedColumn: string | null;
}

const Cells = ({ run, tab, isNarrow, selectedColumn }: CellsProps) => {
  const cells = cellsOf(run);
  return COLUMNS.map((column, i) => {
    const cell = cells.get(column.id);
    if (!cell) return null;
    const bars = barsClass(cell);
    const severity = cell.worst === null ? '' : `${css.said} ${cell.worst.state === 'crit' ? 'crit' : 'warn'}`;
    return (
      <div
        key={column.id}
        className={`${css.cell} ${bars ?? ''} ${severity}`}
        role="gridcell"
        tabIndex={tab(i + 1)}
        data-column={i + 1}
        aria-label={cell.words}
        aria-selected={selectedColumn === column.id}
      >
        {bars === null && <PendingBars cell={cell} />}
        {!isNarrow && cell.worst?.said}
      </div>
    );
  });
};

const PendingBars = ({ cell }: { cell: MatrixCell }) => (
  <span className={css.use}>
    {USE_ASPECTS.map((aspect) => (
      <UseGlyph key={aspect} state={cell.states[aspect]} />
    ))}
  </span>
);
