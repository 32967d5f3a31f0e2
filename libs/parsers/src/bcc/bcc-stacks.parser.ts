import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { foldedLine } from '../profiling/folded-line';
import { isBanner, withoutInterrupt } from './bcc-line';

/** Deeper than any stack the kernel walks; a text of frames without an end costs no more than this. */
const MAX_FRAMES = 2048;

/** `-                cp (9036)` and `cp (9036)`: the task under its stack. */
const taskOf = (text: string): { comm: string; pid: number | null } => {
  const bare = text.startsWith('-') && text.slice(1).startsWith('  ') ? text.slice(1).trim() : text;
  const open = bare.lastIndexOf(' (');
  const pid = bare.slice(open + 2, -1);
  return open > 0 && bare.endsWith(')') && isInteger(pid)
    ? { comm: bare.slice(0, open), pid: Number(pid) }
    : { comm: bare, pid: null };
};

/**
 * The stacks of `profile` and `offcputime`: leaf first over several lines, the task below, then the value; or folded, one line a
 * stack (-f).
 */
class BccStacksParser implements LineParser {
  recognised = false;
  private frames: string[] = [];
  private from = 0;

  constructor(
    private readonly sink: Sink,
    private readonly unit: 'samples' | 'us',
  ) {}

  line(raw: string, line: number): void {
    const text = withoutInterrupt(raw);
    const trimmed = text.trim();
    if (trimmed === '' || isBanner(trimmed)) return;
    if (text.startsWith(' ') || text.startsWith('\t')) this.indented(trimmed, text, line);
    else this.folded(text, line);
  }

  private folded(text: string, line: number): void {
    this.unfinished();
    const found = foldedLine(text);
    if (!found) {
      this.sink.issue(line, text, 'neither a stack nor its value');
      return;
    }
    const at = found.stack.indexOf(';');
    this.emit(at === -1 ? found.stack : found.stack.slice(0, at), null, found.stack, found.value);
  }

  private indented(trimmed: string, text: string, line: number): void {
    if (isInteger(trimmed) && this.frames.length > 0) {
      const { comm, pid } = taskOf(this.frames.pop() ?? '');
      const stack = [comm, ...this.frames.reverse()].map((frame) => frame.replaceAll(';', ':')).join(';');
      this.frames = [];
      this.emit(comm, pid, stack, Number(trimmed));
      return;
    }
    if (this.frames.length >= MAX_FRAMES) {
      this.sink.once('depth', line, text, `more than ${MAX_FRAMES} frames in a stack: the rest is left out`);
      return;
    }
    if (this.frames.length === 0) this.from = line;
    // `--` is where the kernel's frames end and the program's begin (-d); old versions print addresses.
    const parts = words(trimmed);
    const addressed = parts.length === 2 && (parts[0]?.length ?? 0) === 16 && !this.frames.includes(trimmed);
    this.frames.push(addressed ? (parts[1] ?? trimmed) : trimmed === '--' ? '-' : trimmed);
  }

  private emit(comm: string, pid: number | null, stack: string, value: number): void {
    this.recognised = true;
    const row = newRow();
    row.comm = comm;
    if (pid !== null) row.pid = pid;
    row.stack = stack;
    row[this.unit] = value;
    this.sink.row(row);
  }

  private unfinished(): void {
    if (this.frames.length === 0) return;
    this.sink.issue(this.from, this.frames[0] ?? '', 'a stack without its value');
    this.frames = [];
  }

  end(): void {
    this.unfinished();
  }
}

const headed = (head: readonly string[], start: string): number =>
  head.slice(0, 4).some((line) => withoutInterrupt(line).startsWith(start)) ? 0.95 : 0;

const stacksParser = (name: string, title: string, unit: 'samples' | 'us', start: string): ParserDefinition => ({
  id: `bcc-${name}`,
  title,
  tools: [`${name}-bpfcc`, name],
  expects: 'stacks over several lines with a number below, or folded, one a line (-f)',
  fields: {
    stack: 'frames root first, `;` between, the command before them; `-` parts kernel from program (-d)',
    [unit]: unit === 'us' ? 'microseconds off the CPU' : 'samples',
  },
  documented: 'bcc 0.26',
  likelihood: (head) => headed(head, start),
  create: (sink) => new BccStacksParser(sink, unit),
});

export const bccProfileParser = stacksParser('profile', 'Stacks that were on a CPU', 'samples', 'Sampling at ');
export const bccOffcputimeParser = stacksParser(
  'offcputime',
  'Stacks that were off the CPU',
  'us',
  'Tracing off-CPU time',
);
