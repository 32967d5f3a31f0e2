import { symbolName } from '../read/symbol-name';
import { type FrameKind, type ProfileUnit } from '@fleetscope/contracts';
import { GrowingDoubles, GrowingInts, PairTable } from './numbers';
import { kindNumber, type Profile } from './profile';

export interface ProfileHead {
  readonly type: string;
  readonly unit: ProfileUnit;
  readonly event?: string | null;
  readonly frequency?: number | null;
  readonly startedAt?: number | null;
  readonly durationMs?: number | null;
}

export interface ProfileLimits {
  readonly maxStrings: number;
  readonly maxStringLength: number;
  /** Frames of one stack; what lies nearer to the leaf is cut. */
  readonly maxDepth: number;
  readonly maxStacks: number;
  readonly maxSamples: number;
}

export const PROFILE_LIMITS: ProfileLimits = {
  maxStrings: 1_000_000,
  maxStringLength: 4_096,
  maxDepth: 2_048,
  maxStacks: 4_000_000,
  maxSamples: 5_000_000,
};

const BEYOND = '[too many names]';
const CUT = '[stack cut]';

/** Makes a profile of samples as they come; what a hostile or huge input has too much of is cut and counted. */
export class ProfileBuilder {
  private readonly limits: ProfileLimits;
  private readonly strings: string[] = [];
  private readonly stringIds = new Map<string, number>();
  private readonly frameIds = new Map<string, number>();
  private readonly frameName = new GrowingInts();
  private readonly frameModule = new GrowingInts();
  private readonly frameKind: number[] = [];
  private readonly stacks = new PairTable();
  private readonly threadIds = new Map<string, number>();
  private readonly command = new GrowingInts();
  private readonly pid = new GrowingInts();
  private readonly tid = new GrowingInts();
  private readonly cgroup = new GrowingInts();
  private readonly sampleStack = new GrowingInts();
  private readonly sampleThread = new GrowingInts();
  private readonly sampleCpu = new GrowingInts();
  private readonly sampleWeight = new GrowingDoubles();
  private readonly sampleTime = new GrowingDoubles();
  private readonly sampleCount = new GrowingDoubles();
  private idle = 0;
  /** Samples that were dropped because there were too many, and stacks that were cut. */
  dropped = 0;
  cut = 0;

  constructor(limits: Partial<ProfileLimits> = {}) {
    this.limits = { ...PROFILE_LIMITS, ...limits };
  }

  get size(): number {
    return this.sampleStack.size;
  }

  string(text: string): number {
    const short = text.length > this.limits.maxStringLength ? `${text.slice(0, this.limits.maxStringLength)}…` : text;
    const known = this.stringIds.get(short);
    if (known !== undefined) return known;
    if (this.strings.length >= this.limits.maxStrings && short !== BEYOND) return this.string(BEYOND);
    this.strings.push(short);
    this.stringIds.set(short, this.strings.length - 1);
    return this.strings.length - 1;
  }

  /** @param name as the tool printed it; a mangled one is kept as people write it */
  frame(name: string, module: string | null, kind: FrameKind): number {
    return this.frameByNumber(symbolName(name), module, kindNumber(kind));
  }

  /** The same for a kind that is a number already. */
  frameByNumber(name: string, module: string | null, kindId: number): number {
    const nameId = this.string(name);
    const moduleId = module === null || module === '' ? -1 : this.string(module);
    const key = `${nameId},${moduleId},${kindId}`;
    const known = this.frameIds.get(key);
    if (known !== undefined) return known;
    const id = this.frameName.push(nameId);
    this.frameModule.push(moduleId);
    this.frameKind.push(kindId);
    this.frameIds.set(key, id);
    return id;
  }

  /** The stack of `frame` called from `parent` (-1: from nowhere). */
  stack(parent: number, frame: number): number {
    if (this.stacks.size >= this.limits.maxStacks) return parent;
    return this.stacks.add(parent, frame);
  }

  /** The stack of frames given leaf first, as tools print them. */
  stackOf(frames: ArrayLike<number>, depth = frames.length): number {
    let stack = -1;
    const least = depth - this.limits.maxDepth;
    for (let at = depth - 1; at >= Math.max(0, least); at--) stack = this.stack(stack, frames[at] as number);
    if (least <= 0) return stack;
    this.cut++;
    return this.stack(stack, this.frame(CUT, null, 'unknown'));
  }

  thread(command: string, pid: number, tid: number, cgroup: string | null = null): number {
    const group = cgroup === null ? -1 : this.string(cgroup);
    const key = `${pid},${tid},${group},${command}`;
    const known = this.threadIds.get(key);
    if (known !== undefined) return known;
    const id = this.command.push(this.string(command));
    this.pid.push(pid);
    this.tid.push(tid);
    this.cgroup.push(group);
    this.threadIds.set(key, id);
    return id;
  }

  /**
   * @param time milliseconds since the profile's start; NaN when unknown
   * @param count samples of the tool that were added up to this one
   */
  add(stack: number, weight: number, thread: number, cpu = -1, time = NaN, count = 1): void {
    if (this.size >= this.limits.maxSamples) {
      this.dropped++;
      return;
    }
    this.sampleStack.push(stack);
    this.sampleWeight.push(weight);
    this.sampleThread.push(thread);
    this.sampleCpu.push(cpu);
    this.sampleTime.push(time);
    this.sampleCount.push(count);
  }

  addIdle(weight: number): void {
    this.idle += weight;
  }

  build(head: ProfileHead): Profile {
    const { frameName, frameModule, stacks, command } = this;
    return {
      type: head.type,
      unit: head.unit,
      event: head.event ?? null,
      frequency: head.frequency ?? null,
      startedAt: head.startedAt ?? null,
      durationMs: head.durationMs ?? null,
      strings: this.strings,
      frames: {
        size: frameName.size,
        name: frameName.all(),
        module: frameModule.all(),
        kind: Uint8Array.from(this.frameKind),
      },
      stacks: { size: stacks.size, parent: stacks.first.all(), frame: stacks.second.all() },
      threads: {
        size: command.size,
        command: command.all(),
        pid: this.pid.all(),
        tid: this.tid.all(),
        cgroup: this.cgroup.all(),
      },
      samples: {
        size: this.size,
        stack: this.sampleStack.all(),
        weight: this.sampleWeight.all(),
        count: this.sampleCount.all(),
        thread: this.sampleThread.all(),
        cpu: this.sampleCpu.all(),
        time: this.sampleTime.all(),
      },
      idle: this.idle,
    };
  }
}
