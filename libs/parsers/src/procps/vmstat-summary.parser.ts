import type { MetricId } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import { commandWords } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['K', 1024],
  ['k', 1000],
  ['m', 1_000_000],
  ['M', 1_048_576],
  ['B', 1],
]);

/** Gauges among the counters since boot. */
const GAUGES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['total memory', 'memory.total'],
  ['used memory', 'memory.used'],
  ['free memory', 'memory.free'],
  ['buffer memory', 'memory.buffers'],
  // procps calls it so: it is the page cache.
  ['swap cache', 'memory.cached'],
  ['total swap', 'memory.swap_total'],
  ['used swap', 'memory.swap_used'],
]);

/** vmstat -s, -D and -f: a number and what it is, a line each. */
class VmstatSummaryParser implements LineParser {
  recognised = false;
  private readonly row = newRow();
  private readonly unit: number;

  constructor(
    private readonly sink: Sink,
    ctx: ParseContext,
  ) {
    const args = commandWords(ctx);
    const at = args.findIndex((arg) => arg === '-S' || arg === '--unit');
    this.unit = UNITS.get(at === -1 ? 'K' : (args[at + 1] ?? 'K')) ?? 1024;
  }

  line(text: string, line: number): void {
    const [word = '', ...rest] = words(text);
    if (word === '') return;
    // `24731708 K total memory`, the letter of the unit; -S prints its own.
    const unit = (rest[0] ?? '').length === 1 ? UNITS.get(rest[0] ?? '') : undefined;
    const label = (unit === undefined ? rest : rest.slice(1)).join(' ');
    if (!isInteger(word) || label === '' || !SIGNS.some((sign) => label.endsWith(sign))) {
      this.sink.issue(line, text, 'no number with its name');
      return;
    }
    this.recognised = true;
    const value = Number(word);
    this.row[label] = Number.isSafeInteger(value) ? value : word;
    const metric = GAUGES.get(label);
    if (metric) this.sink.measure(metric, null, value * (unit === undefined || unit === 1024 ? this.unit : unit), line);
  }

  end(): void {
    if (this.recognised) this.sink.row(this.row);
  }
}

/** Ends of what procps prints: its wording changed over the versions, its last words hardly. */
const SIGNS = [
  'memory',
  'cache',
  'swap',
  'ticks',
  'in',
  'out',
  'interrupts',
  'switches',
  'time',
  'forks',
  'disks',
  'partitions',
  'reads',
  'sectors',
  'reading',
  'writes',
  'writing',
  'IO',
];

export const vmstatSummaryParser: ParserDefinition = {
  id: 'vmstat-s',
  title: 'Memory, and counters since boot, one a line',
  tools: ['vmstat -s', 'vmstat -D', 'vmstat -f'],
  expects: 'lines such as `24731708 K total memory` or `405742 forks`',
  fields: { '*': 'as printed: sizes in KiB unless vmstat ran with -S, counters since boot' },
  likelihood: (head) =>
    head.some((line) => {
      const [word = '', ...rest] = words(line);
      return isInteger(word) && ['K total memory', 'total memory', 'disks', 'forks'].includes(rest.join(' '));
    })
      ? 0.9
      : 0,
  create: (sink, ctx) => new VmstatSummaryParser(sink, ctx),
};
