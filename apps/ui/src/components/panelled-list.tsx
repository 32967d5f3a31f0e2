import { type ReactNode } from 'react';
import { type Column, DataTable } from './data-table';
import { visibleText } from './visible-text';
import css from './room.module.css';

interface Props<Row> {
  label: string;
  /** What its first column is called: names that open the panel. */
  title: string;
  columns: readonly Column<Row>[];
  /** Undefined while they are read. */
  rows: readonly Row[] | undefined;
  nameOf(row: Row): string;
  /** What it is for and what to do, while there is none. */
  empty: ReactNode;
  open: string | undefined;
  show(name: string): void;
  panel(row: Row): ReactNode;
}

/** A list whose rows have names, and the panel of the one that is open. */
export const PanelledList = <Row,>({ label, title, columns, rows, nameOf, empty, open, show, panel }: Props<Row>) => {
  const chosen = rows?.find((row) => nameOf(row) === open);
  const names: Column<Row> = {
    id: 'name',
    title,
    value: nameOf,
    render: (row) => (
      <button type="button" className="link" data-row-focus onClick={() => show(nameOf(row))}>
        {visibleText(nameOf(row))}
      </button>
    ),
  };
  return (
    <div className={css.split} data-panel={chosen ? 'open' : 'closed'}>
      <main className={css.body} aria-busy={rows === undefined}>
        {rows?.length === 0 ? (
          <p className={css.words}>{empty}</p>
        ) : (
          <DataTable
            label={label}
            columns={[names, ...columns]}
            rows={rows ?? []}
            keyOf={nameOf}
            sort={{ by: 'name', down: false }}
            maxHeight="100%"
            isSelected={(row) => nameOf(row) === open}
            empty="Reading …"
          />
        )}
      </main>
      {chosen && panel(chosen)}
    </div>
  );
};
