import { isoOrNull } from '../core/civil-time';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';
import { clockTime } from '../tables/local-clock';
import { ObservedTable } from '../tables/observed-table';
import { isBanner, withoutInterrupt } from './bcc-line';

const MAX_FRAMES = 2048;
const COLUMNS = ['time', 'bytes', 'allocations', 'stack'];

interface Leak {
  readonly row: MutableRow;
  readonly frames: string[];
  readonly line: number;
}

/** Allocations that were not freed, by the stack that made them: a line of sums, its frames below, leaf first. */
class BccMemleakParser implements LineParser {
  recognised = false;
  private time: string | null = null;
  private leak: Leak | null = null;
  private readonly table: ObservedTable;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.table = new ObservedTable(sink, 'memory-leaks', COLUMNS);
  }

  line(raw: string, line: number): void {
    const text = withoutInterrupt(raw);
    const trimmed = text.trim();
    if (trimmed === '') {
      this.flush();
      return;
    }
    if (isBanner(trimmed)) return;
    const tokens = words(trimmed);
    if (trimmed.startsWith('[') && trimmed.includes('] Top ')) {
      this.flush();
      this.recognised = true;
      this.time = isoOrNull(clockTime((tokens[0] ?? '').slice(1, -1), this.ctx));
    } else if (isSum(tokens)) this.begin(tokens, line);
    else if (tokens[0] === 'addr' && tokens[3] === 'size') this.allocation(tokens);
    else if (this.leak && text.startsWith('\t\t')) this.frame(this.leak, trimmed, line);
    else if (this.leak && text.startsWith('        ')) this.frame(this.leak, trimmed, line);
    else this.sink.issue(line, raw, 'neither a sum nor a frame of its stack');
  }

  private begin(tokens: readonly string[], line: number): void {
    this.flush();
    this.recognised = true;
    const row = newRow();
    if (this.time !== null) row.time = this.time;
    row.bytes = Number(tokens[0]);
    row.allocations = Number(tokens[3]);
    this.leak = { row, frames: [], line };
  }

  /** `addr = 948cd0 size = 16`, before the sum they belong to (-a). */
  private allocation(tokens: readonly string[]): void {
    this.flush();
    const size = tokens[5] ?? '';
    const row = newRow();
    if (this.time !== null) row.time = this.time;
    row.addr = tokens[2] ?? null;
    row.size = isInteger(size) ? Number(size) : null;
    this.sink.row(row);
  }

  private frame(leak: Leak, frame: string, line: number): void {
    if (leak.frames.length < MAX_FRAMES) leak.frames.push(frame);
    else this.sink.once('depth', line, frame, `more than ${MAX_FRAMES} frames in a stack: the rest is left out`);
  }

  private flush(): void {
    if (!this.leak) return;
    const { row, frames, line } = this.leak;
    this.leak = null;
    const stack = frames
      .map((frame) => frame.replaceAll(';', ':'))
      .reverse()
      .join(';');
    row.stack = stack;
    this.sink.row(row);
    this.table.add([this.time, row.bytes as number, row.allocations as number, stack], line);
  }

  end(): void {
    this.flush();
    this.table.end();
  }
}

/** `80 bytes in 5 allocations from stack` */
const isSum = (tokens: readonly string[]): boolean =>
  isInteger(tokens[0] ?? '') &&
  tokens[1] === 'bytes' &&
  tokens[2] === 'in' &&
  isInteger(tokens[3] ?? '') &&
  (tokens[4] ?? '').startsWith('allocation');

export const bccMemleakParser: ParserDefinition = {
  id: 'bcc-memleak',
  title: 'Memory that was not freed, by the stack that asked for it',
  tools: ['memleak-bpfcc', 'memleak'],
  expects: 'lines such as `80 bytes in 5 allocations from stack` with frames below',
  fields: {
    stack: 'frames root first, `;` between',
    bytes: 'outstanding when the report was printed',
    addr: 'of a single allocation, with -a',
  },
  documented: 'bcc 0.26',
  likelihood: (head) =>
    head.some((line) => line.includes('stacks with outstanding allocations:') || isSum(words(line))) ? 0.95 : 0,
  create: (sink, ctx) => new BccMemleakParser(sink, ctx),
};
