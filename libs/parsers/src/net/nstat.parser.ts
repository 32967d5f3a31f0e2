import { isRecord, JsonDocument, numberOf, own } from '../core/json-document';
import { words } from '../core/line-splitter';
import { tidy } from '../core/numbers';
import { hasShortOption, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { NSTAT_METRICS } from '../proc/network-files';

/**
 * nstat's counters. Absolute ones (-a) are since boot and are rows only; two dumps in one text, or differences (without -a), become
 * rates over the window of the context.
 */
class NstatParser implements LineParser {
  recognised = false;
  private json: JsonDocument | null = null;
  private begun = false;
  private dump = 0;
  private before = new Map<string, number>();
  private now = new Map<string, number>();

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {}

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    if (!this.begun) {
      this.begun = true;
      if (text.trimStart().startsWith('{')) this.json = new JsonDocument(this.sink);
    }
    if (this.json) this.json.line(text, line);
    else if (text.startsWith('#')) this.heading(text);
    else this.counter(words(text), text, line);
  }

  /** `#kernel`, or the name of a history file. */
  private heading(text: string): void {
    if (this.dump > 0) {
      this.before = this.now;
      this.now = new Map();
    }
    this.dump++;
    this.recognised ||= text.startsWith('#kernel');
  }

  private counter(tokens: readonly string[], text: string, line: number): void {
    const [name = '', word] = tokens;
    const value = Number(word ?? 'none');
    if (tokens.length < 2 || tokens.length > 3 || !Number.isFinite(value) || this.dump === 0) {
      this.sink.issue(line, text, 'no counter');
      return;
    }
    this.add(name, value, line);
  }

  private add(name: string, value: number, line: number): void {
    this.recognised = true;
    this.now.set(name, value);
    const row = newRow();
    row.name = name;
    row.value = value;
    if (this.dump > 1) row.dump = this.dump;
    this.sink.row(row);
    const metric = NSTAT_METRICS.get(name);
    const seconds = this.ctx.windowSeconds;
    if (!metric || seconds === undefined || seconds <= 0) return;
    const differences = this.dump === 1 && this.ctx.command !== undefined && !hasShortOption(this.ctx, 'a');
    if (differences) this.sink.measure(metric, null, tidy(value / seconds), line);
    else if (this.dump > 1) {
      const earlier = this.before.get(name);
      const grown = earlier === undefined || value < earlier ? null : tidy((value - earlier) / seconds);
      this.sink.measure(metric, null, grown, line);
    }
  }

  end(): void {
    if (!this.json) return;
    const counters = own(this.json.value(), 'kernel');
    if (!isRecord(counters)) return;
    this.recognised = true;
    this.dump = 1;
    for (const [name, value] of Object.entries(counters)) {
      const number = numberOf(value);
      if (number === null) this.sink.issue(1, name, 'no number');
      else this.add(name, number, 1);
    }
  }
}

export const nstatParser: ParserDefinition = {
  id: 'nstat',
  title: 'Network counters of the kernel',
  tools: ['nstat -asz', 'nstat -aszj'],
  expects: 'a line #kernel, or JSON with a member kernel',
  fields: { value: 'as printed: since boot with -a, else since the last history' },
  likelihood: (head) => (head[0]?.startsWith('#kernel') || head[0]?.startsWith('{"kernel":') ? 0.95 : 0),
  create: (sink, ctx) => new NstatParser(sink, ctx),
};
