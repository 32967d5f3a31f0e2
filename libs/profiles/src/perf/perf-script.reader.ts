import type { ParseIssue } from '@fleetscope/contracts';
import { ByteTable, HASHED, hashRange, hashWord } from './byte-table';
import { KnownFrames, type Names } from './known-frames';
import { type Frame, frameOf } from './perf-script-frame';
import { PerfScriptHeading } from './perf-script-heading';
import { MAX_DEPTH } from './stack-table';

export interface PerfScriptOptions {
  /** The event to take, with or without its modifiers (`cycles`, `cycles:u`). Default: the first in the text. */
  readonly event?: string;
  readonly limits?: Partial<PerfScriptLimits>;
}

export interface PerfScriptLimits {
  /** Bytes of one line; what is longer is left out, with an issue. */
  readonly maxLineBytes: number;
  /** Bytes of the lines remembered as known frames; past it they are forgotten and learned again. */
  readonly maxKnownBytes: number;
  readonly maxIssues: number;
}

export const PERF_SCRIPT_LIMITS: PerfScriptLimits = {
  maxLineBytes: 1_048_576,
  maxKnownBytes: 12_582_912,
  maxIssues: 100,
};

/** What is made of the samples. */
export interface SampleSink {
  /** A number for a command's name; asked once for each. */
  command(text: string): number;
  /** The numbers of what a frame stands for, leaf first; asked once for each line (and once more for Java). */
  frame(frame: Frame, command: string): Names;
  /** A sample begins. The heading's ranges point into `bytes`, and hold for this call only. */
  begin(heading: PerfScriptHeading, bytes: Uint8Array, command: number): void;
  /** It has ended with `frames[0..depth)`, leaf first; there is room for two more. */
  end(frames: Int32Array, depth: number): void;
}

export interface PerfScriptResult {
  /** Samples taken. */
  readonly samples: number;
  /** Every event of the text with its samples, in the order of their coming. */
  readonly events: ReadonlyMap<string, number>;
  /** The event taken; null when the text names none. */
  readonly event: string | null;
  /** Lines not understood: the first ones, and how many there were. */
  readonly issues: readonly ParseIssue[];
  readonly issueCount: number;
}

/** The text is not what `perf script` prints. */
export class NotPerfScriptError extends Error {
  override readonly name = 'NotPerfScriptError';
}

interface Command {
  readonly text: string;
  /** What the sink calls it. */
  readonly id: number;
}

interface Event {
  readonly text: string;
  samples: number;
  readonly wanted: boolean;
}

const NEWLINE = 10;
const TAB = 9;
const SPACE = 32;
const CR = 13;
const HASH = 35;
const MODIFIERS = 'ukhHGpPSDIWe';

const EMPTY = new Uint8Array(0);
const FOLDED_AWAY: readonly number[] = [];

const textOf = (bytes: Uint8Array, from: number, to: number): string => {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
};

const decoded = (bytes: Uint8Array, from: number, to: number): string =>
  new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + 400)));

/** Whether one of the four bytes is a newline: `other` has a zero byte there. */
const hasNewline = (word: number): boolean => {
  const other = word ^ 0x0a0a0a0a;
  return ((other - 0x01010101) & ~other & 0x80808080) !== 0;
};

const isEvent = (event: string, wanted: string): boolean => {
  if (event === wanted) return true;
  if (!event.startsWith(`${wanted}:`)) return false;
  for (let at = wanted.length + 1; at < event.length; at++) if (!MODIFIERS.includes(event[at] as string)) return false;
  return true;
};

/** Reads `perf script` text, cut anywhere, and gives its samples to a sink as they come. */
export class PerfScriptReader {
  private readonly limits: PerfScriptLimits;
  private readonly heading = new PerfScriptHeading();
  private readonly plain: KnownFrames;
  /** Java's frames are named by another rule. */
  private readonly java: KnownFrames;
  private known: KnownFrames;
  private readonly commands = new ByteTable();
  private readonly commandList: Command[] = [];
  private readonly eventNames = new ByteTable();
  private readonly eventList: Event[] = [];
  private readonly frames = new Int32Array(MAX_DEPTH);
  private depth = 0;
  private state: 'outside' | 'sample' | 'skipped' = 'outside';
  private certain = false;
  private recognised = false;
  private command = '';
  private headingLine = 0;
  private line = 0;
  private carry: Uint8Array = EMPTY;
  private tooLong = false;
  private started = false;
  private utf16: InstanceType<typeof TextDecoder> | null = null;
  private samples = 0;
  private readonly events = new Map<string, Event>();
  private event: string | null = null;
  private readonly issues: ParseIssue[] = [];
  private issueCount = 0;

