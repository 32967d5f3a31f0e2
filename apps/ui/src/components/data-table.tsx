import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { sortRows, type Sort } from './sort-rows';
import css from './data-table.module.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** What rows are sorted by; null comes last whichever way. */
  value(row: Row): string | number | null;
  render?(row: Row): ReactNode;
  readonly isNumber?: boolean;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string | number;
  /** Sorted by this to begin with. */
  sort: Sort;
  maxHeight: number | string;
  isSelected?(row: Row): boolean;
  empty?: string;
}

const ROW = 27;

/** A table that can be sorted and holds a hundred thousand rows: only those in sight are drawn. */
export const DataTable = <Row,>({
  label,
  columns,
  rows,
  keyOf,
  sort: first,
  maxHeight,
  isSelected,
  empty,
}: Props<Row>) => {
  const [sort, setSort] = useState(first);
  const column = columns.find(({ id }) => id === sort.by);
  const sorted = useMemo(() => (column ? sortRows(rows, column.value, sort.down) : rows), [rows, column, sort.down]);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
    initialRect: { width: 800, height: 600 },
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div ref={box} className={css.box} style={{ maxHeight }} tabIndex={0} role="region" aria-label={label}>
      <table className={css.table} aria-rowcount={sorted.length + 1}>
        <thead>
          <tr>
            {columns.map(({ id, title, isNumber }) => (
              <th
                key={id}
                scope="col"
                className={isNumber ? css.number : undefined}
                aria-sort={sort.by === id ? (sort.down ? 'descending' : 'ascending') : undefined}
              >
                <button
                  type="button"
                  onClick={() => setSort({ by: id, down: sort.by === id ? !sort.down : isNumber === true })}
                >
                  {title}
                  {sort.by === id && <span aria-hidden="true">{sort.down ? ' ↓' : ' ↑'}</span>}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Gap height={before} columns={columns.length} />}
          {items.map(({ index }) => {
            const row = sorted[index];
            if (row === undefined) return null;
            return (
              <tr key={keyOf(row)} aria-rowindex={index + 2} aria-selected={isSelected?.(row) ? true : undefined}>
                {columns.map((one) => (
                  <td key={one.id} className={one.isNumber ? css.number : undefined}>
                    {one.render ? one.render(row) : (one.value(row) ?? '–')}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <Gap height={after} columns={columns.length} />}
        </tbody>
      </table>
      {sorted.length === 0 && <p className={css.empty}>{empty ?? 'There are no rows.'}</p>}
    </div>
  );
};

/** Stands for the rows out of sight. */
const Gap = ({ height, columns }: { height: number; columns: number }) => (
  <tr aria-hidden="true">
    <td className={css.pad} colSpan={columns} style={{ height }} />
  </tr>
);
