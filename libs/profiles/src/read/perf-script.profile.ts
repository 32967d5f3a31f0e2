import { type ParseIssue } from '@fleetscope/contracts';
import { type Names } from '../perf/known-frames';
import { type Frame, namesOf } from '../perf/perf-script-frame';
import { type PerfScriptHeading } from '../perf/perf-script-heading';
import { PerfScriptReader, type SampleSink } from '../perf/perf-script.reader';
import { type Profile } from '../model/profile';
import { ProfileBuilder, type ProfileLimits } from '../model/profile-builder';
import { kindOfFrame } from './frame-kind';
import { type ProfileContext, type ProfileReader, type ReadProfile } from './profile-reader';

const NAMING = { inline: true, kernelSuffix: false };

/** Where an idle CPU is found; names of the last twenty years of x86, arm64 and s390 kernels. */
const IDLE = new Set(
  `pv_native_safe_halt native_safe_halt default_idle default_idle_call arch_cpu_idle cpuidle_enter cpuidle_enter_state
  cpuidle_idle_call intel_idle intel_idle_irq intel_idle_ibrs mwait_idle acpi_idle_enter acpi_processor_ffh_cstate_enter
  acpi_safe_halt poll_idle haltpoll_enter_idle cpu_do_idle enabled_wait psw_idle do_idle`.split(/\s+/),
);

const number = (bytes: Uint8Array, from: number, to: number): number => {
  if (from === to) return -1;
  const value = Number(String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 20))));
  return Number.isSafeInteger(value) ? value : -1;
};

class ProfileSink implements SampleSink {
  private readonly commands: string[] = [];
  private readonly idleFrames = new Set<number>();
  private readonly threads = new Map<string, number>();
  private thread = -1;
  private cpu = -1;
  private time = NaN;
  private swapper = false;
  first = NaN;
  last = NaN;

  constructor(readonly builder: ProfileBuilder) {}

  command(text: string): number {
    return this.commands.push(text) - 1;
  }

  frame(frame: Frame, command: string): Names {
    const names = namesOf(frame, NAMING, command);
    const kind = kindOfFrame(frame.symbol, frame.module);
    const ids = names.map((name, at) =>
      this.builder.frame(name, at === 0 ? frame.module : 'inlined', at === 0 ? kind : 'inlined'),
    );
    if (kind === 'kernel') names.forEach((name, at) => IDLE.has(name) && this.idleFrames.add(ids[at] as number));
    return ids.length === 1 ? (ids[0] as number) : ids.reverse();
  }

  begin(heading: PerfScriptHeading, bytes: Uint8Array, command: number): void {
    const tid = number(bytes, heading.tidFrom, heading.tidTo);
    const pid = number(bytes, heading.pidFrom, heading.pidTo);
    const key = `${command},${pid},${tid}`;
    let thread = this.threads.get(key);
    if (thread === undefined) {
      thread = this.builder.thread(this.commands[command] as string, pid, tid);
      this.threads.set(key, thread);
    }
    this.thread = thread;
    this.swapper = tid === 0 && this.commands[command] === 'swapper';
    this.cpu = heading.cpu ?? -1;
    const seconds = heading.secondsIn(bytes);
    this.time = seconds === null ? NaN : seconds * 1000;
    // Samples of several CPUs come in no strict order.
    if (!(this.first <= this.time)) this.first = this.time;
    if (!(this.last >= this.time)) this.last = this.time;
  }

  end(frames: Int32Array, depth: number): void {
    if (this.swapper) {
      for (let at = 0; at < depth; at++) {
        if (this.idleFrames.has(frames[at] as number)) {
          this.builder.addIdle(1);
          return;
        }
      }
    }
    const stack = this.builder.stackOf(frames, depth);
    this.builder.add(stack, 1, this.thread, this.cpu, this.time);
  }
}

/**
 * `perf script` text as a profile. Each sample weighs one: at a fixed frequency, samples are CPU time. Samples of an
 * idle CPU are counted apart.
 */
export class PerfScriptProfile implements ProfileReader {
  private readonly sink: ProfileSink;
  private readonly reader: PerfScriptReader;

  constructor(
    private readonly context: ProfileContext = {},
    limits: Partial<ProfileLimits> = {},
  ) {
    this.sink = new ProfileSink(new ProfileBuilder(limits));
    this.reader = new PerfScriptReader(this.sink);
  }

  push(chunk: Uint8Array): void {
    this.reader.push(chunk);
  }

  /** @throws NotPerfScriptError when there is no sample in the text */
  end(): ReadProfile {
    const { event, events, issues, issueCount } = this.reader.end();
    const { builder, first, last } = this.sink;
    const profile: Profile = builder.build({
      type: 'cpu',
      unit: 'samples',
      event,
      frequency: this.context.frequency ?? null,
      startedAt: this.context.startedAt ?? null,
      durationMs: this.context.durationMs ?? (Number.isNaN(last - first) ? null : last - first),
    });
    profile.samples.time.forEach((time, at) => (profile.samples.time[at] = time - first));
    const told: ParseIssue[] = [...issues];
    const others = [...events].filter(([name]) => name !== event);
    if (others.length > 0)
      told.push({
        line: null,
        text: others
          .map(([name, count]) => `${name} (${count} samples)`)
          .join(', ')
          .slice(0, 400),
        reason: `only ${event ?? 'the first event'} was taken`,
      });
    if (issueCount > issues.length)
      told.push({ line: null, text: '', reason: `${issueCount - issues.length} more lines were not understood` });
    return { profile, issues: told };
  }
}