  constructor(
    private readonly sink: SampleSink,
    private readonly options: PerfScriptOptions = {},
  ) {
    this.limits = { ...PERF_SCRIPT_LIMITS, ...options.limits };
    this.plain = new KnownFrames(this.limits.maxKnownBytes);
    this.java = new KnownFrames(this.limits.maxKnownBytes);
    this.known = this.plain;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (!this.started) {
      if (bytes.length + this.carry.length < 3) {
        this.carry = joined(this.carry, bytes);
        return;
      }
      bytes = this.begin(joined(this.carry, bytes));
    }
    this.take(this.utf16 ? new TextEncoder().encode(this.utf16.decode(bytes, { stream: true })) : bytes);
  }

  /** @throws NotPerfScriptError when there is no sample in the text. */
  end(): PerfScriptResult {
    if (!this.started) this.take(this.begin(this.carry));
    if (this.utf16) this.take(new TextEncoder().encode(this.utf16.decode()));
    if (this.carry.length > 0) this.wholeLine(this.carry);
    this.flush();
    if (!this.recognised) {
      const first = this.issues[0];
      throw new NotPerfScriptError(
        `not perf script output: expected headings such as "make 4711 [001] 12.345678: 10101010 cpu-clock:" with frames below, but ${
          first ? `line ${first.line} is ${JSON.stringify(first.text.slice(0, 120))}` : 'there is no sample in it'
        }`,
      );
    }
    const { samples, event, issues, issueCount } = this;
    const events = new Map([...this.events].map(([name, one]) => [name, one.samples]));
    return { samples, events, event, issues, issueCount };
  }

  /** What a text begins with: a byte order mark tells its encoding (PowerShell redirects in UTF-16). */
  private begin(bytes: Uint8Array): Uint8Array {
    this.started = true;
    this.carry = EMPTY;
    if (bytes[0] === 0xff && bytes[1] === 0xfe) this.utf16 = new TextDecoder('utf-16le');
    else if (bytes[0] === 0xfe && bytes[1] === 0xff) this.utf16 = new TextDecoder('utf-16be');
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  }

  private take(bytes: Uint8Array): void {
    let from = 0;
    if (this.carry.length > 0 || this.tooLong) {
      const newline = bytes.indexOf(NEWLINE);
      if (newline === -1) {
        this.hold(bytes);
        return;
      }
      this.hold(bytes.subarray(0, newline));
      this.wholeLine(this.carry);
      from = newline + 1;
    }
    const rest = this.lines(bytes, from);
    if (rest < bytes.length) this.hold(bytes.subarray(rest));
  }

  private hold(bytes: Uint8Array): void {
    if (this.tooLong) return;
    if (this.carry.length + bytes.length > this.limits.maxLineBytes) {
      this.tooLong = true;
      this.carry = EMPTY;
    } else this.carry = joined(this.carry, bytes);
  }

  private wholeLine(bytes: Uint8Array): void {
    this.carry = EMPTY;
    if (this.tooLong) {
      this.tooLong = false;
      this.line++;
      this.issue('', `line longer than ${this.limits.maxLineBytes} bytes: left out`);
      return;
    }
    const line = new Uint8Array(bytes.length + 1);
    line.set(bytes);
    line[bytes.length] = NEWLINE;
    this.lines(line, 0);
  }

  /**
   * Reads the whole lines; gives where the line without an end begins. A known frame is found by its beginning and then
   * compared, newline included: nobody searches for its end.
   */
  private lines(bytes: Uint8Array, start: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.length;
    let from = start;
    while (from < end) {
      const first = bytes[from] as number;
      let at = from;
      let hash = 0;
      if (first === TAB || first === SPACE) {
        const head = Math.min(from + HASHED, end - 3);
        for (; at < head; at += 4) {
          const word = view.getInt32(at, true);
          if (hasNewline(word)) break;
          hash = hashWord(hash, word);
        }
        if (at === from + HASHED) {
          const id = this.known.lines.findPrefix(view, from, end, hash);
          if (id !== -1) {
            this.line++;
            const next = from + this.known.lines.lengthOf(id);
            this.knownFrame(this.known.names[id] as Names, bytes, from, next - 1);
            from = next;
            continue;
          }
        }
      }
      while (at <= end - 4 && !hasNewline(view.getInt32(at, true))) at += 4;
      while (at < end && bytes[at] !== NEWLINE) at++;
      if (at === end) return from;
      this.line++;
      this.oneLine(bytes, view, from, at);
      from = at + 1;
    }
    return from;
  }

  private knownFrame(names: Names, bytes: Uint8Array, from: number, to: number): void {
    if (this.state === 'sample') this.frame(names);
    else if (this.state === 'outside') this.stray(bytes, from, to);
  }

  private oneLine(bytes: Uint8Array, view: DataView, from: number, newline: number): void {
    const to = newline > from && bytes[newline - 1] === CR ? newline - 1 : newline;
    const first = bytes[from] as number;
    if (to === from) this.flush();
    else if (first === TAB || first === SPACE) this.indented(bytes, view, from, to, newline);
    else if (first === HASH) return;
    else if (this.heading.read(bytes, from, to)) {
      this.flush();
      this.begins(bytes, view, to);
    } else this.issue(decoded(bytes, from, to), 'neither a heading nor a frame');
  }

