import type { ParseIssue } from '@fleetscope/contracts';
import { ByteTable, hashRange, hashWord } from './byte-table';
import { type Frame, frameOf, namesOf } from './perf-script-frame';
import { PerfScriptHeading } from './perf-script-heading';
import { MAX_DEPTH, StackTable } from './stack-table';

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
  readonly limits?: Partial<FoldLimits>;
}

export interface FoldLimits {
  /** Bytes of one line; what is longer is left out, with an issue. */
  readonly maxLineBytes: number;
  /** Bytes of the lines remembered as known frames; past it they are forgotten and learned again. */
  readonly maxKnownBytes: number;
  readonly maxIssues: number;
}

export const FOLD_LIMITS: FoldLimits = { maxLineBytes: 1_048_576, maxKnownBytes: 12_582_912, maxIssues: 100 };

export interface FoldResult {
  readonly stacks: StackTable;
  /** Samples folded. */
  readonly samples: number;
  /** Every event of the text with its samples, in the order of their coming. */
  readonly events: ReadonlyMap<string, number>;
  /** The event folded; null when the text names none. */
  readonly event: string | null;
  /** Samples whose text has no process id, only the thread's (`perf script` prints both with `-F +pid`). */
  readonly withoutPid: number;
  /** Lines not understood: the first ones, and how many there were. */
  readonly issues: readonly ParseIssue[];
  readonly issueCount: number;
}

/** The text is not what `perf script` prints. */
export class NotPerfScriptError extends Error {
  override readonly name = 'NotPerfScriptError';
}

interface KnownFrames {
  readonly lines: ByteTable;
  readonly names: Names[];
}

/** The numbers of a frame's names, leaf first; mostly there is one. */
type Names = number | readonly number[];

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

const isEvent = (event: string, wanted: string): boolean => {
  if (event === wanted) return true;
  if (!event.startsWith(`${wanted}:`)) return false;
  for (let at = wanted.length + 1; at < event.length; at++) if (!MODIFIERS.includes(event[at] as string)) return false;
  return true;
};

/** Reads `perf script` text, cut anywhere, and folds it as it comes. */
export class PerfScriptReader {
  private readonly limits: FoldLimits;
  private readonly stacks = new StackTable();
  private readonly heading = new PerfScriptHeading();
  /** Lines of frames by their bytes: what differs between two samples is seldom a frame. */
  private readonly plain: KnownFrames = { lines: new ByteTable(), names: [] };
  /** Java's frames are named by another rule. */
  private readonly java: KnownFrames = { lines: new ByteTable(), names: [] };
  private known = this.plain;
  /** Commands and events by their bytes. */
  private readonly words = new ByteTable();
  private readonly wordTexts: string[] = [];
  private readonly frames = new Int32Array(MAX_DEPTH);
  private depth = 0;
  private state: 'outside' | 'sample' | 'skipped' = 'outside';
  private certain = false;
  private recognised = false;
  private root = -1;
  private outerRoot = -1;
  private command = '';
  private weight = 1;
  private headingLine = 0;
  private line = 0;
  private carry: Uint8Array = EMPTY;
  private tooLong = false;
  private started = false;
  private utf16: InstanceType<typeof TextDecoder> | null = null;
  private samples = 0;
  private withoutPid = 0;
  private readonly events = new Map<string, number>();
  private event: string | null = null;
  private readonly issues: ParseIssue[] = [];
  private issueCount = 0;

