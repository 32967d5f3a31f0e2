import { type ParseIssue, type ProfileUnit } from '@fleetscope/contracts';
import { ProfileBuilder, type ProfileLimits } from '../model/profile-builder';
import { ProfileError } from '../model/stored-profile';
import { kindOfFrame } from './frame-kind';
import { type ProfileContext, type ProfileReader, type ReadProfile } from './profile-reader';
import { TextLines } from './text-lines';

export interface FoldedOptions extends ProfileContext {
  readonly type?: string;
  readonly unit?: ProfileUnit;
  /** One weight of the text in units of the profile: 1000 for microseconds that become nanoseconds. */
  readonly scale?: number;
  /** Whether the first frame is the command (perf, BCC) rather than a frame (async-profiler). Default true. */
  readonly command?: boolean;
}

const MAX_ISSUES = 100;

/** Marks of async-profiler and of `stackcollapse-perf.pl --kernel --jit --inline`: `_[k]`, `_[j]`, `_[i]`, `_[0]`… */
const SUFFIX = /_\[([kji0-9])\]$/;

/**
 * Folded stacks: `command;frame;…;leaf weight`, one a line. The weight is what stands behind the last blank. BCC's tools
 * put a frame `-` between the user's and the kernel's part.
 */
export class FoldedProfile implements ProfileReader {
  private readonly builder: ProfileBuilder;
  private readonly lines = new TextLines((line) => this.line(line));
  private readonly issues: ParseIssue[] = [];
  private issueCount = 0;
  private number = 0;
  private readonly frames: number[] = [];

  constructor(
    private readonly options: FoldedOptions = {},
    limits: Partial<ProfileLimits> = {},
  ) {
    this.builder = new ProfileBuilder(limits);
  }

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  /** @throws ProfileError when no line is a folded stack */
  end(): ReadProfile {
    this.lines.end();
    if (this.builder.size === 0)
      throw new ProfileError(
        `no folded stacks: expected lines such as "command;function;function 12"${this.issues[0] ? `, but line ${this.issues[0].line} is ${JSON.stringify(this.issues[0].text.slice(0, 120))}` : ''}`,
      );
    const { type = 'cpu', unit = 'samples', frequency, startedAt, durationMs } = this.options;
    const issues = [...this.issues];
    if (this.issueCount > issues.length)
      issues.push({
        line: null,
        text: '',
        reason: `${this.issueCount - issues.length} more lines were not understood`,
      });
    return { profile: this.builder.build({ type, unit, frequency, startedAt, durationMs }), issues };
  }

  private line(line: string): void {
    this.number++;
    if (line.trim() === '' || line.startsWith('#')) return;
    const blank = line.lastIndexOf(' ');
    const weight = Number(line.slice(blank + 1));
    if (blank <= 0 || line.length === blank + 1 || !Number.isFinite(weight) || weight < 0) {
      this.issueCount++;
      if (this.issues.length < MAX_ISSUES)
        this.issues.push({ line: this.number, text: line.slice(0, 400), reason: 'no weight behind the last blank' });
      return;
    }
    const names = line.slice(0, blank).split(';');
    const hasCommand = this.options.command ?? true;
    const thread = this.threadOf(hasCommand ? (names[0] as string) : '');
    this.frames.length = 0;
    let kernel = false;
    for (let at = hasCommand ? 1 : 0; at < names.length; at++) {
      const name = names[at] as string;
      if (name === '-' && hasCommand) kernel = true;
      else if (name !== '') this.frames.push(this.frame(name, kernel));
    }
    const { scale = 1, unit = 'samples' } = this.options;
    const count = unit === 'samples' ? weight : 1;
    this.builder.add(this.builder.stackOf(this.frames.reverse()), weight * scale, thread, -1, NaN, count);
  }

  private frame(text: string, kernel: boolean): number {
    const mark = SUFFIX.exec(text)?.[1];
    const name = mark === undefined ? text : text.slice(0, -4);
    if (kernel || mark === 'k') return this.builder.frame(name, '[kernel.kallsyms]', 'kernel');
    if (mark === 'i') return this.builder.frame(name, 'inlined', 'inlined');
    if (mark === 'j' || mark === '0' || mark === '1' || mark === '2') return this.builder.frame(name, null, 'java');
    const unknown = name.startsWith('[') && name.endsWith(']');
    return this.builder.frame(name, unknown ? name.slice(1, -1) : null, unknown ? 'unknown' : kindOfFrame(name, ''));
  }

  /** `command`, `command-pid`, `command-pid/tid`. */
  private threadOf(text: string): number {
    const match = /^(.*)-([0-9]{1,10})(?:\/([0-9]{1,10}))?$/.exec(text);
    if (!match) return this.builder.thread(text, -1, -1);
    return this.builder.thread(match[1] as string, Number(match[2]), match[3] === undefined ? -1 : Number(match[3]));
  }
}
