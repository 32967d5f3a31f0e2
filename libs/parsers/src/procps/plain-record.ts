import type { LineBlock } from '../core/line-block';
import type { RecordTable } from '../core/record-table';
import { scanner } from '../core/word-scanner';

const BLANK = 32;
const MINUS = 45;

/**
 * Reads the scanned words into the cells of a new record: names and plain numbers, `-` for none, and whatever stands behind
 * the last column's word with it. False when the line needs more.
 */
export const plainRecord = (block: LineBlock, table: RecordTable, minusIsName = false): boolean => {
  const { starts, ends, values, count } = scanner;
  const { bytes } = block;
  const { named } = table.layout;
  const columns = named.length;
  if (count < columns) return false;
  for (let word = columns; word < count; word++) {
    const end = ends[word - 1] ?? 0;
    if (starts[word] !== end + 1 || bytes[end] !== BLANK) return false;
  }
  if (count > columns && !named[columns - 1]) return false;
  table.begin(block.line, null, 0);
  const { cells, at } = table;
  for (let i = 0; i < columns; i++) {
    const from = starts[i] ?? 0;
    const to = ends[i === columns - 1 ? count - 1 : i] ?? 0;
    const isMinus = to - from === 1 && bytes[from] === MINUS;
    let value = values[i] ?? Number.NaN;
    if (named[i]) value = isMinus && !minusIsName ? Number.NaN : table.names.idAt(bytes, from, to, block.slice);
    else if (value !== value && !isMinus) return false;
    cells[at + i] = value;
  }
  return true;
};