  private indented(bytes: Uint8Array, view: DataView, from: number, to: number, newline: number): void {
    const known = this.known.recall(view, from, newline + 1);
    if (known !== undefined) {
      this.knownFrame(known, bytes, from, to);
      return;
    }
    // A sample of one line has its command set to the right.
    if (bytes[from] === SPACE && this.heading.read(bytes, from, to)) {
      this.flush();
      this.begins(bytes, view, to);
      return;
    }
    const text = textOf(bytes, from, to);
    const frame = frameOf(text);
    if (text.trim() === '') this.flush();
    else if (frame && this.state === 'outside') this.stray(bytes, from, to);
    else if (frame) {
      const names = this.sink.frame(frame, this.command);
      this.known.learn(view, from, newline + 1, names);
      if (this.state === 'sample') this.frame(names);
    } else if (this.state !== 'outside' && isSourceLine(text)) this.known.learn(view, from, newline + 1, FOLDED_AWAY);
    else this.issue(decoded(bytes, from, to), 'neither a heading nor a frame');
  }

  private frame(names: Names): void {
    if (typeof names === 'number') {
      // Two are kept for what a sink puts below the stack.
      if (this.depth < MAX_DEPTH - 2) this.frames[this.depth++] = names;
    } else for (const name of names) this.frame(name);
  }

  private begins(bytes: Uint8Array, view: DataView, to: number): void {
    const { heading } = this;
    this.headingLine = this.line;
    this.certain = heading.certain;
    // Records of the recording itself (--show-mmap-events and the like) are no samples.
    if (startsWith(bytes, heading.restFrom, 'PERF_RECORD_')) {
      this.recognised = true;
      this.state = 'skipped';
      return;
    }
    if (heading.certain) this.recognised = true;
    if (heading.eventTo > 0) {
      const event = this.eventOf(bytes, view, heading.eventFrom, heading.eventTo);
      event.samples++;
      if (!event.wanted) {
        this.state = 'skipped';
        return;
      }
    }
    this.state = 'sample';
    const command = this.commandOf(bytes, view, heading.commFrom, heading.commTo);
    this.command = command.text;
    this.known = command.text === 'java' ? this.java : this.plain;
    this.sink.begin(heading, bytes, command.id);
    if (heading.restFrom < to) {
      // A sample without a call chain has its one frame in the heading's line; a tracepoint has its fields there.
      const frame = frameOf(textOf(bytes, heading.restFrom, to));
      if (frame && (frame.module !== '' || heading.eventTo === 0)) {
        this.frame(this.sink.frame(frame, this.command));
        this.flush();
      }
    }
  }

  private eventOf(bytes: Uint8Array, view: DataView, from: number, to: number): Event {
    const hash = hashRange(view, from, to);
    const id = this.eventNames.find(view, from, to, hash);
    if (id !== -1) return this.eventList[id] as Event;
    const text = textOf(bytes, from, to);
    let event = this.events.get(text);
    if (!event) {
      const asked = this.options.event;
      const wanted = asked === undefined ? this.event === null : isEvent(text, asked);
      if (wanted) this.event ??= text;
      event = { text, samples: 0, wanted };
      this.events.set(text, event);
      const added = this.eventNames.add(view, from, to, hash);
      if (added !== -1) this.eventList[added] = event;
    }
    return event;
  }

  private commandOf(bytes: Uint8Array, view: DataView, from: number, to: number): Command {
    const hash = hashRange(view, from, to);
    const id = this.commands.find(view, from, to, hash);
    if (id !== -1) return this.commandList[id] as Command;
    if (this.commands.held + (to - from) > this.limits.maxKnownBytes) this.commands.clear();
    const text = textOf(bytes, from, to);
    const command: Command = { text, id: this.sink.command(text) };
    const added = this.commands.add(view, from, to, hash);
    if (added !== -1) this.commandList[added] = command;
    return command;
  }

  private flush(): void {
    if (this.state === 'sample') {
      if (this.certain || this.depth > 0) {
        this.recognised = true;
        this.samples++;
        this.sink.end(this.frames, this.depth);
      } else this.issue(this.command, 'neither a heading nor a frame', this.headingLine);
    }
    this.state = 'outside';
    this.depth = 0;
  }

  private stray(bytes: Uint8Array, from: number, to: number): void {
    this.issue(decoded(bytes, from, to), 'a frame that belongs to no sample');
  }

  private issue(text: string, reason: string, line = this.line): void {
    this.issueCount++;
    if (this.issues.length < this.limits.maxIssues) this.issues.push({ line, text: text.slice(0, 400), reason });
  }
}

/** `  file.c:12`, `  [kernel.kallsyms][ffffffff81d33df7]`: what `-F +srcline` prints below a frame, two blanks deep. */
const isSourceLine = (line: string): boolean =>
  line.startsWith('  ') && line.length > 2 && line[2] !== ' ' && line[2] !== '\t';

const startsWith = (bytes: Uint8Array, from: number, text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
};

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
};
