import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { foldedLine } from './folded-line';

/** Folded stacks, one a line, whoever wrote them: stackcollapse, async-profiler -o collapsed, bcc -f, `fleetscope fold`. */
class CollapsedParser implements LineParser {
  recognised = false;

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    if (text.trim() === '' || text.startsWith('#')) return;
    const found = foldedLine(text);
    if (!found) {
      this.sink.issue(line, text, 'no number behind the stack');
      return;
    }
    this.recognised ||= found.stack.includes(';');
    const row = newRow();
    row.stack = found.stack;
    row.value = found.value;
    this.sink.row(row);
  }
}

export const collapsedParser: ParserDefinition = {
  id: 'collapsed',
  title: 'Folded stacks, one a line',
  tools: ['fleetscope fold', 'stackcollapse-perf.pl', 'asprof -o collapsed'],
  expects: 'lines such as `main;read;copy_user 12`',
  fields: { stack: 'frames root first, `;` between', value: 'samples, or what was counted' },
  likelihood: (head) => {
    const found = head.filter((line) => !line.startsWith('#')).map(foldedLine);
    return found.length > 0 && found.every((one) => one !== null) && found.some((one) => one?.stack.includes(';'))
      ? 0.6
      : 0;
  },
  create: (sink) => new CollapsedParser(sink),
};
