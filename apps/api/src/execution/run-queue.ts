import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { createPostgresBackend, Queue, Worker, withBackend, type ConnectionOptions, type JobsOptions } from 'bullmq';
import { type Handout } from '../investigations';
import { RUNTIME, type Runtime } from '../platform';

const NAME = 'runs';
/** A job is its run's id and nothing else; the truth is in Postgres. Done and failed jobs leave no trace in the queue. */
const JOB: JobsOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

interface RunJob {
  runId: string;
}

/** BullMQ, on Redis where REDIS_URL is given and on Postgres otherwise. It dispatches; it holds nothing that can't be lost. */
@Injectable()
export class RunQueue implements OnModuleDestroy {
  private readonly log = new Logger('RunQueue');
  private queue: Queue<RunJob> | undefined;
  private worker: Worker<RunJob> | undefined;

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  async add(handouts: readonly Handout[]): Promise<void> {
    // One job a claim: a run that waits already is not added twice, and one that was given back is not taken for the job
    // of its last claim, which a killed worker may have left behind, locked for a minute yet.
    await this.producer().addBulk(
      handouts.map(({ runId, fence }) => ({
        name: 'run',
        data: { runId },
        opts: { ...JOB, jobId: `${runId}-${fence}` },
      })),
    );
  }

  async consume(concurrency: number, work: (runId: string) => Promise<void>): Promise<void> {
    const { Worker: BackedWorker, connection } = this.backend();
    this.worker = new BackedWorker<RunJob>(NAME, (job) => work(job.data.runId), {
      connection,
      concurrency,
      lockDuration: 60_000,
      maxStalledCount: 1,
    });
    this.worker.on('error', (error) => this.log.warn(`the queue's connection failed: ${error.message}`));
    await this.worker.waitUntilReady();
  }

  async onModuleDestroy(): Promise<void> {
    // Forced: what runs is stopped by the executor, and the reconciler brings back what is lost here.
    await this.worker?.close(true);
    await this.queue?.close();
  }

  private producer(): Queue<RunJob> {
    if (!this.queue) {
      const { Queue: BackedQueue, connection } = this.backend();
      this.queue = new BackedQueue<RunJob>(NAME, { connection });
      this.queue.on('error', (error) => this.log.warn(`the queue's connection failed: ${error.message}`));
    }
    return this.queue;
  }

  private backend(): { Queue: typeof Queue; Worker: typeof Worker; connection: ConnectionOptions } {
    const { redisUrl, databaseUrl } = this.runtime;
    if (redisUrl) return { Queue, Worker, connection: { url: redisUrl, maxRetriesPerRequest: null } };
    const backed = withBackend(createPostgresBackend);
    return {
      Queue: backed.Queue as unknown as typeof Queue,
      Worker: backed.Worker as unknown as typeof Worker,
      connection: { connectionString: databaseUrl, migrate: true, max: 4 } as unknown as ConnectionOptions,
    };
  }
}
