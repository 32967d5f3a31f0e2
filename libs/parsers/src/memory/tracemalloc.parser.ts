import { words } from '../core/line-splitter';
import { isInteger, NumberReader, sizeOfSuffix, tidy } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';
import { ObservedTable } from '../tables/observed-table';

const MAX_FRAMES = 512;
const COLUMNS = ['file', 'line', 'size', 'count', 'size difference', 'stack'];

/** `807 KiB`, `+299 KiB`, `-64 B`: bytes. */
const sizeOf = (text: string, reader: NumberReader): number | null => {
  const [word = '', unit = 'B'] = words(text);
  const number = reader.number(word);
  const size = sizeOfSuffix(unit);
  return number === null || size === null ? null : tidy(number * size);
};

/** A value and, in brackets behind it, the difference to an earlier snapshot. */
const withDifference = (text: string): [string, string | null] => {
  const open = text.indexOf(' (');
  return open === -1 || !text.endsWith(')') ? [text, null] : [text.slice(0, open), text.slice(open + 2, -1)];
};

/** The statistics of Python's tracemalloc as `print` shows them, with the lines of a traceback below or not. */
class TracemallocParser implements LineParser {
  recognised = false;
  private row: MutableRow | null = null;
  private from = 0;
  private frames: string[] = [];
  private readonly table: ObservedTable;
  private readonly reader = new NumberReader('.');

  constructor(private readonly sink: Sink) {
    this.table = new ObservedTable(sink, 'memory-leaks', COLUMNS);
  }

  line(text: string, line: number): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    const at = trimmed.lastIndexOf(': size=');
    if (at > 0 && !text.startsWith(' ')) this.begin(trimmed.slice(0, at), trimmed.slice(at + 2), text, line);
    else if (!this.row) this.sink.issue(line, text, 'line before any statistic');
    // Under each frame stands its source.
    else if (trimmed.startsWith('File "')) this.frame(trimmed);
    else if (!text.startsWith('    ')) this.sink.issue(line, text, 'neither a statistic nor a frame');
  }

  private begin(place: string, statistics: string, text: string, line: number): void {
    this.flush();
    const colon = place.lastIndexOf(':');
    const number = place.slice(colon + 1);
    if (colon < 1 || !isInteger(number)) {
      this.sink.issue(line, text, 'a statistic without its place');
      return;
    }
    const row = newRow();
    row.file = place.slice(0, colon);
    row.line = Number(number);
    for (const part of statistics.split(', ')) this.value(row, part, text, line);
    this.recognised = true;
    this.row = row;
    this.from = line;
  }

  private value(row: MutableRow, part: string, text: string, line: number): void {
    const equals = part.indexOf('=');
    const key = part.slice(0, equals);
    const [value, difference] = withDifference(part.slice(equals + 1));
    const read = (of: string): number | null => (key === 'count' ? this.reader.number(of) : sizeOf(of, this.reader));
    if (!['size', 'count', 'average'].includes(key) || read(value) === null) {
      this.sink.issue(line, text, `no value of a statistic: ${part.slice(0, 40)}`);
      return;
    }
    row[key] = read(value);
    if (difference !== null) row[`${key} difference`] = read(difference);
  }

  /** `File "app.py", line 3` */
  private frame(text: string): void {
    const close = text.lastIndexOf('", line ');
    if (close === -1 || this.frames.length >= MAX_FRAMES) return;
    this.frames.push(`${text.slice(6, close)}:${text.slice(close + 8)}`.replaceAll(';', ':'));
  }

  private flush(): void {
    const { row } = this;
    if (!row) return;
    this.row = null;
    // format() prints the oldest frame first.
    const stack = this.frames.length === 0 ? null : this.frames.join(';');
    this.frames = [];
    if (stack !== null) row.stack = stack;
    this.sink.row(row);
    const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
    this.table.add(
      [String(row.file), number(row.line), number(row.size), number(row.count), number(row['size difference']), stack],
      this.from,
    );
  }

  end(): void {
    this.flush();
    this.table.end();
  }
}

export const tracemallocParser: ParserDefinition = {
  id: 'tracemalloc',
  title: 'Memory of a Python program by the line that asked for it',
  tools: ['tracemalloc'],
  expects: 'lines such as `app.py:3: size=807 KiB, count=801, average=1032 B`',
  fields: {
    'size average': 'bytes, to the digits printed',
    'size difference': 'against the earlier snapshot, of compare_to()',
    line: '0 where statistics are by file',
    stack: 'frames root first, of statistics by traceback',
  },
  likelihood: (head) => (head.some((line) => line.includes(': size=') && line.includes(', count=')) ? 0.95 : 0),
  create: (sink) => new TracemallocParser(sink),
};
