import type { CellValue, Observation } from '@fleetscope/contracts';
import type { RecordTable } from './record-table';

/** The table's records from `from` on as an observation; its rows and their lines are made when somebody asks. */
export const recordObservation = (name: string, table: RecordTable, from: number): Observation => {
  const { count } = table;
  const places = (): number[] => Array.from({ length: count - from }, (_, i) => table.place(from + i));
  let rows: CellValue[][] | null = null;
  let lines: number[] | null = null;
  return {
    kind: 'table',
    name,
    columns: [...table.layout.columns],
    get rows() {
      return (rows ??= places().map((at) => table.layout.columns.map((_, column) => table.get(at, column))));
    },
    get lines() {
      return (lines ??= places().map((at) => table.line(at)));
    },
  };
};
