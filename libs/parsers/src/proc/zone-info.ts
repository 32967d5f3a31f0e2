import { blanksEnd, lineEnd, wordEnd } from '../core/byte-words';
import { KnownBytes } from '../core/known-bytes';
import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import { NameTable } from '../core/name-table';
import { isInteger, MAX_DIGITS } from '../core/numbers';
import { LABEL, layoutOf, NUMBER, RecordTable, type RowMaker } from '../core/record-table';
import { newRow, type Place, type Sink } from '../core/sink';
import { type FileReader, placeOf, type ProcHost, type Snapshot } from './snapshot';

/** What is kept of a zone, in pages; the first value of a name counts. */
const MARKS = ['free', 'min', 'low', 'high', 'spanned', 'present', 'managed', 'nr_free_pages'] as const;
const COLUMNS = ['node', 'zone', ...MARKS];
const LAYOUT = layoutOf(COLUMNS, (column) => (column === 'zone' ? LABEL : NUMBER));
const NODE = COLUMNS.indexOf('node');
const ZONE = COLUMNS.indexOf('zone');
const FREE = COLUMNS.indexOf('free');
const MIN = COLUMNS.indexOf('min');
const LOW = COLUMNS.indexOf('low');
const MANAGED = COLUMNS.indexOf('managed');

/** `free` stands behind `pages`; the other marks by the length of their names, which tells most lines apart from them. */
const BY_LENGTH: readonly (readonly { name: string; column: number }[] | undefined)[] = Array.from(
  { length: 16 },
  (_, length) => {
    const names = MARKS.filter((name) => name !== 'free' && name.length === length);
    return names.length > 0 ? names.map((name) => ({ name, column: COLUMNS.indexOf(name) })) : undefined;
  },
);

/** Lines of words alone. */
const SECTIONS = ['per-node stats', 'pagesets'];
const PROTECTION = 'protection:';
/** `vm stats threshold: 24`. */
const MAX_WORDS = 4;
const NEWLINE = 10;
const BLANK = 32;
const COMMA = 44;

const makeRow: RowMaker = (table, at) => {
  const row = newRow();
  for (const [column, name] of COLUMNS.entries()) {
    const cell = table.get(at, column);
    if (cell !== null) row[name] = cell;
  }
  return row;
};

/** A line of a zone up to its number, and the column of the mark it holds. */
interface KnownLine {
  readonly start: KnownBytes;
  readonly column: number;
}

const NO_MARK = -1;
/** A zone of a host with a thousand CPUs has fewer lines. */
const MAX_KNOWN = 10_000;

/** The zones of /proc/zoneinfo, a record each. `whole` is called when the lines of one are over. */
export class ZoneTable {
  readonly table: RecordTable;
  private hasZone = false;
  private readonly orders = new Map<string, (KnownLine | null)[] | null>();
  /** The lines that this zone had in earlier readings (null: no number at its end), and which of them is expected next. */
  private order: (KnownLine | null)[] | null = null;
  private next = 0;
  private read: KnownLine | null = null;

  constructor(
    names: NameTable,
    private readonly whole: (table: RecordTable) => void,
  ) {
    this.table = new RecordTable(LAYOUT, names, makeRow);
  }

  /** Takes a line; false when it is none of this file. */
  line(text: string, line: number): boolean {
    const tokens = words(text);
    const [first = '', second = ''] = tokens;
    if (first === '') return true;
    if (first === 'Node') {
      const node = second.slice(0, -1);
      if (tokens.length !== 4 || !isInteger(node) || !second.endsWith(',') || tokens[2] !== 'zone') return false;
      this.begin(line, Number(node), this.table.names.idOf(tokens[3] ?? ''));
      return true;
    }
    if (!this.hasZone) return false;
    if (first === PROTECTION || SECTIONS.includes(tokens.join(' '))) return true;
    const last = tokens[tokens.length - 1] ?? '';
    if (tokens.length < 2 || tokens.length > MAX_WORDS || !isInteger(last)) return false;
    const isFree = tokens.length === 3 && first === 'pages' && second === 'free';
    const found = tokens.length === 2 ? BY_LENGTH[first.length]?.find(({ name }) => name === first) : undefined;
    if (isFree || found) this.mark(found?.column ?? FREE, Number(last));
    return true;
  }

