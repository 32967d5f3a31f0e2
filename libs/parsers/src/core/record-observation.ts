import type { CellValue, Observation } from '@fleetscope/contracts';
import type { RecordTable } from './record-table';

/** The table's records from `from` on as an observation; its rows are made when somebody asks. */
export const recordObservation = (name: string, table: RecordTable, from: number): Observation => {
  const places = Array.from({ length: table.count - from }, (_, i) => table.place(from + i));
  let rows: CellValue[][] | null = null;
  return {
    kind: 'table',
    name,
    columns: [...table.layout.columns],
    get rows() {
      return (rows ??= places.map((at) => table.layout.columns.map((_, column) => table.get(at, column))));
    },
    lines: places.map((at) => table.line(at)),
  };
};
