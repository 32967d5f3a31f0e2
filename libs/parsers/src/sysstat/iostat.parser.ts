import { dateTimeLine } from '../core/civil-time';
import { words } from '../core/line-splitter';
import { looksNumeric, NumberReader } from '../core/numbers';
import { firstReportIsSinceBoot, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { Sink } from '../core/sink';
import { sampleCpu } from './cpu-percent';
import { isDiskColumn, sampleDisk } from './disk-columns';
import { IostatJson } from './iostat-json';
import { cellNumber, type Heading, headingOf, TableRow } from './sysstat-table';

const CPU_COLUMNS = new Set(['%user', '%nice', '%system', '%iowait', '%steal', '%idle']);

/** `Device`, and `Device:` until sysstat 12; first or, with -h and --pretty, last. */
const isDeviceColumn = (word: string): boolean => word === 'Device' || word === 'Device:';

const headsDevices = (tokens: readonly string[]): boolean =>
  tokens.length > 1 && (isDeviceColumn(tokens[0] ?? '') || isDeviceColumn(tokens[tokens.length - 1] ?? ''));

class IostatText implements LineParser {
  recognised = false;
  private readonly reader = new NumberReader();
  private report = 0;
  private time: number | null = null;
  private heading: Heading | null = null;
  private seen = new Set<string>();
  private stamped = false;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {}

  end(): void {}

  line(text: string, line: number): void {
    const tokens = words(text);
    const first = tokens[0];
    if (first === undefined) {
      this.heading = null;
      return;
    }
    if (text.startsWith('Linux ') && text.includes('(')) return;
    if (first === 'avg-cpu:') this.begin('avg-cpu', tokens.slice(1), line);
    else if (headsDevices(tokens))
      this.begin(
        'device',
        tokens.map((word) => (isDeviceColumn(word) ? 'Device' : word)),
        line,
      );
    else if (this.heading?.set.has('%idle') && !this.heading.set.has('Device'))
      this.cpu(this.heading, tokens, text, line);
    else if (this.heading) this.device(this.heading, tokens, text, line);
    else this.stamp(text, line);
  }

  /** A report begins with its first table; a table of the same columns again is the next report. */
  private begin(kind: string, columns: readonly string[], line: number): void {
    const key = `${kind} ${columns.join(' ')}`;
    if (!this.stamped && (this.report === 0 || this.seen.has(key) || (kind === 'avg-cpu' && this.seen.size > 0))) {
      this.report++;
      this.seen = new Set();
    }
    this.stamped = false;
    this.seen.add(key);
    this.recognised = true;
    this.heading = headingOf(columns, line);
    for (const column of columns) {
      if (column === 'Device' || CPU_COLUMNS.has(column) || isDiskColumn(column)) continue;
      this.sink.once(`column ${column}`, line, column, `unknown column ${column}`);
    }
  }

  private stamp(text: string, line: number): void {
    const time = dateTimeLine(text, this.ctx);
    if (time === null) {
      this.sink.issue(line, text, 'neither a time nor a row of a table');
      return;
    }
    this.time = time;
    this.report++;
    this.seen = new Set();
    this.stamped = true;
  }

  private get isSample(): boolean {
    return this.report > 1 || !firstReportIsSinceBoot(this.ctx);
  }

  private cpu(heading: Heading, tokens: readonly string[], text: string, line: number): void {
    const row = this.row(heading, tokens, text, line);
    if (!row) return;
    this.sink.row({ ...row.toRow(), report: this.report });
    if (!this.isSample) return;
    sampleCpu(
      this.sink,
      'all',
      {
        user: row.number('%user'),
        nice: row.number('%nice'),
        system: row.number('%system'),
        iowait: row.number('%iowait'),
        steal: row.has('%steal') ? row.number('%steal') : undefined,
        idle: row.number('%idle'),
      },
      row,
    );
  }

  private device(heading: Heading, tokens: readonly string[], text: string, line: number): void {
    const row = this.row(heading, tokens, text, line);
    if (!row) return;
    this.sink.row({ ...row.toRow(), report: this.report });
    if (this.isSample) sampleDisk(this.sink, row.text('Device'), row);
  }

  private row(heading: Heading, tokens: readonly string[], text: string, line: number): TableRow | null {
    const { columns } = heading;
    let cells = tokens;
    if (cells.length > columns.length && columns[columns.length - 1] === 'Device') {
      // Names of device mapper and persistent names (-j) may hold blanks.
      cells = [...tokens.slice(0, columns.length - 1), tokens.slice(columns.length - 1).join(' ')];
    } else if (cells.length > columns.length && columns[0] === 'Device') {
      const extra = cells.length - columns.length;
      cells = [tokens.slice(0, extra + 1).join(' '), ...tokens.slice(extra + 1)];
    }
    if (cells.length !== columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return null;
    }
    const row = new TableRow(heading, line, this.time, false);
    for (const [at, column] of columns.entries()) {
      const word = cells[at] ?? '';
      if (column === 'Device') {
        row.set(column, word);
        continue;
      }
      const value = cellNumber(this.reader, column, word);
      if (value === undefined) this.sink.issue(line, text, `${column} is no number: ${word}`);
      row.set(column, value ?? null);
    }
    if (!columns.some((column) => row.number(column) !== null) && !cells.some(looksNumeric)) return null;
    return row;
  }
}

/** Text, or -o JSON, by the first line. */
class IostatParser implements LineParser {
  private chosen: LineParser | null = null;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {}

  get recognised(): boolean {
    return this.chosen?.recognised ?? false;
  }

  line(text: string, line: number): void {
    if (!this.chosen && text.trim() !== '') {
      this.chosen = text.trimStart().startsWith('{')
        ? new IostatJson(this.sink, this.ctx)
        : new IostatText(this.sink, this.ctx);
    }
    this.chosen?.line(text, line);
  }

  end(): void {
    this.chosen?.end();
  }
}

export const iostatParser: ParserDefinition = {
  id: 'iostat',
  title: 'Disk I/O per device',
  tools: ['iostat'],
  expects: 'a heading avg-cpu: or Device',
  fields: {
    Device: 'device as printed',
    report: 'number of the report; the first is the average since boot and no sample, unless iostat ran with -y',
    time: 'end of the interval (with -t), ISO 8601',
  },
  likelihood: (head) => {
    if (head.some((line) => line.includes('"avg-cpu"') || (line.includes('"disk_device"') && line.includes('{'))))
      return 0.9;
    return head.some((line) => line.startsWith('avg-cpu:') || headsDevices(words(line))) ? 0.9 : 0;
  },
  create: (sink, ctx) => new IostatParser(sink, ctx),
};
