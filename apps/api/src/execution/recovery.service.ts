import { Injectable, Logger } from '@nestjs/common';
import { LeasesService } from '../agents';
import { RunsService, type Overdue, type RunTask } from '../investigations';
import { Recorders, UNWATCHED } from './recorders.service';
import { RunCloser } from './run-closer.service';
import { RunExecutor } from './run-executor.service';
import { Spool } from './spool';

/** Leases that stayed behind when a process was killed between the end of a run and its last write. */
const STALE_LEASE_MS = 10 * 60_000;

/** At start: runs that a killed process of this worker held are gone on with, or ended with what it had received. */
@Injectable()
export class Recovery {
  private readonly log = new Logger('Recovery');

  constructor(
    private readonly runs: RunsService,
    private readonly recorders: Recorders,
    private readonly closer: RunCloser,
    private readonly spool: Spool,
    private readonly executor: RunExecutor,
    private readonly leases: LeasesService,
  ) {}

  private done = false;

  /** False until what the last process left behind has been looked at. */
  get isDone(): boolean {
    return this.done;
  }

  async recover(): Promise<void> {
    const held = await this.runs.held();
    if (held.length > 0) this.log.log(`${held.length} runs were cut off by the end of the last process`);
    for (const { id } of held) {
      const task = await this.runs.reclaim(id);
      if (task)
        await this.end(task).catch((error: unknown) =>
          this.log.error({ err: error, run: id }, 'a run could not be recovered'),
        );
    }
    this.done = true;
    await this.leases.purge(new Date(Date.now() - STALE_LEASE_MS));
  }

  /** A run whose worker is gone or whose time is up: an agent's goes on with what it sent, any other one ends. */
  async endAbandoned({ id, state, why }: Overdue): Promise<void> {
    if (!(await this.leases.isUnderWay(id))) {
      await this.runs.expire(id, why, state);
      return;
    }
    if (this.executor.activeRuns().includes(id)) return;
    const task = await this.runs.seize(id);
    if (task) void this.executor.resume(task);
  }

  private async end(task: RunTask): Promise<void> {
    if (await this.leases.isUnderWay(task.runId)) {
      // Its agent goes on with it, and what it sent meanwhile waits in Postgres.
      void this.executor.resume(task);
      return;
    }
    if (task.imported) {
      await this.runs.expire(task.runId, 'the control plane was stopped while it was imported: import it again');
      return;
    }
    if ((await this.spool.size(task.runId)) === 0) {
      // Nothing came back, so the probe had not begun: its first act is to say hello.
      if (task.deadline.getTime() > Date.now())
        await this.runs.giveBack(task, 'the control plane was stopped before the probe began; trying again', 0);
      else
        await this.runs.expire(task.runId, 'the control plane was stopped before the probe began, and the time was up');
      return;
    }
    const { recorder } = this.recorders.prepare(task, UNWATCHED);
    await this.spool.read(task.runId, (bytes) => recorder.push(bytes));
    const recording = recorder.finish({
      state: 'partial',
      reason: 'the control plane was stopped in mid-run; kept what had arrived',
    });
    await this.closer.close(task, recording);
    await this.spool.drop(task.runId);
  }
}
