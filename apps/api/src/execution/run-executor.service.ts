import { MaskedFrames } from '@fleetscope/runbooks';
import { Injectable, Logger } from '@nestjs/common';
import { RunsService, type RunTask, type RunTiming } from '../investigations';
import { TailService } from '../live';
import { handshakeFailures } from '../platform';
import { Carrier, unreachedState } from './carrier.service';
import { overallDeadline, Recorders } from './recorders.service';
import { RunCloser } from './run-closer.service';
import { type Interruption, type RunRecorder } from './run-recorder';
import { RunWatch } from './run-watch';
import { Spool } from './spool';
import { TransportError } from './transports';

const MAX_ATTEMPTS = 3;
const RETRY_MS = 800;

interface Active {
  readonly abort: AbortController;
  why: Interruption | null;
}

interface Ending {
  readonly interruption: Interruption | null;
  /** What the shell said that could not start the probe. */
  readonly shellSaid: string | null;
  readonly carried: Omit<RunTiming, 'judgedAt'>;
}

/** Carries one run out: claim, probe, record, close. Runs that are under way can be stopped. */
@Injectable()
export class RunExecutor {
  private readonly log = new Logger('RunExecutor');
  private readonly active = new Map<string, Active>();
  private draining = false;

  constructor(
    private readonly runs: RunsService,
    private readonly carrier: Carrier,
    private readonly recorders: Recorders,
    private readonly closer: RunCloser,
    private readonly spool: Spool,
    private readonly tail: TailService,
  ) {}

  activeRuns(): string[] {
    return [...this.active.keys()];
  }

  stop(runId: string, why: Interruption): void {
    const run = this.active.get(runId);
    if (!run || run.why) return;
    run.why = why;
    run.abort.abort();
  }

  /** Stops everything and takes no more; resolves when the runs are closed. */
  async drain(): Promise<void> {
    this.draining = true;
    for (const runId of this.active.keys())
      this.stop(runId, { state: 'partial', reason: 'the control plane was stopped; kept what had arrived' });
    for (let waited = 0; this.active.size > 0 && waited < 8_000; waited += 50)
      await new Promise((done) => setTimeout(done, 50));
  }

  async execute(runId: string): Promise<void> {
    if (this.draining || this.active.has(runId)) return;
    const task = await this.runs.claim(runId);
    if (task) await this.work(task);
  }

  /** A run that goes on without us, taken over under a new fence: its agent sends to whoever reads. */
  async resume(task: RunTask): Promise<void> {
    if (!this.draining && !this.active.has(task.runId)) await this.work(task);
  }

  private async work(task: RunTask): Promise<void> {
    const { runId } = task;
    const active: Active = { abort: new AbortController(), why: null };
    this.active.set(runId, active);
    try {
      await this.carry(task, active);
    } catch (error) {
      this.log.error({ err: error, run: runId }, 'a run could not be carried out');
      await this.runs
        .report({
          task,
          startedAt: null,
          patch: { state: 'failed', reason: `a fault of ours: ${(error as Error).message}`, endedAt: new Date() },
        })
        .catch(() => undefined);
    } finally {
      this.active.delete(runId);
    }
  }

  private async carry(task: RunTask, active: Active): Promise<void> {
    const watch = new RunWatch(task, this.runs, this.tail);
    const { runbook, probe, recorder } = this.recorders.prepare(task, watch);
    watch.expect(recorder.views);
    const spool = await this.spool.open(task.runId, (error) =>
      this.log.warn({ err: error, run: task.runId }, 'the spool failed; the run goes on without it'),
    );
    const mask = new MaskedFrames();
    const take = (bytes: Uint8Array): void => {
      if (spool?.destroyed === false) spool.write(bytes);
      recorder.push(bytes);
    };
    const claimedAt = new Date().toISOString();
    let askedAt: string | null = null;
    let interruption: Interruption | null = null;
    let shellSaid: string | null = null;
    try {
      const load = { ...task, runbook, probe };
      shellSaid = await this.carrier.carry(task, load, {
        onAsk: () => {
          askedAt = new Date().toISOString();
          recorder.ask();
        },
        onBytes: (bytes) => take(mask.push(bytes)),
        signal: active.abort.signal,
        deadlineMs: overallDeadline(probe, task.deadline),
      });
      interruption = active.why;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      watch.close();
      if (!recorder.started && !active.why) {
        await this.endUnreached(task, error);
        return;
      }
      interruption = active.why ?? { state: 'partial', reason: error.message };
    } finally {
      take(mask.end());
      watch.close();
      spool?.end();
    }
    const carried = { claimedAt, askedAt, carriedAt: new Date().toISOString() };
    await this.close(task, recorder, { interruption, shellSaid, carried });
  }

  private async close(
    task: RunTask,
    recorder: RunRecorder,
    { interruption, shellSaid, carried }: Ending,
  ): Promise<void> {
    const recording = recorder.finish(interruption);
    // A shell that could not even start the probe says why in words of its own.
    const why = recorder.started || recording.state !== 'failed' ? null : (shellSaid ?? recorder.said);
    await this.closer.close(task, why ? { ...recording, reason: why.slice(0, 300) } : recording, carried);
    await this.drop(task);
  }

  /** Only now: until its end is stored, a run can be made again from what was kept of it. */
  private async drop({ runId }: RunTask): Promise<void> {
    await this.spool.drop(runId);
    await this.carrier.forget(runId);
  }

  private async endUnreached(task: RunTask, error: TransportError): Promise<void> {
    handshakeFailures.inc({ kind: error.kind });
    const delay = RETRY_MS * 2 ** (task.attempt - 1) * (0.75 + Math.random() / 2);
    const timeLeft = task.deadline.getTime() - Date.now() > delay + 3_000;
    if (error.retryable && !error.probeStarted && task.attempt < MAX_ATTEMPTS && timeLeft && !this.draining) {
      await this.drop(task);
      await this.runs.giveBack(task, `${error.message}; trying again`, delay);
      return;
    }
    const state = unreachedState(error);
    await this.runs.report({ task, startedAt: null, patch: { state, reason: error.message, endedAt: new Date() } });
    await this.drop(task);
    // A policy that forbids one runbook says nothing about how the host is reached.
    if (task.hostId && error.kind !== 'policy') await this.closer.recordFailure(task.hostId, state, error.message);
  }
}
