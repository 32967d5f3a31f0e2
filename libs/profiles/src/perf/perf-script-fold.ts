import { type Frame, namesOf } from './perf-script-frame';
import { type PerfScriptHeading } from './perf-script-heading';
import { type Names } from './known-frames';
import { type PerfScriptLimits, PerfScriptReader, type PerfScriptResult, type SampleSink } from './perf-script.reader';
import { StackTable } from './stack-table';

export interface FoldOptions {
  /** The event to fold, with or without its modifiers (`cycles`, `cycles:u`). Default: the first in the text. */
  readonly event?: string;
  /** What the stacks stand on. `comm` is the command's name alone. Default `comm`. */
  readonly by?: 'comm' | 'pid' | 'tid' | 'cpu';
  /** False drops inlined frames. Default true. */
  readonly inline?: boolean;
  /** Marks kernel frames with `_[k]`. Default false. */
  readonly kernelSuffix?: boolean;
  /** `period` weighs a sample with its period where the text has one; `samples` counts each as one. Default `period`. */
  readonly count?: 'period' | 'samples';
  readonly limits?: Partial<PerfScriptLimits>;
}

export interface FoldResult extends PerfScriptResult {
  readonly stacks: StackTable;
  /** Samples whose text has no process id, only the thread's (`perf script` prints both with `-F +pid`). */
  readonly withoutPid: number;
}

const FOLDED_AWAY: readonly number[] = [];

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 32)));

class FoldSink implements SampleSink {
  readonly stacks = new StackTable();
  withoutPid = 0;
  private readonly folded: string[] = [];
  private readonly names: number[] = [];
  private root = -1;
  private outerRoot = -1;
  private weight = 1;

  constructor(private readonly options: FoldOptions) {}

  command(text: string): number {
    // Folded lines are cut at semicolons, and their count at the last blank.
    const folded = text.replaceAll(' ', '_').replaceAll(';', ':');
    this.folded.push(folded);
    return this.names.push(this.stacks.name(folded)) - 1;
  }

  frame(frame: Frame, command: string): Names {
    const { inline = true, kernelSuffix = false } = this.options;
    const names = namesOf(frame, { inline, kernelSuffix }, command).map((name) => this.stacks.name(name));
    return names.length === 1 ? (names[0] as number) : names.length === 0 ? FOLDED_AWAY : names.reverse();
  }

  begin(heading: PerfScriptHeading, bytes: Uint8Array, command: number): void {
    const { by = 'comm', count } = this.options;
    this.weight = count === 'samples' ? 1 : heading.period || 1;
    this.outerRoot = -1;
    this.root = this.names[command] as number;
    if (by === 'cpu') this.outerRoot = this.stacks.name(`cpu${heading.cpu ?? '?'}`);
    else if (by !== 'comm') {
      const pid = heading.pidTo > heading.pidFrom ? ascii(bytes, heading.pidFrom, heading.pidTo) : '?';
      if (pid === '?') this.withoutPid++;
      const tid = by === 'tid' ? `/${ascii(bytes, heading.tidFrom, heading.tidTo)}` : '';
      this.root = this.stacks.name(`${this.folded[command]}-${pid}${tid}`);
    }
  }

  end(frames: Int32Array, depth: number): void {
    let full = depth;
    frames[full++] = this.root;
    if (this.outerRoot !== -1) frames[full++] = this.outerRoot;
    this.stacks.add(frames, full, this.weight);
  }
}

/** Folds `perf script` text, cut anywhere, as it comes. */
export class PerfScriptFold {
  private readonly sink: FoldSink;
  private readonly reader: PerfScriptReader;

  constructor(options: FoldOptions = {}) {
    this.sink = new FoldSink(options);
    this.reader = new PerfScriptReader(this.sink, { event: options.event, limits: options.limits });
  }

  push(chunk: Uint8Array): void {
    this.reader.push(chunk);
  }

  /** @throws NotPerfScriptError when there is no sample in the text. */
  end(): FoldResult {
    const result = this.reader.end();
    return { ...result, stacks: this.sink.stacks, withoutPid: this.sink.withoutPid };
  }
}
