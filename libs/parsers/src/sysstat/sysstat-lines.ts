import { KnownBytes } from '../core/known-bytes';
import type { LineBlock } from '../core/line-block';
import { wordEnd } from '../core/byte-words';
import { readRecord } from '../core/record-reader';
import { NAME, type RecordTable } from '../core/record-table';
import { scanner } from '../core/word-scanner';
import { CLOCK_WIDTHS, epochAt, secondsAt } from './plain-clock';
import type { SysstatReader } from './sysstat-reader';
import { AVERAGE } from './sysstat-table';

const RETURN = 13;
const BLANK = 32;
const HASH = 35;
const TAB = 9;
const NEWLINE = 10;
const COLON = 58;
/** Tables of one report and their averages; texts that were put together of many may have more. */
const MAX_KNOWN = 16;

/** A line that came before, behind a clock of `width` bytes; `again` tells whether it means the same this time. */
interface Again {
  readonly line: KnownBytes;
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
      if (newline === -1) newline = this.row(block, clockWords);
      if (newline === -1) {
        newline = block.scan();
        if (newline === -1 || (scanner.count > 0 && !this.heading(block, newline, clockWords))) return;
      }
      block.next(newline);
    }
  }

  private knownLine(block: LineBlock, clockWords: number): number {
    const first = block.bytes[block.at] ?? 0;
    const width = first >= 48 && first <= 57 ? (CLOCK_WIDTHS[clockWords] ?? 0) : 0;
    for (const known of this.known) {
      if (known.width !== width) continue;
      const at = block.at + width;
      if (!known.line.isAt(block.view, at)) continue;
      const newline = at + known.line.length - 1;
      const seconds = width > 0 ? secondsAt(block.bytes, block.at, clockWords) : 0;
      return seconds >= 0 && known.again(block.line, seconds) ? newline : -1;
    }
    return -1;
  }

  /** Reads a row, and gives the position of its newline; -1 when the line is none, or needs more. */
  private row(block: LineBlock, clockWords: number): number {
    const { table, clockless, averageWords } = this.reader;
    const { bytes } = block;
    let first = block.at;
    while (isBlank(bytes[first])) first++;
    if (!table || bytes[first] === NEWLINE) return -1;
    if (clockless) return this.clocklessRow(block, table, first);
    if (clockWords === 0) return -1;
    const width = CLOCK_WIDTHS[clockWords] ?? 0;
    const seconds = isBlank(bytes[first + width]) ? secondsAt(bytes, first, clockWords) : -1;
    if (seconds >= 0) return this.cells(block, table, first + width, seconds);
    const label = isLetter(bytes[first]) && (averageWords ?? 1) === 1 ? wordEnd(block.view, first) : first;
    if (label === first || bytes[label - 1] !== COLON) return -1;
    const newline = this.begin(block, table, label);
    if (newline === -1) return -1;
    this.reader.clock.restart();
    return this.end(table, null, AVERAGE, newline);
  }

  /** A row under `# Time`: its clock is epoch seconds or one word, and a number follows it. */
  private clocklessRow(block: LineBlock, table: RecordTable, first: number): number {
    const { bytes } = block;
    // Where a name follows, its first words may belong to the clock.
    if (table.layout.kinds[0] === NAME) return -1;
    const epoch = epochAt(bytes, first);
    const width = CLOCK_WIDTHS[1] ?? 0;
    if (epoch === -1) {
      const seconds = isBlank(bytes[first + width]) ? secondsAt(bytes, first, 1) : -1;
      return seconds === -1 ? -1 : this.cells(block, table, first + width, seconds);
    }
    const newline = this.begin(block, table, wordEnd(block.view, first));
    return newline === -1 || Number.isNaN(table.cells[table.at]) ? -1 : this.end(table, epoch * 1000, 0, newline);
  }

  private begin(block: LineBlock, table: RecordTable, from: number): number {
    table.begin(block.line, null, 0, block);
    return readRecord(block, from, table, this.reader.numbers.mark);
  }

  /** A row behind its clock. The state of the clock changes with a row, so the cells are read first. */
  private cells(block: LineBlock, table: RecordTable, from: number, seconds: number): number {
    const { reader } = this;
    const newline = this.begin(block, table, from);
    if (newline === -1 || (reader.clockless && Number.isNaN(table.cells[table.at]))) return -1;
    return this.end(table, reader.clock.end(seconds), 0, newline);
  }

  private end(table: RecordTable, time: number | null, note: number, newline: number): number {
    table.stamp(time, note);
    this.reader.record(table);
    return newline;
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
    if (isLetter(bytes[starts[0] ?? 0]) && bytes[(ends[0] ?? 1) - 1] === COLON) {
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
      this.known.push({ line: new KnownBytes(block, block.at + width, newline + 1), width, again });
    const clockWords = CLOCK_WIDTHS.indexOf(width);
    return again(block.line, width > 0 ? secondsAt(block.bytes, block.at, clockWords) : 0);
  }

  /** The second of the day that the scanned words begin with; -1 when they are no plain clock. */
  private seconds(bytes: Uint8Array, clockWords: number): number {
    const { starts, ends, count } = scanner;
    const at = starts[0] ?? 0;
    if (count <= clockWords || (ends[clockWords - 1] ?? 0) - at !== CLOCK_WIDTHS[clockWords]) return -1;
    return secondsAt(bytes, at, clockWords);
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

const isBlank = (code: number | undefined): boolean => code === BLANK || code === TAB;

const isLetter = (code: number | undefined): boolean => {
  const lower = (code ?? 0) | 32;
  return lower >= 97 && lower <= 122;
};
