import { type RunStepView } from '@fleetscope/contracts';
import { type RunsService, type RunTask } from '../investigations';
import { type TailService } from '../live';
import { type RecorderHooks } from './run-recorder';

/**
 * Steps of one run change together (they share a window): what changes within this time is one write. A write costs more than
 * the step's whole output; raw lines don't wait for it.
 */
const GATHER_MS = 250;
const MAX_PARTIAL_LINE = 16_384;

/** Tells the store and whoever watches what happens in a run, while it happens. */
export class RunWatch implements RecorderHooks {
  private readonly steps = new Map<string, RunStepView>();
  private readonly changed = new Set<string>();
  private readonly partial = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private startedAt: Date | null = null;
  private closed = false;

  constructor(
    private readonly task: RunTask,
    private readonly runs: RunsService,
    private readonly tail: TailService,
  ) {}

  /** All steps of the run, in the runbook's order: what is written in mid-run names those that are still to come, too. */
  expect(steps: readonly RunStepView[]): void {
    for (const step of steps) this.steps.set(step.step, step);
  }

  onStarted(at: Date): void {
    this.startedAt = at;
    void this.write({ state: 'running', startedAt: at, reason: null });
  }

  onStep(step: RunStepView): void {
    this.steps.set(step.step, step);
    this.changed.add(step.step);
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  onBytes(step: string, stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (!this.tail.isWatched(this.task.runId)) return;
    const key = `${step}/${stream}`;
    const lines = ((this.partial.get(key) ?? '') + Buffer.from(bytes).toString('utf8')).split('\n');
    this.partial.set(key, (lines.pop() ?? '').slice(-MAX_PARTIAL_LINE));
    const at = Date.now();
    for (const text of lines) this.tail.offer(this.task.runId, { step, stream, text, at });
  }

  /** No more writes of its own: whoever ends the run writes the rest. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private flush(): void {
    this.timer = undefined;
    void this.write({});
  }

  private async write(patch: { state?: 'running'; startedAt?: Date; reason?: null }): Promise<void> {
    if (this.closed) return;
    const changedSteps = [...this.changed].map((id) => this.steps.get(id)).filter((step) => step !== undefined);
    this.changed.clear();
    // Progress is a view: should a write fail, the end of the run writes everything again.
    await this.runs
      .report({
        task: this.task,
        patch: { ...patch, steps: [...this.steps.values()] },
        startedAt: this.startedAt,
        changedSteps,
      })
      .catch(() => undefined);
  }
}