  /** Reads plain lines as bytes. */
  block(block: LineBlock): void {
    while (block.at < block.end) {
      let newline = this.expected(block);
      if (newline === -1) {
        newline = this.plainLine(block);
        if (newline === -1 || newline - block.at > block.maxLineLength) return;
        if (this.next === this.order?.length && this.next < MAX_KNOWN) this.order.push(this.read);
      }
      this.next++;
      block.next(newline);
    }
  }

  /** The newline of the line at `block.at`, once it is taken, if it is the one that stood here in the zone's last reading. */
  private expected(block: LineBlock): number {
    const known = this.order?.[this.next];
    if (known?.start.isAt(block.view, block.at) !== true) return -1;
    const { bytes } = block;
    const first = block.at + known.start.length;
    let at = first;
    let value = 0;
    for (let digit = ((bytes[at] ?? 0) - 48) >>> 0; digit < 10; digit = ((bytes[++at] ?? 0) - 48) >>> 0)
      value = value * 10 + digit;
    if (at === first || at - first > MAX_DIGITS || bytes[at] !== NEWLINE) return -1;
    if (known.column !== NO_MARK) this.mark(known.column, value);
    return at;
  }

  end(): void {
    if (this.hasZone) this.whole(this.table);
    this.hasZone = false;
  }

  private begin(line: number, node: number, zone: number, block?: LineBlock): void {
    this.end();
    const { table } = this;
    table.begin(line, null, 0, block);
    const { cells, at } = table;
    cells.fill(Number.NaN, at, at + COLUMNS.length);
    cells[at + NODE] = node;
    cells[at + ZONE] = zone;
    this.hasZone = true;
    // Learnt from the second reading on: a single one, which is the rule, needs none of it.
    const key = `${node} ${zone}`;
    const order = this.orders.get(key);
    this.orders.set(key, order === undefined ? null : (order ?? []));
    this.order = this.orders.get(key) ?? null;
    this.next = 0;
  }

  private mark(column: number, value: number): void {
    const { cells, at } = this.table;
    const known = cells[at + column] ?? Number.NaN;
    if (known !== known) cells[at + column] = value;
  }

  /** The newline of the line at `block.at`, once it is taken; -1 when it has to be read as text. */
  private plainLine(block: LineBlock): number {
    const { bytes, view } = block;
    this.read = null;
    const first = blanksEnd(bytes, view, block.at);
    if (bytes[first] === NEWLINE) return first;
    const firstEnd = wordEnd(view, first);
    if (firstEnd - first === 4 && block.equals(first, firstEnd, 'Node')) return this.plainZone(block, firstEnd);
    if (!this.hasZone) return -1;
    let end = firstEnd;
    for (let count = 1; count <= MAX_WORDS; count++) {
      // Nearly always one blank, which is told sooner by itself.
      const from = bytes[end] === BLANK && (bytes[end + 1] ?? 0) > BLANK ? end + 1 : blanksEnd(bytes, view, end);
      if (from === end) return count < MAX_WORDS && bytes[end] === NEWLINE ? this.section(block, first, end) : -1;
      let value = 0;
      let at = from;
      let digit = ((bytes[at] ?? 0) - 48) >>> 0;
      while (digit < 10) {
        value = value * 10 + digit;
        digit = ((bytes[++at] ?? 0) - 48) >>> 0;
      }
      if (at > from) {
        if (at - from > MAX_DIGITS || count >= MAX_WORDS) return -1;
        const newline = bytes[at] === NEWLINE ? at : lineEnd(bytes, at);
        const mayBeMark = count > 1 || BY_LENGTH[firstEnd - first] !== undefined;
        if (newline === -1) return -1;
        const column = mayBeMark ? this.columnOf(block, first, firstEnd, end, count) : NO_MARK;
        if (column !== NO_MARK) this.mark(column, value);
        if (this.next === this.order?.length) this.read = { start: new KnownBytes(block, block.at, from), column };
        return newline;
      }
      if (count === 1 && block.equals(first, firstEnd, PROTECTION)) return block.newline();
      end = wordEnd(view, from);
      if (end === from) return -1;
    }
    return -1;
  }

