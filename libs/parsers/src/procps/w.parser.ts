import { HeadingCache } from '../core/heading-cache';
import { words } from '../core/line-splitter';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { measureLoad, uptimeLine } from './uptime-line';

const FROM = new Set(['FROM', 'VON', 'DE', 'OD', 'DA']);

const HEADINGS = new HeadingCache((line) => {
  const columns = words(line);
  return columns.includes('TTY') ? { columns, from: columns.findIndex((column) => FROM.has(column)) } : null;
});

class WParser implements LineParser {
  recognised = false;
  private columns: readonly string[] = [];
  /** Index of the column that says where a user came from; -1 when there is none. */
  private from = -1;

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    // The heading follows the line of uptime, where there is one.
    if (this.recognised && this.heading(text)) return;
    const tokens = words(text);
    if (tokens.length === 0) return;
    const found = this.recognised ? null : uptimeLine(tokens);
    if (found) {
      this.recognised = true;
      measureLoad(this.sink, found.load, line);
      this.sink.fact('uptime', 'uptime_seconds', found.uptimeSeconds);
      this.sink.fact('uptime', 'users', found.users);
    } else if (this.columns.length > 0) this.user(tokens, text, line);
    else if (!this.heading(text)) this.sink.issue(line, text, 'neither the uptime nor a row of a user');
  }

  private heading(text: string): boolean {
    const heading = this.columns.length === 0 ? HEADINGS.of(text) : null;
    if (!heading) return false;
    this.recognised = true;
    this.columns = heading.columns;
    this.from = heading.from;
    return true;
  }

  private user(tokens: readonly string[], text: string, line: number): void {
    const { columns, from } = this;
    let cells = tokens;
    // Where a user came from nowhere, some versions leave the column blank.
    if (from !== -1 && cells.length === columns.length - 1)
      cells = [...cells.slice(0, from), '-', ...cells.slice(from)];
    if (cells.length < columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${columns.length} headings`);
      return;
    }
    const row = newRow();
    for (const [at, column] of columns.entries()) {
      const cell = at === columns.length - 1 ? cells.slice(at).join(' ') : (cells[at] ?? '');
      row[column] = cell === '-' ? null : cell;
    }
    this.sink.row(row);
  }
}

export const wParser: ParserDefinition = {
  id: 'w',
  title: 'Who is logged in, and the load averages',
  tools: ['w'],
  expects: 'the line of uptime, then a heading with TTY',
  fields: { FROM: 'null for a local login' },
  // busybox and toybox print no line of uptime.
  likelihood: (head) => {
    if (uptimeLine(words(head[0] ?? '')) && words(head[1] ?? '').includes('TTY')) return 0.95;
    return (head[0] ?? '').startsWith('USER') && words(head[0] ?? '')[1] === 'TTY' ? 0.8 : 0;
  },
  create: (sink) => new WParser(sink),
};
