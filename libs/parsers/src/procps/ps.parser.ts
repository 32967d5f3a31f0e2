import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { NumberReader } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

/** Columns of numbers; anything else is kept as it is printed. */
const NUMBERS = new Set([
  'PID',
  'TID',
  'LWP',
  'SPID',
  'PPID',
  'PGID',
  'PGRP',
  'SID',
  'SESS',
  'PSR',
  '%CPU',
  '%MEM',
  'RSS',
  'VSZ',
  'SZ',
  'NLWP',
  'THCNT',
  'NI',
  'C',
  'CP',
  'MAJFL',
  'MINFL',
  'MAJFLT',
  'MINFLT',
  'OOM',
  'OOMADJ',
  'RTPRIO',
  'CPU',
]);

const isHeading = (tokens: readonly string[]): boolean =>
  tokens.some((token) => token === 'PID' || token === 'LWP' || token === 'TID' || token === 'SPID') &&
  tokens.every((token) => token === token.toUpperCase() && !/^\d/.test(token));

class PsParser implements LineParser {
  recognised = false;
  private columns: string[] = [];
  private readonly reader = new NumberReader();
  private readonly rows: CellValue[][] = [];
  private readonly lines: number[] = [];
  private zombies: number[] = [];
  private init = false;

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (this.columns.length === 0) {
      if (!isHeading(tokens)) {
        this.sink.issue(line, text, 'line before any heading');
        return;
      }
      this.recognised = true;
      this.columns = tokens;
      return;
    }
    this.process(tokens, text, line);
  }

  private process(tokens: readonly string[], text: string, line: number): void {
    const { columns } = this;
    if (tokens.length < columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return;
    }
    const row = newRow();
    const cells = columns.map((column, at): CellValue => {
      const word = at === columns.length - 1 ? tokens.slice(at).join(' ') : (tokens[at] ?? '');
      const cell = NUMBERS.has(column) ? this.reader.number(word) : word === '-' ? null : word;
      row[column] = cell;
      return cell;
    });
    this.sink.row(row);
    if (this.rows.length < this.sink.limits.maxRows) {
      this.rows.push(cells);
      this.lines.push(line);
    }
    const state = row.STAT ?? row.S ?? '';
    if (typeof state === 'string' && state.startsWith('Z')) this.zombies.push(line);
    this.init ||= row.PID === 1;
  }

  end(): void {
    // A list without the first process is a selection: its zombies are not all there are.
    const stated = this.columns.includes('STAT') || this.columns.includes('S');
    if (this.init && stated)
      this.sink.measure('task.processes_zombie', null, this.zombies.length, ...this.zombies.slice(0, 100));
    if (this.rows.length > 0) {
      this.sink.observe({
        kind: 'table',
        name: 'processes',
        columns: this.columns,
        rows: this.rows,
        lines: this.lines,
      });
    }
  }
}

export const psParser: ParserDefinition = {
  id: 'ps',
  title: 'Processes and threads',
  tools: ['ps'],
  expects: 'a heading of capitals with PID',
  fields: { 'RSS VSZ': 'KiB', WCHAN: 'null where the process waits for nothing' },
  likelihood: (head) => (isHeading(words(head[0] ?? '')) && head.length > 1 ? 0.7 : 0),
  create: (sink) => new PsParser(sink),
};
