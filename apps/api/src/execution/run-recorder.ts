import {
  type Cleanup,
  type Cost,
  type HostClock,
  type HostFacts,
  type ProbeEvent,
  type RunState,
  type RunStepView,
} from '@fleetscope/contracts';
import { type HostEvidence, type StepState } from '@fleetscope/analysis';
import { FrameDecoder, type CompiledProbe } from '@fleetscope/runbooks';
import { type NewEvidence } from '../evidence';
import { type StepObservations } from '../observations';
import { plainText } from './plain-text';
import { StepRecording } from './step-recording';
import { toolVersion } from './tool-packages';

const MAX_NOISE = 4_096;
/** Where the probe says its wall clock in whole seconds: the fraction that was cut off is half a second on average. */
const CUT_OFF_MS = 500;
/** On the way, where nobody told when the probe was asked for. */
const ON_THE_WAY_MS = 500;

type Hello = Extract<ProbeEvent, { type: 'hello' }>;

/** What a run brought back, whole or not. */
export interface Recording {
  readonly state: RunState;
  readonly reason: string | null;
  readonly facts: HostFacts | null;
  readonly clock: HostClock | null;
  readonly cost: Cost | null;
  readonly cleanup: Cleanup | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date;
  readonly steps: RunStepView[];
  readonly evidence: NewEvidence[];
  readonly observations: StepObservations[];
  readonly hostEvidence: HostEvidence;
}

export interface RecorderHooks {
  /** The probe answered: it runs. */
  onStarted(at: Date): void;
  onStep(step: RunStepView): void;
  onBytes(step: string, stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
}

/** Why the bytes ended, as the transport saw it; null when the probe said so itself. */
export interface Interruption {
  readonly state: 'cancelled' | 'expired' | 'partial';
  readonly reason: string;
}

const plainFacts = (facts: HostFacts): HostFacts =>
  Object.fromEntries(Object.entries(facts).map(([key, value]) => [plainText(key), plainText(value)]));

/**
 * Makes a run's record of a probe's byte stream, wherever the bytes come from: a transport, a spool left behind by a
 * killed process, or a file that somebody imports.
 */
export class RunRecorder {
  private readonly decoder: FrameDecoder;
  private readonly steps = new Map<string, StepRecording>();
  private facts: HostFacts | null = null;
  private cost: Cost | null = null;
  private cleanup: Cleanup | null = null;
  private hello: { runbook: string; clock: HostClock; at: number } | null = null;
  private asked: number | null = null;
  private ended: 'complete' | 'cancelled' | 'deadline' | 'lifeline' | null = null;
  private noise = '';

  constructor(
    private readonly host: string,
    private readonly probe: CompiledProbe,
    maxBytes: ReadonlyMap<string, number>,
    private readonly hooks: RecorderHooks,
    private readonly now: () => number = Date.now,
  ) {
    this.decoder = new FrameDecoder((event) => this.take(event));
    for (const step of probe.steps)
      this.steps.set(step.id, new StepRecording(step, maxBytes.get(step.id) ?? 1_048_576));
  }

  /** The host is asked for the probe now: its clock is read after this. */
  ask(): void {
    this.asked = this.now();
  }

  push(bytes: Uint8Array): void {
    this.decoder.push(bytes);
  }

  get started(): boolean {
    return this.hello !== null;
  }

  /** What the probe said it is, such as `triage-60s@1`; null before it said hello. */
  get runbook(): string | null {
    return this.hello?.runbook ?? null;
  }

  /** The steps as they stand now, in the runbook's order. */
  get views(): RunStepView[] {
    return [...this.steps.values()].map(({ view }) => ({ ...view }));
  }

  get completed(): boolean {
    return this.ended !== null;
  }

  get said(): string {
    return this.noise.trim().split('\n').map(plainText).join('\n');
  }

  /** Ends the record. `interruption` counts unless the probe itself had ended. */
  finish(interruption: Interruption | null): Recording {
    this.decoder.end();
    const endedAt = new Date(this.now());
    const why =
      this.ended === 'complete' ? 'the probe did not report on it' : (interruption?.reason ?? 'the probe ended early');
    for (const step of this.steps.values()) step.abandon(why, endedAt);
    const observations = [...this.steps.values()].map((step) => step.observe()).filter((found) => found !== null);
    const told = observations.flatMap((step) => [...step.observations]);
    const steps = [...this.steps.values()].map(({ view }) => ({ ...view }));
    return {
      ...this.judge(interruption, steps),
      facts: this.facts,
      clock: this.hello?.clock ?? null,
      cost: this.cost,
      cleanup: this.cleanup,
      startedAt: this.hello ? new Date(this.hello.at) : null,
      endedAt,
      steps,
      evidence: [...this.steps.values()]
        .flatMap((step) => step.evidence())
        .map((item) => ({ ...item, toolVersion: toolVersion(item.tool, told) })),
      observations,
      hostEvidence: {
        host: this.host,
        windowSeconds: this.probe.windowSeconds,
        facts: this.facts ?? {},
        collectedAt: this.hostClock(endedAt.getTime()),
        steps: [...this.steps.values()].map((step) => ({
          step: step.view.step,
          // What could not be read is no evidence that all is well.
          state: step.unreadable === null ? (step.view.state as StepState) : 'failed',
          reason: step.unreadable ?? step.view.says,
          observations: observations.find((found) => found.step === step.view.step)?.observations ?? [],
        })),
      },
    };
  }