  constructor(private readonly options: FoldOptions = {}) {
    this.limits = { ...FOLD_LIMITS, ...options.limits };
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
  end(): FoldResult {
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
    const { stacks, samples, events, event, withoutPid, issues, issueCount } = this;
    return { stacks, samples, events, event, withoutPid, issues, issueCount };
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

  /** Reads the whole lines; gives where the line without an end begins. Finds the end and the hash in one go. */
  private lines(bytes: Uint8Array, start: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.length;
    const words = end - 4;
    let from = start;
    while (from < end) {
      let hash = 0;
      let at = from;
      while (at <= words) {
        const word = view.getInt32(at, true);
        // A byte of `other` is zero where `word` has a newline.
        const other = word ^ 0x0a0a0a0a;
        if (((other - 0x01010101) & ~other & 0x80808080) !== 0) break;
        hash = hashWord(hash, word);
        at += 4;
      }
      for (; at < end; at++) {
        const byte = bytes[at] as number;
        if (byte === NEWLINE) break;
        hash = hashWord(hash, byte);
      }
      if (at === end) return from;
      this.line++;
      this.oneLine(bytes, view, from, at, hash);
      from = at + 1;
    }
    return from;
  }

  private oneLine(bytes: Uint8Array, view: DataView, from: number, to: number, hash: number): void {
    const first = bytes[from] as number;
    if (first === TAB || first === SPACE) {
      const id = this.known.lines.find(view, from, to, hash);
      if (id !== -1) {
        if (this.state === 'sample') this.frame(this.known.names[id] as Names);
        else if (this.state === 'outside') this.stray(bytes, from, to);
        return;
      }
    }
    if (to === from || (to === from + 1 && first === CR)) this.flush();
    else if (first !== HASH) this.unknownLine(bytes, view, from, bytes[to - 1] === CR ? to - 1 : to, to, hash);
  }

  private unknownLine(bytes: Uint8Array, view: DataView, from: number, to: number, whole: number, hash: number): void {
    const first = bytes[from] as number;
    if (first !== TAB && this.heading.read(bytes, from, to)) {
      this.flush();
      this.begins(bytes, view, to);
      return;
    }
    if (first === TAB || first === SPACE) {
      const text = textOf(bytes, from, to);
      if (text.trim() === '') {
        this.flush();
        return;
      }
      const frame = frameOf(text);
      if (frame && this.state === 'outside') this.stray(bytes, from, to);
      else if (frame) {
        const names = this.named(frame);
        this.learn(view, from, whole, hash, names);
        if (this.state === 'sample') this.frame(names);
      } else if (this.state !== 'outside' && isSourceLine(text)) this.learn(view, from, whole, hash, FOLDED_AWAY);
      else this.issue(decoded(bytes, from, to), 'neither a heading nor a frame');
      return;
    }
    this.issue(decoded(bytes, from, to), 'neither a heading nor a frame');
  }

  private named(frame: Frame): Names {
    const { inline = true, kernelSuffix = false } = this.options;
    const names = namesOf(frame, { inline, kernelSuffix }, this.command).map((name) => this.stacks.name(name));
    // Leaf first, as the frames come.
    return names.length === 1 ? (names[0] as number) : names.length === 0 ? FOLDED_AWAY : names.reverse();
  }

  private learn(view: DataView, from: number, to: number, hash: number, names: Names): void {
    const { lines } = this.known;
    if (lines.held + (to - from) > this.limits.maxKnownBytes) {
      lines.clear();
      this.known.names.length = 0;
    }
    this.known.names[lines.add(view, from, to, hash)] = names;
  }

  private frame(names: Names): void {
    if (typeof names === 'number') {
      // Two are kept for what the stack stands on.
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
    if (heading.eventTo > 0 && !this.wanted(this.word(bytes, view, heading.eventFrom, heading.eventTo))) {
      this.state = 'skipped';
      return;
    }
    this.state = 'sample';
    this.command = this.word(bytes, view, heading.commFrom, heading.commTo);
    this.known = this.command === 'java' ? this.java : this.plain;
    this.weight = this.options.count === 'samples' ? 1 : heading.period || 1;
    this.rootOf(bytes);
    if (heading.restFrom < to) {
      // A sample without a call chain has its one frame in the heading's line; a tracepoint has its fields there.
      const frame = frameOf(textOf(bytes, heading.restFrom, to));
      if (frame && (frame.module !== '' || heading.eventTo === 0)) {
        this.frame(this.named(frame));
        this.flush();
      }
    }
  }

  private wanted(event: string): boolean {
    this.events.set(event, (this.events.get(event) ?? 0) + 1);
    if (this.options.event !== undefined && this.event === null && isEvent(event, this.options.event))
      this.event = event;
    if (this.options.event !== undefined) return isEvent(event, this.options.event);
    this.event ??= event;
    return event === this.event;
  }

  private rootOf(bytes: Uint8Array): void {
    const { heading, stacks } = this;
    // Folded lines are cut at semicolons, and their count at the last blank.
    const command = this.command.replaceAll(' ', '_').replaceAll(';', ':');
    const { by = 'comm' } = this.options;
    this.outerRoot = -1;
    if (by === 'comm') this.root = stacks.name(command);
    else if (by === 'cpu') {
      this.root = stacks.name(command);
      this.outerRoot = stacks.name(`cpu${heading.cpu ?? '?'}`);
    } else {
      const pid = heading.pidTo > heading.pidFrom ? textOf(bytes, heading.pidFrom, heading.pidTo) : '?';
      if (pid === '?') this.withoutPid++;
      const tid = by === 'tid' ? `/${textOf(bytes, heading.tidFrom, heading.tidTo)}` : '';
      this.root = stacks.name(`${command}-${pid}${tid}`);
    }
  }

  private word(bytes: Uint8Array, view: DataView, from: number, to: number): string {
    const hash = hashRange(view, from, to);
    let id = this.words.find(view, from, to, hash);
    if (id === -1) {
      if (this.words.held + (to - from) > this.limits.maxKnownBytes) this.words.clear();
      id = this.words.add(view, from, to, hash);
      this.wordTexts[id] = textOf(bytes, from, to);
    }
    return this.wordTexts[id] as string;
  }

  private flush(): void {
    if (this.state === 'sample') {
      if (this.certain || this.depth > 0) {
        this.recognised = true;
        this.samples++;
        this.frames[this.depth++] = this.root;
        if (this.outerRoot !== -1) this.frames[this.depth++] = this.outerRoot;
        this.stacks.add(this.frames, this.depth, this.weight);
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
