import { KnownLine } from '../core/known-line';
import type { LineBlock } from '../core/line-block';
import type { RecordTable } from '../core/record-table';
import { scanner } from '../core/word-scanner';
import { CLOCK_WIDTHS, secondsAt } from './plain-clock';
import type { SysstatReader } from './sysstat-reader';
import { AVERAGE, NAME, NUMERIC_NAME, RATE, type SysstatLayout } from './sysstat-table';

const RETURN = 13;
const BLANK = 32;
const HASH = 35;
const MINUS = 45;
const COLON = 58;
const EPOCH_DIGITS = 10;
/** Tables of one report and their averages; texts that were put together of many may have more. */
const MAX_KNOWN = 16;

/** A line that came before, behind a clock of `width` bytes; `again` tells whether it means the same this time. */
interface Again {
  readonly line: KnownLine;
  readonly width: number;
  readonly again: (line: number, seconds: number) => boolean;
}

/**
 * The plain lines of a sysstat text, read from its bytes: rows with a clock of `09:13:47`, `09:13:47 AM` or epoch seconds,
 * rows of averages, headings and a banner that were there before. Any other line is left to the reader.
 */
export class SysstatLines {
  private readonly known: Again[] = [];

  constructor(private readonly reader: SysstatReader) {}

  read(block: LineBlock): void {
    const { reader } = this;
    const clockWords = reader.clock.isPlain ? reader.clock.length : 0;
    while (block.at < block.end) {
      let newline = this.knownLine(block, clockWords);
      if (newline === -1) {
        newline = block.scan(reader.numbers.mark);
        if (newline === -1) return;
        if (scanner.count > 0 && !this.row(block, clockWords) && !this.heading(block, newline, clockWords)) return;
      }
      block.next(newline);
    }
  }

  private knownLine(block: LineBlock, clockWords: number): number {
    const first = block.bytes[block.at] ?? 0;
    const width = first >= 48 && first <= 57 ? (CLOCK_WIDTHS[clockWords] ?? 0) : 0;
    for (const known of this.known) {
      if (known.width !== width) continue;
      const newline = known.line.newline(block, block.at + width);
      if (newline === -1) continue;
      const seconds = width > 0 ? secondsAt(block.bytes, block.at, clockWords) : 0;
      return seconds >= 0 && known.again(block.line, seconds) ? newline : -1;
    }
    return -1;
  }

  private row(block: LineBlock, clockWords: number): boolean {
    const { table, clock, clockless, averageWords } = this.reader;
    if (!table) return false;
    if (clockless) {
      const epoch = this.epoch();
      const seconds = epoch === -1 && isKnown(scanner.values[1]) ? this.seconds(block.bytes, 1) : -1;
      if ((epoch === -1 && seconds === -1) || !this.cells(block, table, 1)) return false;
      return this.end(table, epoch === -1 ? clock.end(seconds) : epoch, 0);
    }
    if (clockWords === 0) return false;
    const seconds = this.seconds(block.bytes, clockWords);
    // The state of the clock changes with a row, so the cells are read first.
    if (seconds >= 0) return this.cells(block, table, clockWords) && this.end(table, clock.end(seconds), 0);
    if (!isLabel(block.bytes) || (averageWords ?? 1) !== 1 || !this.cells(block, table, 1)) return false;
    clock.restart();
    return this.end(table, null, AVERAGE);
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
    if (count <= clockWords || (ends[clockWords - 1] ?? 0) - at !== CLOCK_WIDTHS[clockWords]) return -1;
    return secondsAt(bytes, at, clockWords);
  }

