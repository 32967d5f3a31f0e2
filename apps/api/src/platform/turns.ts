/**
 * Work that many ask for at once and that need be done once: at most one at a time for a key, at most `slots` in all.
 * Whoever asks while one for the same key waits for its turn shares it, since that one will see what it was asked for;
 * whoever asks once it has begun gets a turn of its own.
 */
export class Turns {
  private readonly waiting = new Map<string, Promise<void>>();
  private readonly begun = new Map<string, Promise<void>>();
  private readonly queue: (() => void)[] = [];
  private free: number;

  constructor(slots: number) {
    this.free = slots;
  }

  take(key: string, work: () => Promise<void>): Promise<void> {
    const shared = this.waiting.get(key);
    if (shared) return shared;
    const turn = this.afterThoseBefore(key, work);
    this.waiting.set(key, turn);
    return turn;
  }

  private async afterThoseBefore(key: string, work: () => Promise<void>): Promise<void> {
    // What became of the one before is its caller's affair.
    await this.begun.get(key)?.catch(() => undefined);
    await this.slot();
    const turn = this.waiting.get(key) as Promise<void>;
    this.waiting.delete(key);
    this.begun.set(key, turn);
    try {
      await work();
    } finally {
      if (this.begun.get(key) === turn) this.begun.delete(key);
      const next = this.queue.shift();
      if (next) next();
      else this.free += 1;
    }
  }

  /** Resolves, never at once, when one is ours. */
  private async slot(): Promise<void> {
    if (this.free === 0) return new Promise((taken) => this.queue.push(taken));
    this.free -= 1;
    return Promise.resolve();
  }
}
