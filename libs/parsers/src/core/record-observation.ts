import type { CellValue, Observation } from '@fleetscope/contracts';
import type { RecordTable } from './record-table';

/** Another table than the records are: its columns, and what is under them of the record that begins at `at`. */
export interface View {
  readonly columns: readonly string[];
  readonly cells: (at: number) => CellValue[];
}

const asPrinted = (table: RecordTable): View => ({
  columns: table.layout.columns,
  cells: (at) => table.layout.columns.map((_, column) => table.get(at, column)),
});

/** The table's records from `from` on as an observation; its rows and their lines are made when somebody asks. */
export const recordObservation = (
  name: string,
  table: RecordTable,
  from: number,
  { columns, cells }: View = asPrinted(table),
): Observation => {
  const { count } = table;
  const places = (): number[] => Array.from({ length: count - from }, (_, i) => table.place(from + i));
  let rows: CellValue[][] | null = null;
  let lines: number[] | null = null;
  return {
    kind: 'table',
    name,
    columns: [...columns],
    get rows() {
      return (rows ??= places().map(cells));
    },
    get lines() {
      return (lines ??= places().map((at) => table.line(at)));
    },
  };
};