  /** The column of a line of `count` words and a number behind them; the words stand from `first` to `end`. */
  private columnOf(block: LineBlock, first: number, firstEnd: number, end: number, count: number): number {
    if (count === 2) return block.equals(first, end, 'pages free') ? FREE : NO_MARK;
    const marks = count === 1 ? BY_LENGTH[firstEnd - first] : undefined;
    return marks?.find(({ name }) => block.equals(first, firstEnd, name))?.column ?? NO_MARK;
  }

  private section(block: LineBlock, first: number, end: number): number {
    return SECTIONS.some((section) => block.equals(first, end, section)) ? end : -1;
  }

  /** `Node 0, zone    DMA32`, from behind its first word on. */
  private plainZone(block: LineBlock, from: number): number {
    const { bytes, view } = block;
    let at = blanksEnd(bytes, view, from);
    const firstDigit = at;
    let node = 0;
    for (let digit = (bytes[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - 48)
      node = node * 10 + digit;
    if (at === firstDigit || at - firstDigit > MAX_DIGITS || bytes[at] !== COMMA) return -1;
    const word = blanksEnd(bytes, view, at + 1);
    const wordTo = wordEnd(view, word);
    if (word === at + 1 || !block.equals(word, wordTo, 'zone')) return -1;
    const name = blanksEnd(bytes, view, wordTo);
    const nameTo = wordEnd(view, name);
    const newline = nameTo > name ? lineEnd(bytes, nameTo) : -1;
    if (newline !== -1) this.begin(block.line, node, this.table.names.idAt(block, name, nameTo), block);
    return newline;
  }
}

/** Gives the free pages of the zone in the making to the sink; a zone without pages of its own is none in use. */
export const sampleZone = (sink: Sink, table: RecordTable, place: Place): void => {
  const name = zoneInUse(table, table.at);
  if (name !== null) sink.sample('memory.zone_free', name, numberAt(table, table.at, FREE), place);
};

/** Gives the marks of the zone at `at` to the sink. */
export const measureZone = (sink: Sink, table: RecordTable, at: number): void => {
  const name = zoneInUse(table, at);
  if (name === null) return;
  sink.measure('memory.zone_min', name, numberAt(table, at, MIN), table.line(at));
  sink.measure('memory.zone_low', name, numberAt(table, at, LOW), table.line(at));
};

const numberAt = (table: RecordTable, at: number, column: number): number | null => {
  const value = table.cells[at + column] ?? Number.NaN;
  return value === value ? value : null;
};

const zoneInUse = (table: RecordTable, at: number): string | null =>
  (numberAt(table, at, MANAGED) ?? 0) > 0 ? `node ${table.cells[at + NODE] ?? 0} ${String(table.get(at, ZONE))}` : null;

/** Free pages and the marks of every zone in use, by node and zone. The marks are those of the last snapshot. */
export class ZoneReader implements FileReader {
  private last: RecordTable | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const { sink } = this.host;
    const zones = new ZoneTable(new NameTable(), (table) => {
      sampleZone(sink, table, placeOf(snapshot, table.line(table.at)));
      table.end(true);
    });
    for (const { text, line } of snapshot.lines) zones.line(text, line);
    zones.end();
    this.last = zones.table;
  }

  end(): void {
    const { last } = this;
    if (last) for (let zone = 0; zone < last.count; zone++) measureZone(this.host.sink, last, last.place(zone));
  }
}
