import type { LineBlock } from '../core/line-block';
import type { RecordTable } from '../core/record-table';
import { scanner } from '../core/word-scanner';
import type { SysstatReader } from './sysstat-reader';
import { AVERAGE, NAME, NUMERIC_NAME, RATE, type SysstatLayout } from './sysstat-table';

const COLON = 58;
const MINUS = 45;
const BLANK = 32;
const EPOCH_DIGITS = 10;
const MORNING = 65;
const AFTERNOON = 80;
const HALF = 12;
const HASH = 35;

/**
 * The plain lines of a sysstat text, read from its bytes: rows with a clock of `09:13:47`, `09:13:47 AM` or epoch seconds,
 * rows of averages, headings and a banner that were there before. Any other line is left to the reader.
 */
export class SysstatLines {
  constructor(private readonly reader: SysstatReader) {}

  read(block: LineBlock): void {
    const { reader } = this;
    const clockWords = reader.clock.isPlain ? reader.clock.length : 0;
    while (block.at < block.end) {
      const newline = block.scan(reader.numbers.mark);
      if (newline === -1) return;
      if (scanner.count > 0 && !this.line(block, newline, clockWords)) return;
      block.next(newline);
    }
  }

  private line(block: LineBlock, newline: number, clockWords: number): boolean {
    const { table, clock, clockless, averageWords } = this.reader;
    if (!table) return false;
    if (clockless) {
      const epoch = this.epoch();
      const seconds = epoch === -1 && isKnown(scanner.values[1]) ? this.seconds(block.bytes, 1) : -1;
      if ((epoch !== -1 || seconds !== -1) && this.cells(block, table, 1))
        return this.end(table, epoch === -1 ? clock.end(seconds) : epoch, 0);
    } else if (clockWords > 0) {
      const seconds = this.seconds(block.bytes, clockWords);
      // The state of the clock changes with a row, so the cells are read first.
      if (seconds >= 0 && this.cells(block, table, clockWords)) return this.end(table, clock.end(seconds), 0);
      if (this.isLabel(block.bytes) && (averageWords ?? 1) === 1 && this.cells(block, table, 1)) {
        clock.restart();
        return this.end(table, null, AVERAGE);
      }
    }
    return this.heading(block, newline, clockWords);
  }

  /** Epoch milliseconds where the first word is ten digits and the second is a number; -1 otherwise. */
  private epoch(): number {
    const { starts, ends, values, count } = scanner;
    const digits = (ends[0] ?? 0) - (starts[0] ?? 0);
    const first = values[0] ?? Number.NaN;
    return count > 1 && digits === EPOCH_DIGITS && Number.isInteger(first) && isKnown(values[1]) ? first * 1000 : -1;
  }

  /** The second of the day that the first words say; -1 when they are no plain clock. */
  private seconds(bytes: Uint8Array, clockWords: number): number {
    const { starts, ends, count } = scanner;
    const at = starts[0] ?? 0;
    if ((ends[0] ?? 0) - at !== 8 || count <= clockWords) return -1;
    if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return -1;
    let hours = pair(bytes, at);
    const minutes = pair(bytes, at + 3);
    const seconds = pair(bytes, at + 6);
    if (hours < 0 || minutes < 0 || seconds < 0 || hours > 24 || minutes > 59 || seconds > 60) return -1;
    if (clockWords === 2) {
      const half = starts[1] ?? 0;
      if ((ends[1] ?? 0) - half !== 2 || bytes[half + 1] !== 77) return -1;
      if (bytes[half] === AFTERNOON) hours += hours < HALF ? HALF : 0;
      else if (bytes[half] === MORNING) hours = hours === HALF ? 0 : hours;
      else return -1;
    }
    return hours * 3600 + minutes * 60 + seconds;
  }

  /** A word such as `Average:`. */
  private isLabel(bytes: Uint8Array): boolean {
    const first = bytes[scanner.starts[0] ?? 0] ?? 0;
    return (
      bytes[(scanner.ends[0] ?? 1) - 1] === COLON && ((first >= 65 && first <= 90) || (first >= 97 && first <= 122))
    );
  }

