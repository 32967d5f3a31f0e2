import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { isInteger, NumberReader } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';
import { ObservedTable } from '../tables/observed-table';

const MAX_FRAMES = 4096;
const HEADING = 'percent samples top';

/** async-profiler's text (-o flat, -o traces, or both): how many samples, each stack leaf first, then the hottest methods. */
class AsyncProfilerParser implements LineParser {
  recognised = false;
  private unit: string | null = null;
  private row: MutableRow | null = null;
  private frames: string[] = [];
  private readonly table: ObservedTable;
  private readonly reader = new NumberReader('.');

  constructor(private readonly sink: Sink) {
    this.table = new ObservedTable(sink, 'hot-methods', ['top', 'percent', 'samples', 'value']);
  }

  line(text: string, line: number): void {
    const trimmed = text.trim();
    const tokens = words(trimmed);
    if (tokens.length === 0 || tokens.every((token) => token.startsWith('---') && token.length > 2)) this.flush();
    else if (trimmed.startsWith('--- ') && trimmed.endsWith(' ---')) this.title(trimmed.slice(4, -4));
    else if (trimmed.startsWith('--- ')) this.begin(tokens, text, line);
    else if (tokens.slice(1).join(' ') === HEADING) {
      this.flush();
      this.recognised = true;
      this.unit = tokens[0] ?? '';
    } else if (trimmed.startsWith('[') && this.row) this.frame(trimmed, line);
    else if (this.unit !== null && isInteger(tokens[0] ?? '')) this.method(this.unit, tokens, text, line);
    else if (!this.total(trimmed)) this.sink.issue(line, text, 'no line of a profile');
  }

  private title(text: string): void {
    this.flush();
    this.recognised = true;
    this.sink.fact('profile', 'title', text);
  }

  /** `Total samples       : 687`, `Unknown (native):        1 (0.15%)`, `Frame buffer usage  : 0.01%`. */
  private total(text: string): boolean {
    const colon = text.lastIndexOf(':');
    const value = this.reader.number(words(text.slice(colon + 1))[0] ?? '');
    if (!this.recognised || colon < 1 || value === null) return false;
    this.sink.fact('profile', text.slice(0, colon).trim(), value);
    return true;
  }

  /** `--- 6790000000 ns (98.84%), 679 samples`; older ones have the share before the unit. */
  private begin(tokens: readonly string[], text: string, line: number): void {
    this.flush();
    const value = tokens[1] ?? '';
    const at = tokens.findIndex((token) => token.startsWith('sample'));
    const samples = (tokens[at - 1] ?? '').replace(',', '');
    const share = tokens.find((token) => token.startsWith('('));
    if (!isInteger(value) || !isInteger(samples)) {
      this.sink.issue(line, text, 'a stack without its numbers');
      return;
    }
    this.recognised = true;
    const unit = tokens.slice(2, at).find((token) => !token.startsWith('(') && !isInteger(token)) ?? 'value';
    const row = newRow();
    row[unit.replace(',', '')] = Number(value);
    row.percent = share === undefined ? null : this.reader.number(share.slice(1, share.indexOf(')')));
    row.samples = Number(samples);
    this.row = row;
  }

  /** `[ 0] Primes.isPrime` */
  private frame(text: string, line: number): void {
    const close = text.indexOf('] ');
    if (this.frames.length < MAX_FRAMES) this.frames.push(text.slice(close + 2).replaceAll(';', ':'));
    else this.sink.once('depth', line, text, `more than ${MAX_FRAMES} frames in a stack: the rest is left out`);
  }

  private method(unit: string, tokens: readonly string[], text: string, line: number): void {
    const [value = '', percent = '', samples = '', ...name] = tokens;
    if (name.length === 0 || !isInteger(samples)) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under 4 headings`);
      return;
    }
    const row = newRow();
    row[unit] = Number(value);
    row.percent = this.reader.number(percent);
    row.samples = Number(samples);
    row.top = name.join(' ');
    this.sink.row(row);
    this.table.add([name.join(' '), row.percent as CellValue, Number(samples), Number(value)], line);
  }

  private flush(): void {
    const { row } = this;
    if (!row) return;
    this.row = null;
    row.stack = this.frames.reverse().join(';');
    this.frames = [];
    this.sink.row(row);
  }

  end(): void {
    this.flush();
    this.table.end();
  }
}

export const asyncProfilerParser: ParserDefinition = {
  id: 'async-profiler',
  title: 'Stacks and hottest methods of a JVM',
  tools: ['asprof -o flat', 'asprof -o traces'],
  expects: 'a title such as --- Execution profile ---, or a heading ns percent samples top',
  fields: {
    stack: 'frames root first, `;` between',
    'ns bytes': 'the counter, under the name that the text gives it',
    percent: '%',
  },
  documented: 'async-profiler 2 and 3',
  likelihood: (head) =>
    head.some((line) => words(line).slice(1).join(' ') === HEADING || line.trim() === '--- Execution profile ---')
      ? 0.95
      : 0,
  create: (sink) => new AsyncProfilerParser(sink),
};
