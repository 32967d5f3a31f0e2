import type { MetricId } from '@fleetscope/contracts';
import { isInteger, NumberReader, tidy } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import { newRow, type Sink } from '../core/sink';
import {
  decimalMark,
  groupedNumber,
  jsonCounter,
  type PerfCounter,
  separatedCounter,
  textCounter,
} from './perf-stat-lines';

interface Found {
  readonly counter: PerfCounter;
  readonly line: number;
}

const SEPARATORS = [';', '|', '\t', ','];
const HEADINGS = ['Performance counter stats for', 'seconds user', 'seconds sys'];

/** Event names without their modifiers: `cycles:u`, `cpu_core/cycles/`. */
const plainName = (event: string): string => {
  const parts = event.split('/').filter(Boolean);
  return ((parts.length > 1 ? parts[1] : parts[0]) ?? '').split(':')[0] ?? '';
};

const RATIOS: readonly (readonly [MetricId, string, string, number])[] = [
  ['cpu.ipc', 'instructions', 'cycles', 1],
  ['cpu.branch_miss_ratio', 'branch-misses', 'branches', 100],
  ['cpu.cache_miss_ratio', 'cache-misses', 'cache-references', 100],
  ['cpu.cache_miss_ratio', 'LLC-load-misses', 'LLC-loads', 100],
];
const RATES: readonly (readonly [MetricId, string])[] = [
  ['cpu.migrations', 'cpu-migrations'],
  ['cpu.context_switches', 'context-switches'],
];

/** With -A or --per-core there is a line a CPU and none of the whole: their sum is the host's. */
const summed = (found: readonly Found[]): Found[] => {
  const whole = found.filter(({ counter }) => counter.scope === null);
  if (whole.length > 0) return whole;
  const sums = new Map<string, Found>();
  for (const one of found) {
    const event = one.counter.event ?? '';
    const sum = sums.get(event);
    const value = sum
      ? sum.counter.value === null || one.counter.value === null
        ? null
        : sum.counter.value + one.counter.value
      : one.counter.value;
    sums.set(event, { counter: { ...one.counter, value }, line: sum?.line ?? one.line });
  }
  return [...sums.values()];
};

class PerfStatParser implements LineParser {
  recognised = false;
  private readonly lines: { text: string; line: number }[] = [];
  private length = 0;
  private elapsed: number | null = null;
  private readonly intervals = new Map<number | null, Found[]>();

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {}

  /** Which mark is the decimal one can only be told from the whole text. */
  line(text: string, line: number): void {
    this.length += text.length;
    if (this.length > this.sink.limits.maxDocumentLength) this.sink.once('length', line, '', 'text too long: cut');
    else if (text.trim() !== '') this.lines.push({ text, line });
  }

  end(): void {
    const decimal = decimalMark(this.lines.flatMap(({ text }) => text.split(' ').filter(Boolean))) ?? '.';
    const reader = new NumberReader();
    for (const { text, line } of this.lines) this.read(text, line, decimal, reader);
    let before = 0;
    let first: number | null = null;
    for (const [interval, found] of this.intervals) {
      const seconds: number | null =
        interval === null ? (this.elapsed ?? this.ctx.windowSeconds ?? null) : interval - before;
      before = interval ?? before;
      first ??= seconds;
      // The last interval ends with the command, perhaps a millisecond after the one before: no sample.
      if (interval !== null && seconds !== null && first !== null && seconds < first / 2) continue;
      this.emit(summed(found), seconds, interval);
    }
  }

