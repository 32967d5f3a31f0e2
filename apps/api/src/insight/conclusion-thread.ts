import { type Conclusion } from '@fleetscope/analysis';
import { Worker } from 'node:worker_threads';

/** `of` is the conclusion that a question belongs to: several may be gathered at once. */
export type ThreadQuestion = { readonly id: number; readonly of: number } & (
  | { readonly type: 'add'; readonly texts: readonly string[] }
  | { readonly type: 'conclude' }
  | { readonly type: 'forget' }
);

export interface ThreadAnswer {
  readonly id: number;
  readonly conclusion?: Conclusion;
  readonly error?: string;
}

/** The thread is gone, whatever it was doing: what it was asked can be asked another one. */
export class ThreadEnded extends Error {
  constructor(why: string) {
    super(`the thread that concludes investigations ended: ${why}`);
    this.name = 'ThreadEnded';
  }
}

interface Waiting {
  readonly done: (answer: ThreadAnswer) => void;
  readonly failed: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

type Asked = Pick<ThreadQuestion, 'of'> & ({ type: 'add'; texts: readonly string[] } | { type: 'conclude' | 'forget' });

/** One thread and what it was asked. Every question is answered, or fails when the thread ends or says nothing for long. */
export class ConclusionThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private lastOf = 0;
  private why: string | null = null;

  constructor(
    file: string,
    private readonly patienceMs: number,
  ) {
    this.worker = new Worker(file);
    // It works for the process and never keeps it alive.
    this.worker.unref();
    this.worker.on('message', (answer: ThreadAnswer) => this.take(answer));
    this.worker.on('error', (error) => this.end(error.message));
    this.worker.on('exit', (status) => this.end(`exit status ${status}`));
  }

  get ended(): boolean {
    return this.why !== null;
  }

  /** Page after page goes over, so that no message is large; the next one is fetched when the thread has read the last. */
  async conclude(pages: AsyncIterable<readonly string[]>): Promise<Conclusion> {
    const of = ++this.lastOf;
    try {
      for await (const texts of pages) await this.ask({ of, type: 'add', texts });
    } catch (error) {
      if (!this.ended) void this.ask({ of, type: 'forget' }).catch(() => undefined);
      throw error;
    }
    const { conclusion } = await this.ask({ of, type: 'conclude' });
    if (!conclusion) throw new Error('the thread answered without a conclusion');
    return conclusion;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private ask(asked: Asked): Promise<ThreadAnswer> {
    if (this.why !== null) return Promise.reject(new ThreadEnded(this.why));
    const id = ++this.lastId;
    return new Promise((done, failed) => {
      const timer = setTimeout(() => {
        this.end(`it did not answer for ${this.patienceMs} ms`);
        void this.worker.terminate();
      }, this.patienceMs);
      this.waiting.set(id, { done, failed, timer });
      this.worker.postMessage({ ...asked, id } satisfies ThreadQuestion);
    });
  }

  private take(answer: ThreadAnswer): void {
    const waiting = this.waiting.get(answer.id);
    if (!waiting) return;
    this.waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    if (answer.error === undefined) waiting.done(answer);
    else waiting.failed(new Error(answer.error));
  }

  private end(why: string): void {
    this.why ??= why;
    for (const { failed, timer } of this.waiting.values()) {
      clearTimeout(timer);
      failed(new ThreadEnded(this.why));
    }
    this.waiting.clear();
  }
}
