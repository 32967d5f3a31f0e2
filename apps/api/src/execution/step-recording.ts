import {
  type Observation,
  type ParseIssue,
  pendingStep,
  type RunStepView,
  type StepOutcome,
} from '@fleetscope/contracts';
import { type ParseContext } from '@fleetscope/parsers';
import { type Profile, PROFILE_READERS } from '@fleetscope/profiles';
import { type CompiledAlternative, type CompiledStep } from '@fleetscope/runbooks';
import { type NewEvidence } from '../evidence';
import { type StepObservations } from '../observations';
import { plainText } from './plain-text';
import { type StepReader, stepReader, whyUnreadable } from './step-reader';

/** Output of one stream, kept up to a bound; what lies beyond is counted. */
class Bytes {
  private readonly chunks: Uint8Array[] = [];
  size = 0;
  truncated = false;

  constructor(private readonly max: number) {}

  push(chunk: Uint8Array): void {
    const room = this.max - this.size;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.chunks.push(kept);
    this.size += kept.length;
  }

  all(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

const MAX_STDERR = 65_536;

/** What perf script says when perf record, which it reads from, has said already why there is nothing. */
const ECHO = /^incompatible file format /;

/** One step of a run as its frames arrive: raw output kept, standard output parsed on the way. */
export class StepRecording {
  readonly view: RunStepView;
  private stdout: Bytes;
  private stderr = new Bytes(MAX_STDERR);
  private alternative: CompiledAlternative | null = null;
  private reader: StepReader | null = null;
  private broken: string | null = null;
  /** Alternatives that were tried before this one. */
  private readonly failed: string[] = [];

  constructor(
    private readonly step: CompiledStep,
    private readonly maxBytes: number,
  ) {
    this.stdout = new Bytes(maxBytes);
    this.view = pendingStep(step.id, step.title);
  }

  /**
   * A step that starts and fails may start again with its next alternative: what it printed before is given up, but for
   * the last it said.
   */
  start(alternativeId: string, command: string, at: Date, context: ParseContext): void {
    if (this.alternative) this.failed.push(`${this.alternative.id} failed: ${this.lastError() || 'it said nothing'}`);
    this.alternative = this.step.alternatives.find(({ id }) => id === alternativeId) ?? null;
    this.stdout = new Bytes(this.maxBytes);
    this.stderr = new Bytes(MAX_STDERR);
    this.broken = null;
    this.reader = this.alternative ? stepReader(this.alternative, { ...context, step: this.step.id, command }) : null;
    Object.assign(this.view, {
      state: 'running',
      alternative: alternativeId,
      command: plainText(command),
      says: [...this.failed, ...(this.alternative?.says ? [this.alternative.says] : [])].join('; ') || null,
      startedAt: at.toISOString(),
      endedAt: null,
      exitStatus: null,
      bytes: 0,
    } satisfies Partial<RunStepView>);
  }

  push(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.view.bytes += bytes.length;
    if (stream === 'stderr') {
      this.stderr.push(bytes);
      return;
    }
    this.stdout.push(bytes);
    if (!this.reader || this.broken !== null) return;
    try {
      this.reader.push(bytes);
    } catch (error) {
      this.broken = whyUnreadable(error);
    }
  }

  end(outcome: StepOutcome, exitStatus: number | null, at: Date): void {
    this.view.state = outcome;
    this.view.exitStatus = exitStatus;
    this.view.endedAt = at.toISOString();
    if (outcome !== 'ok') this.view.says = this.failure(outcome, exitStatus);
    else if (this.isEmptyProfile) this.view.says = 'no samples: nothing that was asked for ran in the window';
  }

  skip(reason: string): void {
    this.view.state = 'skipped';
    this.view.says = plainText(reason);
  }

  /** The probe ended without a word about this step. */
  abandon(why: string, at: Date): void {
    if (this.view.state === 'pending') this.skip(why);
    else if (this.view.state === 'running') {
      this.view.state = 'cancelled';
      this.view.says = why;
      this.view.endedAt = at.toISOString();
    }
  }

  /** Why the parser gave up on this step's output; null when it did not. */
  get unreadable(): string | null {
    return this.broken;
  }

  get hasOutput(): boolean {
    return this.stdout.size > 0;
  }

  /** Whether the host said anything by it: a profile of what did not run is an answer, too. */
  get hasAnswer(): boolean {
    return this.hasOutput || (this.view.state === 'ok' && this.isEmptyProfile);
  }

  private get isEmptyProfile(): boolean {
    return !this.hasOutput && PROFILE_READERS.has(this.alternative?.parser ?? '');
  }

  evidence(): NewEvidence[] {
    const { startedAt, endedAt, exitStatus, command } = this.view;
    const shared = {
      step: this.step.id,
      tool: command?.split(' ')[0] ?? null,
      toolVersion: null,
      exitStatus,
      startedAt: startedAt ? new Date(startedAt) : null,
      endedAt: endedAt ? new Date(endedAt) : null,
    };
    const streams = [
      { stream: 'stdout' as const, bytes: this.stdout },
      { stream: 'stderr' as const, bytes: this.stderr },
    ];
    return streams
      .filter(({ bytes }) => bytes.size > 0)
      .map(({ stream, bytes }) => ({ ...shared, stream, bytes: bytes.all(), truncated: bytes.truncated }));
  }

  /** Null when the step gave nothing to parse. */
  observe(): StepObservations | null {
    if (!this.reader || !this.hasOutput) return null;
    let observations: Observation[] = [];
    let issues: readonly ParseIssue[] = [];
    let profile: Profile | null = null;
    if (this.broken === null) {
      try {
        ({ observations, issues, profile } = this.reader.end());
      } catch (error) {
        this.broken = whyUnreadable(error);
      }
    }
    if (this.broken !== null) issues = [...issues, { line: null, text: '', reason: this.broken }];
    this.view.issues = issues.length;
    return { step: this.step.id, parser: this.alternative?.parser ?? '', observations, issues, profile };
  }

  private lastError(): string {
    const lines = Buffer.from(this.stderr.all()).toString('utf8').trim().split('\n');
    const last = lines.findLast((line) => !ECHO.test(line)) ?? lines.at(-1) ?? '';
    return plainText(last.trimEnd()).slice(0, 200);
  }

  private failure(outcome: StepOutcome, exitStatus: number | null): string {
    const said = this.lastError();
    switch (outcome) {
      case 'timeout':
        return 'stopped at its deadline';
      case 'truncated':
        return `output cut at ${this.maxBytes} bytes`;
      case 'cancelled':
        return 'cancelled';
      default:
        return said !== '' ? said : `exit status ${exitStatus ?? 'unknown'}`;
    }
  }
}