  private read(text: string, line: number, decimal: '.' | ',', reader: NumberReader): void {
    const trimmed = text.trim();
    if (trimmed.includes('Performance counter stats for')) this.recognised = true;
    if (trimmed.endsWith('seconds time elapsed') || trimmed.includes(' seconds time elapsed ')) {
      this.recognised = true;
      this.elapsed = groupedNumber(trimmed.split(' ')[0] ?? '', decimal);
      return;
    }
    if (trimmed.startsWith('#') && trimmed.includes('time')) {
      // The heading of -I; what stands below has no other sign.
      if (trimmed.includes('counts')) this.recognised = true;
      return;
    }
    // With -o the file begins with its date.
    if (trimmed.startsWith('# started on ')) return;
    if (HEADINGS.some((heading) => trimmed.includes(heading))) return;
    const counter = this.counter(trimmed, text, decimal, reader);
    if (!counter) {
      this.sink.issue(line, text, 'no counter');
      return;
    }
    this.row(counter);
    if (counter.event !== null) {
      const found = this.intervals.get(counter.interval);
      if (found) found.push({ counter, line });
      else this.intervals.set(counter.interval, [{ counter, line }]);
    }
  }

  private counter(trimmed: string, text: string, decimal: '.' | ',', reader: NumberReader): PerfCounter | null {
    if (trimmed.startsWith('{')) {
      const found = jsonCounter(trimmed, reader);
      if (found) this.recognised = true;
      return found;
    }
    const separator = SEPARATORS.find((one) => trimmed.split(one).length > 4 && !trimmed.includes(' # '));
    if (separator !== undefined) {
      const found = separatedCounter(trimmed.split(separator), reader);
      if (found?.event) this.recognised = true;
      return found;
    }
    return this.recognised || text.includes('#') ? textCounter(text, decimal) : null;
  }

  private row(counter: PerfCounter): void {
    const row = newRow();
    for (const [key, value] of Object.entries(counter) as [keyof PerfCounter, PerfCounter[keyof PerfCounter]][]) {
      if (value !== null || key === 'value') row[key] = value;
    }
    this.sink.row(row);
  }

  private emit(found: readonly Found[], seconds: number | null, interval: number | null): void {
    const of = (name: string): Found | undefined =>
      found.find(({ counter }) => counter.value !== null && plainName(counter.event ?? '') === name);
    const give = (metric: MetricId, instance: string | null, value: number, ...lines: number[]): void => {
      if (interval === null) this.sink.measure(metric, instance, value, ...lines);
      else this.sink.sample(metric, instance, value, { line: lines[0] ?? 1, time: null });
    };
    const given = new Set<MetricId>();
    for (const [metric, part, whole, factor] of RATIOS) {
      const [a, b] = [of(part), of(whole)];
      if (!a || !b || !b.counter.value || given.has(metric)) continue;
      given.add(metric);
      give(metric, null, tidy(((a.counter.value ?? 0) * factor) / b.counter.value), a.line, b.line);
    }
    for (const [metric, name] of RATES) {
      const counted = of(name);
      if (counted && seconds !== null && seconds > 0)
        give(metric, null, tidy((counted.counter.value ?? 0) / seconds), counted.line);
    }
  }
}

export const perfStatParser: ParserDefinition = {
  id: 'perf-stat',
  title: 'Hardware and software counters',
  tools: ['perf stat', 'perf stat -x,', 'perf stat -j'],
  expects: '`Performance counter stats for`, or counters separated (-x) or as JSON (-j)',
  fields: {
    value: 'null for <not counted> and <not supported>',
    running: 'share of the time the counter was on the hardware, %',
    scope: 'CPU, core or socket; left out for the sum',
    interval: 'seconds since the begin, with -I',
  },
  likelihood: (head) => {
    if (head.some((line) => line.includes('Performance counter stats for'))) return 0.95;
    if (head.some((line) => line.startsWith('{') && line.includes('"counter-value"'))) return 0.95;
    if (head.some((line) => line.startsWith('#') && line.includes(' time ') && line.includes(' counts '))) return 0.95;
    const fields = (head.find((line) => !line.startsWith('#')) ?? '').split(head[0]?.includes(';') ? ';' : ',');
    return fields.length > 5 &&
      fields.some((field) => field === 'msec' || field === 'cycles' || field === 'instructions') &&
      isInteger(fields.find((one) => isInteger(one)) ?? '')
      ? 0.8
      : 0;
  },
  create: (sink, ctx) => new PerfStatParser(sink, ctx),
};