  private judge(interruption: Interruption | null, steps: readonly RunStepView[]): Pick<Recording, 'state' | 'reason'> {
    const anyOutput = [...this.steps.values()].some((step) => step.hasAnswer);
    if (this.ended === null || this.ended === 'lifeline' || this.ended === 'cancelled') {
      if (interruption && interruption.state !== 'partial') return interruption;
      const reason = interruption?.reason ?? 'the connection closed before the probe had ended';
      return { state: anyOutput ? 'partial' : 'failed', reason };
    }
    const wanting = steps.filter(({ state }) => state !== 'ok');
    const left = this.cleanup?.processes ?? 0;
    if (left > 0) {
      const what = `${left} of its processes ${left === 1 ? 'is' : 'are'} left on the host: ${this.cleanup?.names}`;
      return { state: anyOutput ? 'partial' : 'failed', reason: what };
    }
    if (!anyOutput)
      return {
        state: 'failed',
        reason: wanting[0] ? `${wanting[0].step}: ${wanting[0].says ?? wanting[0].state}` : 'no step printed anything',
      };
    if (wanting.length === 0) return { state: 'succeeded', reason: null };
    const shown = wanting.slice(0, 3).map(({ step, says, state }) => `${step}: ${says ?? state}`);
    const more = wanting.length > shown.length ? ` and ${wanting.length - shown.length} more` : '';
    return { state: 'partial', reason: `${shown.join('; ')}${more}` };
  }

  /** An event of the probe, as the decoder makes it of bytes; sealed evidence is replayed as events. */
  take(event: ProbeEvent): void {
    switch (event.type) {
      case 'hello':
        this.hello = { runbook: plainText(event.runbook), clock: this.clockOf(event), at: this.now() };
        this.hooks.onStarted(new Date(this.hello.at));
        return;
      case 'facts':
        this.facts = { ...this.facts, ...plainFacts(event.facts) };
        return;
      case 'step-start':
        this.change(event.step, (step) =>
          step.start(event.alternative, event.command, this.at(event.uptimeSeconds), {
            collectedAt: this.hostClock(this.at(event.uptimeSeconds).getTime()),
            uptimeSeconds: event.uptimeSeconds,
            windowSeconds: this.probe.windowSeconds,
            rows: false,
            ...(this.facts?.['arch'] ? { machine: String(this.facts['arch']) } : {}),
            ...(Number(this.facts?.['cpus']) > 0 ? { cpus: Number(this.facts?.['cpus']) } : {}),
          }),
        );
        return;
      case 'data':
        this.steps.get(event.step)?.push(event.stream, event.bytes);
        this.hooks.onBytes(event.step, event.stream, event.bytes);
        return;
      case 'step-end':
        this.change(event.step, (step) => step.end(event.outcome, event.exitStatus, this.at(event.uptimeSeconds)));
        return;
      case 'step-skip':
        this.change(event.step, (step) => step.skip(event.reason));
        return;
      case 'cost':
        this.cost = { cpuSeconds: event.cpuSeconds, wallSeconds: event.wallSeconds, bytes: event.bytes };
        return;
      case 'cleanup':
        this.cleanup = {
          ...{ processes: event.processes, probes: event.probes, files: event.files },
          names: plainText(event.names),
        };
        return;
      case 'end':
        this.ended = event.reason;
        return;
      case 'noise':
        if (this.noise.length < MAX_NOISE) this.noise += Buffer.from(event.bytes).toString('utf8').slice(0, MAX_NOISE);
    }
  }

  private change(id: string, apply: (step: StepRecording) => void): void {
    const step = this.steps.get(id);
    if (!step) return;
    apply(step);
    this.hooks.onStep({ ...step.view });
  }

  /** A moment of the host's uptime clock on our clock: the two are tied where `hello` arrived. */
  private at(uptimeSeconds: number): Date {
    if (!this.hello) return new Date(this.now());
    return new Date(this.hello.at + (uptimeSeconds - this.hello.clock.uptimeSeconds) * 1000);
  }

  /**
   * The probe read its clock between our asking and its hello's arrival: in the middle, give or take half of it. That is the
   * way there and back and the start of a shell.
   */
  private clockOf({ wallSeconds, wallUncertaintyMs, uptimeSeconds }: Hello): HostClock {
    const at = this.now();
    const way = this.asked === null ? ON_THE_WAY_MS : Math.max(0, at - this.asked) / 2;
    const wall = wallSeconds * 1000 + (wallUncertaintyMs === null ? CUT_OFF_MS : 0);
    return {
      offsetMs: Math.round(wall - (this.asked === null ? at : at - way)),
      uncertaintyMs: Math.ceil(way + (wallUncertaintyMs ?? CUT_OFF_MS)),
      uptimeSeconds,
    };
  }

  /** A moment of our clock on the host's wall clock, which its logs are written in. */
  private hostClock(ours: number): number {
    return ours + (this.hello?.clock.offsetMs ?? 0);
  }
}
