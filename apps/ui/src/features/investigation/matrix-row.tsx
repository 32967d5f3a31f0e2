import { ANSWERED_RUN_STATES, FINAL_RUN_STATES, type RunSummary } from '@fleetscope/contracts';
import { memo } from 'react';
import { StepDots } from '../../components/step-dots';
import { UseGlyph } from '../../components/use-glyph';
import { cellsOf, COLUMNS, USE_ASPECTS, worstOf, type MatrixCell } from './matrix';
import { runStateShort, runStateWords } from './words';
import css from './matrix.module.css';

interface Props {
  run: RunSummary;
  /** 1-based row of the whole grid; the header is row 1. */
  rowIndex: number;
  top: number;
  isSelected: boolean;
  /** Column that holds the tab stop, when it is in this row. */
  activeColumn: number | null;
  selectedColumn: string | null;
}

/** One host. Clicks and keys are handled by the grid: a thousand rows need no thousand handlers. */
export const MatrixRow = memo(({ run, rowIndex, top, isSelected, activeColumn, selectedColumn }: Props) => {
  const hasAnswered = ANSWERED_RUN_STATES.has(run.state);
  // One that was cancelled may have told something before: that is shown, with how it ended beside its name.
  const isLost = FINAL_RUN_STATES.has(run.state) && !hasAnswered && run.use.length === 0;
  const worst = isLost ? null : worstOf(run);
  const tab = (column: number): number => (activeColumn === column ? 0 : -1);
  return (
    <div
      className={css.row}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      data-run={run.id}
      data-host={run.host}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div
        className={css.host}
        role="rowheader"
        tabIndex={tab(0)}
        data-column={0}
        aria-label={`${run.host}, class ${run.hostClass}, ${runStateWords[run.state]}`}
      >
        <span className={css.name}>{run.host}</span>
        <small>{run.hostClass}</small>
        {run.state !== 'succeeded' && !isLost && (
          <small className={FINAL_RUN_STATES.has(run.state) ? css.partial : css.progress}>
            {runStateShort[run.state]}
          </small>
        )}
      </div>
      {isLost ? (
        <div className={css.lost} role="gridcell" tabIndex={tab(1)} data-column={1} aria-colspan={COLUMNS.length}>
          <UseGlyph state="unknown" />
          {!run.reason?.startsWith(run.state) && <b>{runStateShort[run.state]}</b>}
          <span title={run.reason ?? undefined}>{run.reason ?? 'no reason was given'}</span>
        </div>
      ) : (
        <Cells run={run} tab={tab} selectedColumn={isSelected ? selectedColumn : null} />
      )}
      <div
        className={css.odd}
        role="gridcell"
        aria-label={run.oddness === null ? 'Oddness unknown' : `Oddness ${Math.round(run.oddness * 100)} of 100`}
      >
        {run.oddness !== null && (
          <>
            <b style={{ width: `${Math.round(run.oddness * 28)}px` }} />
            {Math.round(run.oddness * 100)}
          </>
        )}
      </div>
      {worst && (
        <em className={`${css.worst} ${worst.state === 'crit' ? 'crit' : 'warn'}`} aria-hidden="true">
          {worst.label}
        </em>
      )}
      <div className={css.steps} role="gridcell">
        {!isLost && <StepDots steps={run.steps} />}
      </div>
    </div>
  );
});
MatrixRow.displayName = 'MatrixRow';

const Cells = ({
  run,
  tab,
  selectedColumn,
}: {
  run: RunSummary;
  tab: (column: number) => number;
  selectedColumn: string | null;
}) => {
  const cells = cellsOf(run);
  return COLUMNS.map((column, i) => {
    const cell = cells.get(column.id);
    return (
      cell && (
        <div
          key={column.id}
          className={css.cell}
          role="gridcell"
          tabIndex={tab(i + 1)}
          data-column={i + 1}
          aria-label={cell.words}
          aria-selected={selectedColumn === column.id}
          title={cell.words}
        >
          <Glyphs cell={cell} />
        </div>
      )
    );
  });
};

const Glyphs = ({ cell }: { cell: MatrixCell }) => (
  <>
    <span className={css.use}>
      {USE_ASPECTS.map((aspect) => (
        <UseGlyph key={aspect} state={cell.states[aspect]} aspect={aspect} />
      ))}
    </span>
    {cell.worst && <em className={cell.worst.state === 'crit' ? 'crit' : 'warn'}>{cell.worst.label}</em>}
  </>
);
