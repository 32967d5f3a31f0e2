import { type Conclusion } from '@fleetscope/analysis';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { join } from 'node:path';
import { ConclusionThread, ThreadEnded } from './conclusion-thread';
import { GatheredRuns } from './gathered-runs';

/** Fewer runs are concluded where they are fetched: it takes less than a thread would to start. */
const INLINE_BELOW = 25;
/** Longest a thread may be silent; 10,000 runs take it a tenth of that. */
const PATIENCE_MS = 25_000;

/**
 * Concludes investigations without holding up the rest of the process: those with many runs in one thread of its own,
 * started when it is first needed and ended with the process.
 */
@Injectable()
export class Conclusions implements OnModuleDestroy {
  private readonly log = new Logger('Conclusions');
  private thread: ConclusionThread | null = null;

  /**
   * @param pages The runs as JSON texts of `EndingRun`, page by page; asked for again when the thread ends on the way.
   * @throws ThreadEnded when it ended twice.
   */
  async of(count: number, pages: () => AsyncIterable<readonly string[]>): Promise<Conclusion> {
    if (count < INLINE_BELOW) return this.here(pages());
    try {
      return await this.running().conclude(pages());
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error;
      this.log.warn(`${error.message}; once more`);
      return await this.running().conclude(pages());
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.thread?.stop();
  }

  private async here(pages: AsyncIterable<readonly string[]>): Promise<Conclusion> {
    const runs = new GatheredRuns();
    for await (const texts of pages) runs.add(texts);
    return runs.conclude();
  }

  private running(): ConclusionThread {
    if (this.thread === null || this.thread.ended)
      this.thread = new ConclusionThread(join(__dirname, 'conclusion.worker.js'), PATIENCE_MS);
    return this.thread;
  }
}
