import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Queue, type Worker } from 'bullmq';
import { queueBackend, RUNTIME, type Runtime } from '../platform';
import { SchedulesService } from './schedules.service';

const NAME = 'schedules';
const CONNECTIONS = 2;
const JOB = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/**
 * BullMQ's job schedulers ring at the time of each schedule. They say when to look, not what is due: an alarm that is lost,
 * or rings twice, or at the wrong hour of a night with two of them, changes nothing.
 */
@Injectable()
export class ScheduleAlarms {
  private readonly log = new Logger('ScheduleAlarms');
  private queue: Queue | undefined;
  private worker: Worker | undefined;

  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly schedules: SchedulesService,
  ) {}

  async start(ring: () => void): Promise<void> {
    const { Queue: BackedQueue, Worker: BackedWorker, connection } = queueBackend(this.runtime, CONNECTIONS);
    const warn = (error: Error): void => this.log.warn(`the queue's connection failed: ${error.message}`);
    this.queue = new BackedQueue(NAME, { connection });
    this.queue.on('error', warn);
    this.worker = new BackedWorker(NAME, () => Promise.resolve(ring()), { connection, concurrency: 1 });
    this.worker.on('error', warn);
    await this.worker.waitUntilReady();
    await this.set();
  }

  /** One alarm a schedule that is not paused. */
  async set(): Promise<void> {
    const { queue } = this;
    if (!queue) return;
    try {
      const wanted = new Map((await this.schedules.active()).map((schedule) => [schedule.id, schedule]));
      for (const { key } of await queue.getJobSchedulers()) if (!wanted.has(key)) await queue.removeJobScheduler(key);
      for (const { id, cron, tz } of wanted.values())
        await queue.upsertJobScheduler(id, { pattern: cron, tz }, { name: 'due', opts: JOB });
    } catch (error) {
      this.log.warn({ err: error }, 'the alarms could not be set; rounds go on without them');
    }
  }

  async stop(): Promise<void> {
    await this.worker?.close(true);
    await this.queue?.close();
  }
}
