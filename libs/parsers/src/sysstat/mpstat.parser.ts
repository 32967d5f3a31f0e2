import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import { ofColumn, type SeriesPlan } from '../core/record-table';
import type { Sink } from '../core/sink';
import { LayoutCache, TableSet } from '../core/table-set';
import { cpuSeries } from './cpu-series';
import { MpstatJson } from './mpstat-json';
import { SysstatReader, sysstatLikelihood } from './sysstat-reader';
import { type Heading, makeSysstatRow, sysstatLayout } from './sysstat-table';

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

const reportUnknown = (sink: Sink, columns: readonly string[], line: number): void => {
  // Interrupt tables are headed by the machine's interrupts (`24/s`, `NET_RX/s`).
  if (!columns.includes('%idle')) return;
  for (const column of columns) {
    if (!KNOWN.has(column)) sink.once(`column ${column}`, line, column, `unknown column ${column}`);
  }
};

const plan = (heading: Heading): SeriesPlan | null => {
  if (!heading.has('CPU')) return null;
  const cpu = heading.has('%idle')
    ? cpuSeries({
        user: heading.has('%usr') ? heading.of('%usr') : heading.of('%user'),
        nice: heading.of('%nice'),
        system: heading.of('%sys'),
        iowait: heading.of('%iowait'),
        steal: heading.optional('%steal'),
        irq: heading.optional('%irq'),
        softirq: heading.optional('%soft'),
        guest: heading.optional('%guest'),
        guestNice: heading.optional('%gnice'),
        idle: heading.of('%idle'),
      })
    : { series: [] };
  const interrupts = heading.has('intr/s')
    ? [{ ...ofColumn('cpu.interrupts', heading.of('intr/s')), instance: null, always: true }]
    : [];
  const all = [...cpu.series, ...interrupts];
  return {
    by: heading.of('CPU'),
    of: (name) => ({ ...cpu, instance: name, series: name === 'all' ? all : cpu.series }),
  };
};

const LAYOUTS = new LayoutCache(sysstatLayout(plan));

class MpstatParser implements LineParser {
  private json: MpstatJson | null = null;
  private begun = false;
  private readonly text: SysstatReader;
  private readonly tables: TableSet;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.tables = new TableSet(sink, LAYOUTS, makeSysstatRow);
    this.text = new SysstatReader(sink, ctx, this.tables, {
      heading: (columns, line) => reportUnknown(sink, columns, line),
    });
  }

  block(block: LineBlock): void {
    if (!this.json) this.text.block(block);
  }

  get recognised(): boolean {
    return this.json?.recognised ?? this.text.recognised;
  }

  line(text: string, line: number): void {
    if (!this.begun && text.trim() !== '') {
      this.begun = true;
      if (text.trimStart().startsWith('{')) this.json = new MpstatJson(this.sink, this.ctx, this.tables);
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