  /** Reads the words behind the first `lead` into the cells of a new record; false when they don't fit the table. */
  private cells(block: LineBlock, table: RecordTable, lead: number): boolean {
    const { starts, ends, values, count } = scanner;
    const layout = table.layout as SysstatLayout;
    const kinds = layout.cells;
    const columns = kinds.length;
    const { bytes } = block;
    if (count - lead < columns) return false;
    const spread = count - lead > columns;
    if (spread && !(layout.lastMayHoldBlanks && singleBlanks(bytes, lead + columns, count))) return false;
    table.begin(block.line, null, 0);
    const { cells, at } = table;
    for (let i = 0; i < columns; i++) {
      const word = lead + i;
      const kind = kinds[i];
      const from = starts[word] ?? 0;
      const to = ends[spread && i === columns - 1 ? count - 1 : word] ?? 0;
      let value = values[word] ?? Number.NaN;
      if (kind === NAME) {
        const isNone = to - from === 1 && bytes[from] === MINUS;
        value = isNone ? Number.NaN : table.names.idAt(bytes, from, to, block.slice);
      } else if (value !== value) {
        if (bytes[from] !== MINUS || to - from !== 1) return false;
      } else if (value === -1 && kind === RATE) value = Number.NaN;
      else if (kind === NUMERIC_NAME && spread && i === columns - 1) return false;
      cells[at + i] = value;
    }
    return true;
  }

  private end(table: RecordTable, time: number | null, note: number): boolean {
    table.stamp(time, note);
    this.reader.record(table);
    return true;
  }

  /** A heading or a banner that was read as text before. */
  private heading(block: LineBlock, newline: number, clockWords: number): boolean {
    const { reader } = this;
    const { bytes } = block;
    const { starts, ends } = scanner;
    const begin = (table: RecordTable, line: number, clockless: boolean): true => {
      reader.begin(table, line, clockless);
      return true;
    };
    if (bytes[block.at] === HASH) {
      const table = block.equals(starts[1] ?? 0, ends[1] ?? 0, 'Time') ? this.tableOf(block, 2) : undefined;
      return table !== undefined && this.learn(block, newline, 0, (line) => begin(table, line, true));
    }
    if (isLabel(bytes)) {
      const table = this.tableOf(block, 1);
      const again = (line: number): boolean => {
        reader.averageWords = 1;
        return table !== undefined && begin(table, line, false);
      };
      return table !== undefined && this.learn(block, newline, 0, again);
    }
    if (clockWords > 0 && starts[0] === block.at && this.seconds(bytes, clockWords) >= 0) {
      const table = this.tableOf(block, clockWords);
      const again = (line: number, seconds: number): boolean => {
        reader.clock.begin(seconds);
        reader.averageWords = null;
        return table !== undefined && begin(table, line, false);
      };
      return table !== undefined && this.learn(block, newline, CLOCK_WIDTHS[clockWords] ?? 0, again);
    }
    const banner = reader.lastBanner;
    const end = bytes[newline - 1] === RETURN ? newline - 1 : newline;
    if (banner === '' || !block.equals(block.at, end, banner)) return false;
    return this.learn(block, newline, 0, () => {
      // Another banner in between has set another date.
      if (reader.lastBanner !== banner) return false;
      reader.clock.restart();
      return true;
    });
  }

  /** Takes a line for the first time by its bytes, and knows it from now on. */
  private learn(block: LineBlock, newline: number, width: number, again: Again['again']): boolean {
    if (this.known.length < MAX_KNOWN)
      this.known.push({ line: new KnownLine(block, block.at + width, newline), width, again });
    const clockWords = CLOCK_WIDTHS.indexOf(width);
    return again(block.line, width > 0 ? secondsAt(block.bytes, block.at, clockWords) : 0);
  }

  /** The table that the words behind the first `lead` head, if the text had it before. */
  private tableOf(block: LineBlock, lead: number): RecordTable | undefined {
    const { starts, ends, count } = scanner;
    return this.reader.tables.all.find(
      ({ layout: { columns } }) =>
        columns.length === count - lead &&
        columns.every((column, i) => block.equals(starts[lead + i] ?? 0, ends[lead + i] ?? 0, column)),
    );
  }
}

const isKnown = (value: number | undefined): boolean => value !== undefined && value === value;

/** A word such as `Average:`. */
const isLabel = (bytes: Uint8Array): boolean => {
  const first = (bytes[scanner.starts[0] ?? 0] ?? 0) | 32;
  return first >= 97 && first <= 122 && bytes[(scanner.ends[0] ?? 1) - 1] === COLON;
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
