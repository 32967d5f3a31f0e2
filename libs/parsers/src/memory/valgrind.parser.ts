import type { CellValue } from '@fleetscope/contracts';
import { ByFirstLine } from '../core/by-first-line';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { ObservedTable } from '../tables/observed-table';
import { count, LEAK_COLUMNS } from './valgrind-loss';
import { ValgrindXml } from './valgrind-xml';

const MAX_FRAMES = 512;
/** Kinds of the leak summary, in the order of memcheck's manual. */
const KINDS = ['definitely lost', 'indirectly lost', 'possibly lost', 'still reachable', 'suppressed'];

/** `0x109160: lose (leak.c:4)` after `at` or `by`. */
const frameOf = (tokens: readonly string[]): string => tokens.slice(2).join(' ').replaceAll(';', ':');

/** The text of valgrind's memcheck: losses with their stacks, and the summaries. Other errors are rows of one line. */
class ValgrindText implements LineParser {
  recognised = false;
  private loss: { kind: string; bytes: number; blocks: number; frames: string[]; line: number } | null = null;
  private readonly leaks: ObservedTable;

  constructor(private readonly sink: Sink) {
    this.leaks = new ObservedTable(sink, 'memory-leaks', LEAK_COLUMNS);
  }

  line(raw: string, line: number): void {
    // The program's own output stands between: only what has the mark is valgrind's.
    const text = markless(raw);
    if (text === null) return;
    this.recognised = true;
    const trimmed = text.trim();
    const tokens = words(trimmed);
    if (tokens.length === 0) this.flush();
    else if ((tokens[0] === 'at' || tokens[0] === 'by') && (tokens[1] ?? '').startsWith('0x')) this.frame(tokens);
    else {
      this.flush();
      this.statement(trimmed, tokens, line);
    }
  }

  private statement(text: string, tokens: readonly string[], line: number): void {
    const colon = text.indexOf(': ');
    const label = text.slice(0, colon);
    const rest = words(text.slice(colon + 2));
    if (KINDS.includes(label) || label === 'in use at exit') this.total(label, rest, line);
    else if (label === 'total heap usage') this.usage(rest);
    else if (label === 'ERROR SUMMARY') this.fact('errors', count(rest[0] ?? ''));
    else if (text.includes(' in loss record ')) this.begin(text, tokens, line);
    else if (label === 'Using Valgrind' || text.startsWith('Using Valgrind-'))
      this.fact('version', (text.slice('Using Valgrind-'.length).split(' ')[0] ?? '').trim());
    else if (label === 'Command') this.fact('command', rest.join(' '));
  }

  private fact(key: string, value: CellValue): void {
    this.sink.fact('valgrind', key, value);
  }

  /** `364 bytes in 4 blocks` */
  private total(label: string, tokens: readonly string[], line: number): void {
    const [bytes, blocks] = [count(tokens[0] ?? ''), count(tokens[3] ?? '')];
    if (bytes === null || blocks === null) {
      this.sink.issue(line, label, 'a sum without its numbers');
      return;
    }
    const row = newRow();
    row.summary = label;
    row.bytes = bytes;
    row.blocks = blocks;
    this.sink.row(row);
    this.fact(`${label} bytes`, bytes);
  }

  /** `6 allocs, 0 frees, 940 bytes allocated` */
  private usage(tokens: readonly string[]): void {
    const row = newRow();
    row.summary = 'total heap usage';
    row.allocs = count(tokens[0] ?? '');
    row.frees = count(tokens[2] ?? '');
    row.bytes = count(tokens[4] ?? '');
    this.sink.row(row);
  }

  /** `128 (64 direct, 64 indirect) bytes in 1 blocks are definitely lost in loss record 2 of 4` */
  private begin(text: string, tokens: readonly string[], line: number): void {
    const at = tokens.indexOf('blocks');
    const kind = KINDS.find((one) => text.includes(` ${one} in loss record `));
    const [bytes, blocks] = [count(tokens[0] ?? ''), count(tokens[at - 1] ?? '')];
    if (kind === undefined || bytes === null || blocks === null)
      this.sink.issue(line, text, 'a loss without its numbers');
    else this.loss = { kind, bytes, blocks, frames: [], line };
  }

  private frame(tokens: readonly string[]): void {
    if (this.loss && this.loss.frames.length < MAX_FRAMES) this.loss.frames.push(frameOf(tokens));
  }

  private flush(): void {
    const { loss } = this;
    if (!loss) return;
    this.loss = null;
    const stack = [...loss.frames].reverse().join(';');
    const row = newRow();
    row.kind = loss.kind;
    row.bytes = loss.bytes;
    row.blocks = loss.blocks;
    row.stack = stack;
    this.sink.row(row);
    this.leaks.add([loss.kind, loss.bytes, loss.blocks, stack], loss.line);
  }

  end(): void {
    this.flush();
    this.leaks.end();
  }
}

/** What stands behind `==4711==`, with or without a time in front; null when the line isn't valgrind's. */
const markless = (line: string): string | null => {
  const open = line.indexOf('==');
  const close = line.indexOf('==', open + 2);
  if (open === -1 || close === -1 || !isInteger(line.slice(open + 2, close))) return null;
  const before = line.slice(0, open);
  return before === '' || before.length < 20 ? line.slice(close + 2) : null;
};

export const valgrindParser: ParserDefinition = {
  id: 'valgrind',
  title: 'Memory a program lost, as memcheck reports it',
  tools: ['valgrind', 'valgrind --leak-check=full', 'valgrind --xml=yes'],
  expects: 'lines beginning with `==4711==`, or an XML document valgrindoutput',
  fields: {
    summary: 'of the heap and leak summaries',
    stack: 'frames root first, `;` between',
    'bytes blocks': 'of a loss those lost indirectly with it are counted, too',
  },
  likelihood: (head) => {
    if (head.some((line) => line.includes('<valgrindoutput>'))) return 0.95;
    return head.filter((line) => markless(line) !== null).length > head.length / 2 ? 0.9 : 0;
  },
  create: (sink) =>
    new ByFirstLine((first) => (first.startsWith('<') ? new ValgrindXml(sink) : new ValgrindText(sink))),
};
