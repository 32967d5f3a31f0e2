import type { LineParser } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { ObservedTable } from '../tables/observed-table';
import { count, LEAK_COLUMNS } from './valgrind-loss';

const MAX_FRAMES = 512;

const ENTITIES: readonly (readonly [string, string])[] = [
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
];

const decoded = (text: string): string =>
  text.includes('&') ? ENTITIES.reduce((out, [from, to]) => out.replaceAll(from, to), text) : text;

/** `<tag>value</tag>`, `<tag>`, `</tag>`: valgrind prints one element a line, and nothing else. */
const elementOf = (line: string): { tag: string; value: string | null; closes: boolean } | null => {
  const text = line.trim();
  const end = text.indexOf('>');
  if (!text.startsWith('<') || end < 2) return null;
  const closes = text[1] === '/';
  const tag = text.slice(closes ? 2 : 1, end);
  const close = `</${tag}>`;
  return { tag, closes, value: text.endsWith(close) && !closes ? decoded(text.slice(end + 1, -close.length)) : null };
};

/** valgrind --xml=yes: each error with its stack. The XML has no summary: losses are added up here. */
export class ValgrindXml implements LineParser {
  recognised = false;
  private fields = new Map<string, string>();
  private frames: string[] = [];
  private frame = new Map<string, string>();
  private inError = false;
  private inStack = false;
  /** Of several stacks of an error the first is where it happened. */
  private stacks = 0;
  private from = 0;
  private readonly leaks: ObservedTable;

  constructor(private readonly sink: Sink) {
    this.leaks = new ObservedTable(sink, 'memory-leaks', LEAK_COLUMNS);
  }

  line(text: string, line: number): void {
    const element = elementOf(text);
    if (!element) {
      if (text.trim() !== '') this.sink.issue(line, text, 'no element');
      return;
    }
    const { tag, value, closes } = element;
    if (tag === 'valgrindoutput') this.recognised = true;
    else if (tag === 'error') this.error(closes, line);
    else if (tag === 'stack') {
      this.inStack = !closes;
      if (!closes) this.stacks++;
    } else if (tag === 'frame') this.oneFrame(closes);
    else if (value !== null && this.inStack) this.frame.set(tag, value);
    else if (value !== null && this.inError && !this.fields.has(tag)) this.fields.set(tag, value);
    else if (value !== null && !this.inError && (tag === 'tool' || tag === 'pid'))
      this.sink.fact('valgrind', tag, value);
  }

  private error(closes: boolean, line: number): void {
    if (closes && this.inError) this.emit();
    this.inError = !closes;
    this.from = line;
    this.fields = new Map();
    this.frames = [];
    this.stacks = 0;
  }

  private oneFrame(closes: boolean): void {
    if (!closes) this.frame = new Map();
    else if (this.stacks === 1 && this.frames.length < MAX_FRAMES) {
      const { frame } = this;
      const name = frame.get('fn') ?? frame.get('obj') ?? frame.get('ip') ?? '';
      const place = frame.has('file') ? ` (${frame.get('file')}:${frame.get('line') ?? '?'})` : '';
      this.frames.push(`${name}${place}`.replaceAll(';', ':'));
    }
  }

  private emit(): void {
    const kind = this.fields.get('kind') ?? '';
    const stack = [...this.frames].reverse().join(';');
    const bytes = count(this.fields.get('leakedbytes') ?? '');
    const blocks = count(this.fields.get('leakedblocks') ?? '');
    const row = newRow();
    row.kind = kind;
    if (bytes !== null) row.bytes = bytes;
    if (blocks !== null) row.blocks = blocks;
    row.text = this.fields.get('text') ?? this.fields.get('what') ?? null;
    row.stack = stack;
    this.sink.row(row);
    if (bytes !== null) this.leaks.add([kind, bytes, blocks, stack], this.from);
  }

  end(): void {
    this.leaks.end();
  }
}
