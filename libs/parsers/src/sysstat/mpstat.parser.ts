import { words } from '../core/line-splitter';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import type { Sink } from '../core/sink';
import { sampleCpu } from './cpu-percent';
import { MpstatJson } from './mpstat-json';
import { SysstatReader, sysstatLikelihood } from './sysstat-reader';
import type { Heading, TableRow } from './sysstat-table';

const KNOWN = new Set([
  'CPU',
  'NODE',
  'CORE',
  'SOCK',
  '%usr',
  '%user',
  '%nice',
  '%sys',
  '%iowait',
  '%irq',
  '%soft',
  '%steal',
  '%guest',
  '%gnice',
  '%idle',
  'intr/s',
]);

const optional = (row: TableRow, column: string): number | null | undefined =>
  row.has(column) ? row.number(column) : undefined;

const reportUnknown = (sink: Sink, heading: Heading): void => {
  // Interrupt tables are headed by the machine's interrupts (`24/s`, `NET_RX/s`).
  if (!heading.set.has('%idle')) return;
  for (const column of heading.columns) {
    if (!KNOWN.has(column)) sink.once(`column ${column}`, heading.line, column, `unknown column ${column}`);
  }
};

const onRow = (sink: Sink, row: TableRow): void => {
  if (row.average || !row.has('CPU')) return;
  const cpu = row.text('CPU');
  if (row.has('%idle')) {
    sampleCpu(
      sink,
      cpu,
      {
        user: row.number(row.has('%usr') ? '%usr' : '%user'),
        nice: row.number('%nice'),
        system: row.number('%sys'),
        iowait: row.number('%iowait'),
        steal: optional(row, '%steal'),
        irq: optional(row, '%irq'),
        softirq: optional(row, '%soft'),
        guest: optional(row, '%guest'),
        guestNice: optional(row, '%gnice'),
        idle: row.number('%idle'),
      },
      row,
    );
  }
  if (row.has('intr/s') && cpu === 'all') sink.sample('cpu.interrupts', null, row.number('intr/s'), row);
};

class MpstatParser implements LineParser {
  private json: MpstatJson | null = null;
  private begun = false;
  private readonly text: SysstatReader;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.text = new SysstatReader(sink, ctx, {
      heading: (heading) => reportUnknown(sink, heading),
      row: (row) => onRow(sink, row),
    });
  }

  get recognised(): boolean {
    return this.json?.recognised ?? this.text.recognised;
  }

  line(text: string, line: number): void {
    if (!this.begun && text.trim() !== '') {
      this.begun = true;
      if (text.trimStart().startsWith('{'))
        this.json = new MpstatJson(this.sink, this.ctx, (row) => onRow(this.sink, row));
    }
    (this.json ?? this.text).line(text, line);
  }

  end(): void {
    this.json?.end();
  }
}

/** sar -u ALL has the same headings in another order: %steal before %irq. */
const tables = (head: readonly string[]): number =>
  head.some((line) => words(line).join(' ').includes('%sys %iowait %irq')) ? 0.9 : interrupts(head);
const interrupts = sysstatLikelihood(['CPU', 'intr/s']);

export const mpstatParser: ParserDefinition = {
  id: 'mpstat',
  title: 'CPU time per CPU',
  tools: ['mpstat'],
  expects: 'a heading with CPU and %idle',
  fields: {
    CPU: 'CPU number, or `all`',
    time: 'end of the interval, ISO 8601',
    average: 'true for the rows of the averages, which are no samples',
  },
  likelihood: (head) => (head.some((line) => line.includes('"cpu-load"')) ? 0.9 : tables(head)),
  create: (sink, ctx) => new MpstatParser(sink, ctx),
};
