import type { ParseIssue } from '@fleetscope/contracts';
import { ByteTable, HASHED, hashRange, hashWhole, hashWord } from './byte-table';
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
  /** Lines that begin like too many others, by the hash of the whole. */
  readonly alike: ByteTable;
  readonly alikeNames: Names[];
}

const knownFrames = (): KnownFrames => ({ lines: new ByteTable(), names: [], alike: new ByteTable(), alikeNames: [] });

/** The numbers of a frame's names, leaf first; mostly there is one. */
type Names = number | readonly number[];

interface Command {
  readonly text: string;
  /** The command as it stands in folded lines. */
  readonly folded: string;
  /** The number of that name. */
  readonly name: number;
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

/** Reads `perf script` text, cut anywhere, and folds it as it comes. */
export class PerfScriptReader {
  private readonly limits: FoldLimits;
  private readonly stacks = new StackTable();
  private readonly heading = new PerfScriptHeading();
  /** Lines of frames by their bytes: what differs between two samples is seldom a frame. */
  private readonly plain: KnownFrames = knownFrames();
  /** Java's frames are named by another rule. */
  private readonly java: KnownFrames = knownFrames();
  private known = this.plain;
  private readonly commands = new ByteTable();
  private readonly commandList: Command[] = [];
  private readonly eventNames = new ByteTable();
  private readonly eventList: Event[] = [];
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
  private readonly events = new Map<string, Event>();
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
    const { stacks, samples, event, withoutPid, issues, issueCount } = this;
    const events = new Map([...this.events].map(([name, one]) => [name, one.samples]));
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
    const known = this.recalled(view, from, newline + 1);
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
      const names = this.named(frame);
      this.learn(view, from, newline + 1, names);
      if (this.state === 'sample') this.frame(names);
    } else if (this.state !== 'outside' && isSourceLine(text)) this.learn(view, from, newline + 1, FOLDED_AWAY);
    else this.issue(decoded(bytes, from, to), 'neither a heading nor a frame');
  }

  private named(frame: Frame): Names {
    const { inline = true, kernelSuffix = false } = this.options;
    const names = namesOf(frame, { inline, kernelSuffix }, this.command).map((name) => this.stacks.name(name));
    // Leaf first, as the frames come.
    return names.length === 1 ? (names[0] as number) : names.length === 0 ? FOLDED_AWAY : names.reverse();
  }

  private recalled(view: DataView, from: number, to: number): Names | undefined {
    const { lines, names, alike, alikeNames } = this.known;
    const id = lines.find(view, from, to, hashRange(view, from, to));
    if (id !== -1) return names[id];
    return alike.size === 0 ? undefined : alikeNames[alike.find(view, from, to, hashWhole(view, from, to))];
  }

  private learn(view: DataView, from: number, to: number, names: Names): void {
    const { known } = this;
    if (known.lines.held + known.alike.held + (to - from) > this.limits.maxKnownBytes) {
      known.lines.clear();
      known.alike.clear();
      known.names.length = known.alikeNames.length = 0;
    }
    const id = known.lines.add(view, from, to, hashRange(view, from, to));
    if (id !== -1) {
      known.names[id] = names;
      return;
    }
    const other = known.alike.add(view, from, to, hashWhole(view, from, to));
    if (other !== -1) known.alikeNames[other] = names;
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
    this.weight = this.options.count === 'samples' ? 1 : heading.period || 1;
    this.rootOf(bytes, command);
    if (heading.restFrom < to) {
      // A sample without a call chain has its one frame in the heading's line; a tracepoint has its fields there.
      const frame = frameOf(textOf(bytes, heading.restFrom, to));
      if (frame && (frame.module !== '' || heading.eventTo === 0)) {
        this.frame(this.named(frame));
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
    // Folded lines are cut at semicolons, and their count at the last blank.
    const folded = text.replaceAll(' ', '_').replaceAll(';', ':');
    const command: Command = { text, folded, name: this.stacks.name(folded) };
    const added = this.commands.add(view, from, to, hash);
    if (added !== -1) this.commandList[added] = command;
    return command;
  }

  private rootOf(bytes: Uint8Array, { name, folded }: Command): void {
    const { heading, stacks } = this;
    const { by = 'comm' } = this.options;
    this.outerRoot = -1;
    this.root = name;
    if (by === 'cpu') this.outerRoot = stacks.name(`cpu${heading.cpu ?? '?'}`);
    else if (by !== 'comm') {
      const pid = heading.pidTo > heading.pidFrom ? textOf(bytes, heading.pidFrom, heading.pidTo) : '?';
      if (pid === '?') this.withoutPid++;
      const tid = by === 'tid' ? `/${textOf(bytes, heading.tidFrom, heading.tidTo)}` : '';
      this.root = stacks.name(`${folded}-${pid}${tid}`);
    }
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