  /** Reads the words behind the first `lead` into the cells of a new record; false when they don't fit the table. */
  private cells(block: LineBlock, table: RecordTable, lead: number): boolean {
    const { starts, ends, values, count } = scanner;
    const layout = table.layout as SysstatLayout;
    const kinds = layout.cells;
    const columns = kinds.length;
    const { bytes } = block;
    if (count - lead < columns) return false;
    let lastEnd = ends[lead + columns - 1] ?? 0;
    if (count - lead > columns) {
      lastEnd = ends[count - 1] ?? 0;
      if (!layout.lastMayHoldBlanks || !singleBlanks(bytes, lead + columns, count)) return false;
    }
    table.begin(block.line, null, 0);
    const { cells, at } = table;
    for (let i = 0; i < columns; i++) {
      const word = lead + i;
      const kind = kinds[i];
      let value = values[word] ?? Number.NaN;
      const from = starts[word] ?? 0;
      if (kind === NAME) {
        const to = i === columns - 1 ? lastEnd : (ends[word] ?? 0);
        const isNone = to - from === 1 && bytes[from] === MINUS;
        value = isNone ? Number.NaN : table.names.idAt(bytes, from, to, block.slice);
      } else if (value !== value) {
        if (bytes[from] !== MINUS || (ends[word] ?? 0) - from !== 1) return false;
      } else if (value === -1 && kind === RATE) value = Number.NaN;
      else if (kind === NUMERIC_NAME && i === columns - 1 && count - lead > columns) return false;
      cells[at + i] = value;
    }
    return true;
  }

  private end(table: RecordTable, time: number | null, note: number): boolean {
    table.stamp(time, note);
    this.reader.record(table);
    return true;
  }

  /** A heading or a banner that the text had before. */
  private heading(block: LineBlock, newline: number, clockWords: number): boolean {
    const { reader } = this;
    const { bytes } = block;
    const first = bytes[scanner.starts[0] ?? 0];
    if (first === HASH) {
      const isTime = block.equals(scanner.starts[1] ?? 0, scanner.ends[1] ?? 0, 'Time');
      return isTime && bytes[block.at] === HASH && this.known(block, 2, true);
    }
    if (this.isLabel(bytes)) {
      if (!this.known(block, 1, false)) return false;
      reader.averageWords = 1;
      return true;
    }
    const seconds = clockWords > 0 ? this.seconds(bytes, clockWords) : -1;
    if (seconds >= 0) {
      if (!this.known(block, clockWords, false)) return false;
      reader.clock.begin(seconds);
      reader.averageWords = null;
      return true;
    }
    const end = bytes[newline - 1] === 13 ? newline - 1 : newline;
    if (reader.lastBanner === '' || !block.equals(block.at, end, reader.lastBanner)) return false;
    reader.clock.restart();
    return true;
  }

  /** Whether the words behind the first `lead` head a table that is known, which begins again then. */
  private known(block: LineBlock, lead: number, clockless: boolean): boolean {
    const { starts, ends, count } = scanner;
    for (const table of this.reader.tables.all) {
      const { columns } = table.layout;
      if (columns.length !== count - lead) continue;
      let same = true;
      for (let i = 0; same && i < columns.length; i++)
        same = block.equals(starts[lead + i] ?? 0, ends[lead + i] ?? 0, columns[i] ?? '');
      if (!same) continue;
      this.reader.begin(table, block.line, clockless);
      return true;
    }
    return false;
  }
}

const isKnown = (value: number | undefined): boolean => value === value && value !== undefined;

/** Two digits; -1 when they are none. */
const pair = (bytes: Uint8Array, at: number): number => {
  const [tens, ones] = [(bytes[at] ?? 0) - 48, (bytes[at + 1] ?? 0) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
};

/** Whether single blanks part the words from `from` on: their text is what stands there. */
const singleBlanks = (bytes: Uint8Array, from: number, count: number): boolean => {
  const { starts, ends } = scanner;
  for (let word = from; word < count; word++) {
    const end = ends[word - 1] ?? 0;
    if (starts[word] !== end + 1 || bytes[end] !== BLANK) return false;
  }
  return true;
};
