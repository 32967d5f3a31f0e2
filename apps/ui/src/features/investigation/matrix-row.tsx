import { FINAL_RUN_STATES, type MatrixRun } from '@fleetscope/contracts';
import { memo } from 'react';
import { stepsWords } from '../../components/step-dots';
import { visibleText } from '../../components/visible-text';
import { cellsOf, COLUMNS, worstOf } from './matrix';
import { isLost } from './matrix-paint';
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

/** One host for the keyboard and for who listens: it stands, unseen, where the canvas draws it. */
export const MatrixRow = memo(({ run, rowIndex, top, isNarrow, isSelected, activeColumn, selectedColumn }: Props) => {
  const lost = isLost(run);
  const worst = lost || !isNarrow ? null : worstOf(run);
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
        {run.host}{' '}
        {run.state !== 'succeeded' && !lost && (
          <small data-state={FINAL_RUN_STATES.has(run.state) ? 'ended' : 'running'}>{runStateShort[run.state]} </small>
        )}
        <small>{run.hostClass}</small>
      </div>
      {lost ? (
        <div className={css.lost} role="gridcell" tabIndex={tab(1)} data-column={1} aria-colspan={COLUMNS.length}>
          {!run.reason?.startsWith(run.state) && <b>{runStateShort[run.state]} </b>}
          <span title={run.reason ?? undefined}>{visibleText(run.reason ?? 'no reason was given')}</span>
        </div>
      ) : (
        <Cells run={run} tab={tab} isNarrow={isNarrow} selectedColumn={isSelected ? selectedColumn : null} />
      )}
      {!isNarrow && (
        <div
          className={css.odd}
          role="gridcell"
          aria-label={run.oddness === null ? 'Oddness unknown' : `Oddness ${Math.round(run.oddness * 100)} of 100`}
        >
          {run.oddness !== null && Math.round(run.oddness * 100)}
        </div>
      )}
      {worst && <em aria-hidden="true">{worst.said}</em>}
      {!isNarrow && <div className={css.steps} role="gridcell" aria-label={lost ? undefined : stepsWords(run.steps)} />}
    </div>
  );
});
MatrixRow.displayName = 'MatrixRow';

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
    return (
      <div
        key={column.id}
        className={css.cell}
        role="gridcell"
        tabIndex={tab(i + 1)}
        data-column={i + 1}
        aria-label={cell.words}
        aria-selected={selectedColumn === column.id}
      >
        {!isNarrow && cell.worst?.said}
      </div>
    );
  });
};
