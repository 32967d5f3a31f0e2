/** Work that is looked for every so often, one round at a time: a round that takes longer lets the next ones go by. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private busy: Promise<void> | undefined;

  /** `onFault` hears of a round that failed; the next one comes all the same. */
  constructor(
    private readonly everyMs: number,
    private readonly onFault: (error: unknown) => void,
  ) {}

  start(work: () => Promise<void>): void {
    this.timer = setInterval(() => {
      this.busy ??= work()
        .catch(this.onFault)
        .finally(() => (this.busy = undefined));
    }, this.everyMs);
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.busy;
  }
}
