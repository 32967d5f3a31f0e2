import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { NumberReader } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

/** `node0 node1`, or `Node 0  Node 1  Total`: the names of the columns; null when the line is no heading. */
const headingOf = (tokens: readonly string[]): string[] | null => {
  const columns: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === 'Node') columns.push(`Node ${tokens[++at] ?? ''}`);
    else if (token.startsWith('node') || token === 'Total') columns.push(token);
    else if (token !== 'PID' || at > 0) return null;
  }
  return columns.length > 0 && columns.some((column) => column.toLowerCase().startsWith('node')) ? columns : null;
};

/** numastat: counters since boot by node, or the memory of nodes or processes (-m, -n, -p). */
class NumastatParser implements LineParser {
  recognised = false;
  private columns: readonly string[] = [];
  private caption: string | null = null;
  private readonly reader = new NumberReader('.');

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    const tokens = words(text);
    const heading = headingOf(tokens);
    // `Token SecPageTables not in hash table.`: the kernel has a line that this numastat doesn't know.
    if (tokens.length === 0 || tokens[0] === 'Token' || tokens.every((token) => token.startsWith('---'))) return;
    if (text.startsWith('Per-node ')) {
      this.recognised = true;
      this.caption = text.trim();
      this.columns = [];
    } else if (heading) {
      this.recognised = true;
      this.columns = heading;
    } else if (this.columns.length === 0) this.sink.issue(line, text, 'line before any heading');
    else this.row(this.columns, tokens, text, line);
  }

  private row(columns: readonly string[], tokens: readonly string[], text: string, line: number): void {
    if (tokens.length <= columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} words for a name and ${columns.length} columns`);
      return;
    }
    const row = newRow();
    if (this.caption !== null) row.table = this.caption;
    row.name = tokens.slice(0, -columns.length).join(' ');
    for (const [at, column] of columns.entries()) {
      const word = tokens[tokens.length - columns.length + at] ?? '';
      const value: CellValue = this.reader.number(word);
      if (value === null) this.sink.issue(line, text, `${column} is no number: ${word.slice(0, 40)}`);
      row[column] = value;
    }
    this.sink.row(row);
  }
}

export const numastatParser: ParserDefinition = {
  id: 'numastat',
  title: 'Memory by node',
  tools: ['numastat', 'numastat -m', 'numastat -n', 'numastat -p'],
  expects: 'a heading of nodes: node0, or Node 0',
  fields: {
    table: 'the line above, with its unit',
    'numa_miss other_node': 'pages since boot that came from another node than asked for',
  },
  likelihood: (head) => {
    if (head.some((line) => line.startsWith('Per-node '))) return 0.95;
    return headingOf(words(head[0] ?? '')) && head.some((line) => line.startsWith('numa_hit')) ? 0.95 : 0;
  },
  create: (sink) => new NumastatParser(sink),
};
