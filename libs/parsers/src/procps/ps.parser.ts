import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import { NumberReader } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { recordObservation } from '../core/record-observation';
import { readRecord } from '../core/record-reader';
import { layoutOf, NAME, NUMBER, type RecordTable, type RowMaker, TEXT } from '../core/record-table';
import { newRow, type Sink } from '../core/sink';
import { LayoutCache, TableSet } from '../core/table-set';

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

/** Columns of states: a few letters. */
const STATES = new Set(['S', 'STAT']);

const LAYOUTS = new LayoutCache((columns) =>
  layoutOf(columns, (column) => (NUMBERS.has(column) ? NUMBER : STATES.has(column) ? NAME : TEXT), {
    takesRest: !NUMBERS.has(columns[columns.length - 1] ?? ''),
  }),
);

const makeRow: RowMaker = (table, at) => table.fill(newRow(), at);

class PsParser implements LineParser {
  recognised = false;
  private table: RecordTable | null = null;
  private readonly reader = new NumberReader();
  private readonly zombies: number[] = [];
  private init = false;
  private state = -1;
  private pid = -1;

  constructor(private readonly sink: Sink) {}

  block(block: LineBlock): void {
    const { table } = this;
    if (!table) return;
    while (block.at < block.end) {
      table.begin(block.line, null, 0, block);
      const newline = readRecord(block, block.at, table, this.reader.mark);
      if (newline === -1) return;
      this.record(table);
      block.next(newline);
    }
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (this.table) this.process(this.table, tokens, text, line);
    else if (isHeading(tokens)) this.heading(tokens);
    else this.sink.issue(line, text, 'line before any heading');
  }

  private heading(tokens: string[]): void {
    this.recognised = true;
    this.table = new TableSet(this.sink, LAYOUTS, makeRow).of(tokens);
    this.state = tokens.lastIndexOf(tokens.includes('STAT') ? 'STAT' : 'S');
    this.pid = tokens.lastIndexOf('PID');
  }

  private process(table: RecordTable, tokens: readonly string[], text: string, line: number): void {
    const { columns } = table.layout;
    if (tokens.length < columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return;
    }
    table.begin(line, null, 0);
    for (const [at, column] of columns.entries()) {
      const word = at === columns.length - 1 ? tokens.slice(at).join(' ') : (tokens[at] ?? '');
      table.set(at, NUMBERS.has(column) ? this.reader.number(word) : word === '-' ? null : word);
    }
    this.record(table);
  }

  private record(table: RecordTable): void {
    const { at } = table;
    if (this.state !== -1) {
      const state = table.get(at, this.state);
      if (typeof state === 'string' && state.startsWith('Z')) this.zombies.push(table.line(at));
    }
    this.init ||= this.pid !== -1 && table.cells[at + this.pid] === 1;
    this.sink.record(table, false, table.count < this.sink.limits.maxRows);
  }

  end(): void {
    // A list without the first process is a selection: its zombies are not all there are.
    if (this.init && this.state !== -1)
      this.sink.measure('task.processes_zombie', null, this.zombies.length, ...this.zombies.slice(0, 100));
    if (this.table && this.table.count > 0) this.sink.observe(recordObservation('processes', this.table, 0));
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
