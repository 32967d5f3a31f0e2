import { type ParseIssue } from '@fleetscope/contracts';
import { ProfileBuilder, type ProfileHead, type ProfileLimits } from '../model/profile-builder';
import { ProfileError } from '../model/stored-profile';
import { kindOfFrame } from './frame-kind';
import { type ProfileContext, type ProfileReader, type ReadProfile } from './profile-reader';
import { TextLines } from './text-lines';

type Key = 'command' | 'pid' | 'tid' | 'state';

/** The maps of our own programs by name: what their weights are, and which words follow the two stacks of their key. */
const MAPS: Readonly<Record<string, { head: ProfileHead; keys: readonly Key[] }>> = {
  cpu: { head: { type: 'cpu', unit: 'samples' }, keys: ['command', 'pid', 'tid'] },
  off: { head: { type: 'off-cpu', unit: 'nanoseconds' }, keys: ['command', 'pid', 'tid', 'state'] },
};

const MAX_ISSUES = 100;
/** TASK_RUNNING: it did not wait for anything but a CPU. */
const RUNNABLE = 0;
export const RUNNABLE_FRAME = '[runnable: waits for a CPU]';

/**
 * Maps of bpftrace keyed by a kernel's and a user's stack, as text:
 * `@off[`, frames four blanks deep and leaf first, `, `, the user's frames, `, command, pid, tid, state]: weight`.
 */
export class BpftraceStacksProfile implements ProfileReader {
  private readonly builder: ProfileBuilder;
  private readonly lines = new TextLines((line) => this.line(line));
  private readonly issues: ParseIssue[] = [];
  private attached = false;
  private map: string | null = null;
  private head: ProfileHead | null = null;
  private readonly parts: string[][] = [];
  private number = 0;

  constructor(
    private readonly context: ProfileContext = {},
    limits: Partial<ProfileLimits> = {},
  ) {
    this.builder = new ProfileBuilder(limits);
  }

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  /** @throws ProfileError when the text has no map that we know, and does not say that nothing was caught */
  end(): ReadProfile {
    this.lines.end();
    if (this.map !== null) this.issue('', 'the text ends in the middle of a stack');
    if (this.head === null && !this.attached)
      throw new ProfileError(
        `not the output of one of our stack programs: expected a line "Attaching … probes", "T\\tns=…" or "@${Object.keys(MAPS).join('[ or @')}["`,
      );
    const { frequency, startedAt, durationMs } = this.context;
    const head = this.head ?? { type: 'cpu', unit: 'samples' as const };
    return { profile: this.builder.build({ ...head, frequency, startedAt, durationMs }), issues: this.issues };
  }

  private line(line: string): void {
    this.number++;
    if (this.map === null) {
      if (line.trim() === '') return;
      if (BEGUN.test(line)) {
        this.attached = true;
        return;
      }
      const open = line.indexOf('[');
      const name = line.startsWith('@') && open !== -1 ? line.slice(1, open) : '';
      if (!Object.hasOwn(MAPS, name)) {
        this.issue(line, 'no map of stacks that is known');
        return;
      }
      this.map = name;
      this.parts.length = 0;
      this.parts.push([]);
      this.rest(line.slice(open + 1));
      return;
    }
    if (line.startsWith('    ')) this.parts.at(-1)?.push(line.trim());
    else this.rest(line);
  }

  /** What is no frame: `, ` begins the next part of the key, and the part that holds `]: ` is the last. */
  private rest(text: string): void {
    let left = text;
    while (this.parts.length < 3 && left.startsWith(', ')) {
      this.parts.push([]);
      left = left.slice(2);
    }
    if (left === '') return;
    const close = left.lastIndexOf(']: ');
    if (close === -1 || this.parts.length < 3) {
      this.issue(text, 'neither a frame nor the end of a key');
      this.map = null;
      return;
    }
    this.entry(left.slice(0, close), left.slice(close + 3));
    this.map = null;
  }

  private entry(words: string, value: string): void {
    const { head, keys } = MAPS[this.map as string] as (typeof MAPS)[string];
    const { weight, count } = weightOf(value);
    // A command may hold ", " itself: the numbers are counted from the end.
    const fields = words.split(', ');
    const numbers = fields.slice(fields.length - keys.length + 1).map(Number);
    const command = fields.slice(0, fields.length - keys.length + 1).join(', ');
    if (!Number.isFinite(weight) || numbers.some((one) => !Number.isFinite(one)) || fields.length < keys.length) {
      this.issue(words, `expected ${keys.join(', ')} and a weight`);
      return;
    }
    this.head ??= head;
    const [kernel = [], user = []] = this.parts;
    const frames: number[] = [];
    if (keys.includes('state') && numbers[2] === RUNNABLE)
      frames.push(this.builder.frame(RUNNABLE_FRAME, '[kernel.kallsyms]', 'kernel'));
    // Every stack of a thread that was switched out begins with the switch itself, which says nothing.
    const said = head.type === 'off-cpu' ? kernel.slice(kernel.findIndex((name) => !isSwitch(name))) : kernel;
    for (const name of said) frames.push(this.frame(name, '[kernel.kallsyms]'));
    for (const name of user) frames.push(this.frame(name, ''));
    const [pid = -1, tid = -1] = numbers;
    this.builder.add(this.builder.stackOf(frames), weight, this.builder.thread(command, pid, tid), -1, NaN, count);
  }

  private frame(text: string, module: string): number {
    const symbol = text.startsWith('0x') ? '[unknown]' : withoutOffset(text);
    const kind = kindOfFrame(symbol, module);
    return this.builder.frame(symbol, module === '' ? null : module, kind);
  }

  private issue(text: string, reason: string): void {
    if (this.issues.length < MAX_ISSUES) this.issues.push({ line: this.number, text: text.slice(0, 400), reason });
  }
}

const isSwitch = (frame: string): boolean => /^(__schedule|schedule)(\+[0-9]+)?$/.test(frame);

/** Of stats(): `count 3, average 9, total 27`; bpftrace 0.27 prints `{ .count = 3, .average = 9, .total = 27 }`. */
const STATS = /^(?:\{ \.)?count (?:= )?([0-9]+), \.?average (?:= )?[0-9-]+, \.?total (?:= )?([0-9]+)(?: \})?$/;
/** What a program says before any stack: bpftrace itself, or the program where a later bpftrace says nothing. */
const BEGUN = /^(?:Attaching [0-9]+ probes?|T\tns=[0-9]+$)/;

/** `12`, of `count()`, is so many samples; `count 3, average 10, total 30`, of `stats()`, has them beside the weight. */
const weightOf = (value: string): { weight: number; count: number } => {
  const match = STATS.exec(value.trim());
  if (match) return { weight: Number(match[2]), count: Number(match[1]) };
  const weight = value.trim() === '' ? NaN : Number(value);
  return { weight, count: weight };
};

/** `schedule+35` is the function `schedule`; an operator such as `operator+` keeps its sign. */
const withoutOffset = (text: string): string => {
  const at = text.lastIndexOf('+');
  if (at <= 0 || at === text.length - 1) return text;
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return text;
  }
  return text.slice(0, at);
};
