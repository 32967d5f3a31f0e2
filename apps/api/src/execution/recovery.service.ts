import { Injectable, Logger } from '@nestjs/common';
import { RunsService, type RunTask } from '../investigations';
import { Recorders, UNWATCHED } from './recorders.service';
import { RunCloser } from './run-closer.service';
import { Spool } from './spool';

/** At start: the runs that a killed process of this worker held are ended with what it had received. */
@Injectable()
export class Recovery {
  private readonly log = new Logger('Recovery');

  constructor(
    private readonly runs: RunsService,
    private readonly recorders: Recorders,
    private readonly closer: RunCloser,
    private readonly spool: Spool,
  ) {}

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
  }

  private async end(task: RunTask): Promise<void> {
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
