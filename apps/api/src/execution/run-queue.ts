import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type JobsOptions, type Queue, type Worker } from 'bullmq';
import { type Handout } from '../investigations';
import { queueBackend, RUNTIME, type Runtime } from '../platform';

const NAME = 'runs';
const CONNECTIONS = 4;
/** A job is its run's id and nothing else; the truth is in Postgres. Done and failed jobs leave no trace in the queue. */
const JOB: JobsOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

interface RunJob {
  runId: string;
}

/** Runs on their way to a worker. */
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
    const { Worker: BackedWorker, connection } = queueBackend(this.runtime, CONNECTIONS);
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
      const { Queue: BackedQueue, connection } = queueBackend(this.runtime, CONNECTIONS);
      this.queue = new BackedQueue<RunJob>(NAME, { connection });
      this.queue.on('error', (error) => this.log.warn(`the queue's connection failed: ${error.message}`));
    }
    return this.queue;
  }
}
