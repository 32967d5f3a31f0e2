import type { MetricId } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { digitRuns } from '../core/civil-time';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

const METRICS: readonly (readonly [string, MetricId])[] = [
  ['estab', 'tcp.sockets_established'],
  ['timewait', 'tcp.sockets_time_wait'],
  ['orphaned', 'tcp.sockets_orphaned'],
];

class SsSummaryParser implements LineParser {
  recognised = false;
  private columns: readonly string[] = [];

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    const tokens = words(text);
    const first = tokens[0];
    if (first === undefined) return;
    if (first === 'Total:') {
      const row = newRow();
      row.Total = Number(tokens[1]);
      this.recognised = true;
      this.sink.row(row);
    } else if (first === 'TCP:') this.tcp(text, line);
    else if (first === 'Transport') this.columns = tokens;
    else if (this.columns.length > 0) this.transport(tokens, text, line);
    else this.sink.issue(line, text, 'no line of a summary');
  }

  /** `TCP:   13 (estab 5, closed 1, orphaned 0, timewait 1)`; older: `synrecv 0, timewait 1/0), ports 0`. */
  private tcp(text: string, line: number): void {
    this.recognised = true;
    const row = newRow();
    row.TCP = digitRuns(text, 1)[0]?.value ?? null;
    const counts = new Map<string, number>();
    const inside = text
      .slice(text.indexOf('(') + 1)
      .split(')')
      .join(',');
    for (const pair of inside.split(',')) {
      const [name, count] = words(pair);
      const value = digitRuns(count ?? '', 1)[0]?.value;
      if (name === undefined || value === undefined) continue;
      row[name] = value;
      counts.set(name, value);
    }
    this.sink.row(row);
    for (const [name, metric] of METRICS) this.sink.measure(metric, null, counts.get(name) ?? null, line);
  }

  private transport(tokens: readonly string[], text: string, line: number): void {
    if (tokens.length !== this.columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${this.columns.length} headings`);
      return;
    }
    const row = newRow();
    for (const [at, column] of this.columns.entries()) {
      const word = tokens[at] ?? '';
      row[column] = at === 0 ? word : isInteger(word) ? Number(word) : null;
    }
    this.sink.row(row);
  }
}

export const ssSummaryParser: ParserDefinition = {
  id: 'ss-s',
  title: 'Sockets by state and transport',
  tools: ['ss -s'],
  expects: 'a line beginning with Total: or TCP:',
  fields: { timewait: 'sockets in TIME-WAIT' },
  likelihood: (head) => (head.some((line) => line.startsWith('TCP:') && line.includes('estab')) ? 0.95 : 0),
  create: (sink) => new SsSummaryParser(sink),
};
