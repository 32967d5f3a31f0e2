import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CANCEL_CHANNEL, LEASE_MS, RunsService } from '../investigations';
import { PostgresBus, RUNTIME, type Runtime } from '../platform';
import { Recovery } from './recovery.service';
import { RunExecutor } from './run-executor.service';
import { RunQueue } from './run-queue';

const STOP_REASONS = {
  cancelled: { state: 'cancelled', reason: 'cancelled while it ran; kept what had arrived' },
  expired: { state: 'partial', reason: 'the time of the investigation was up; kept what had arrived' },
} as const;

/** Takes runs from the queue, keeps their leases alive, and stops those that are to stop. */
@Injectable()
export class WorkerService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Worker');
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly queue: RunQueue,
    private readonly executor: RunExecutor,
    private readonly runs: RunsService,
    private readonly recovery: Recovery,
    private readonly bus: PostgresBus,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.recovery.recover();
    await this.bus.listen(CANCEL_CHANNEL, () => void this.stopWhatMustStop());
    this.every(LEASE_MS / 4, () => this.runs.heartbeat(this.executor.activeRuns()));
    this.every(1_000, () => this.stopWhatMustStop());
    await this.queue.consume(this.runtime.maxSessions, (runId) => this.executor.execute(runId));
  }

  async onModuleDestroy(): Promise<void> {
    this.timers.forEach((timer) => clearInterval(timer));
    await this.executor.drain();
  }

  private every(ms: number, work: () => Promise<void>): void {
    this.timers.push(
      setInterval(() => void work().catch((error: unknown) => this.log.warn({ err: error }, 'will try again')), ms),
    );
  }

  private async stopWhatMustStop(): Promise<void> {
    for (const { id, why } of await this.runs.toStop(this.executor.activeRuns()))
      this.executor.stop(id, STOP_REASONS[why]);
  }
}
