import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Outbox, OUTBOX_CHANNEL, RunsService } from '../investigations';
import { PostgresBus } from '../platform';
import { Recovery } from './recovery.service';
import { RunQueue } from './run-queue';

const BATCH = 500;
const EVERY_MS = 1_000;
/** A run that waits longer than this without being in the outbox may have been forgotten by the queue. */
const FORGOTTEN_MS = 5_000;
const FORGOTTEN_EVERY_MS = 5_000;
const OVERDUE_GRACE_MS = 2_000;
/** Longer than a conclusion may take, however many runs it is of. */
const NOT_CONCLUDED_MS = 90_000;

/** Hands planned runs to the queue, brings back what the queue forgot, and ends what nobody works on any more. */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Reconciler');
  private timer: NodeJS.Timeout | undefined;
  private busy: Promise<void> | undefined;
  private concluding: Promise<void> | undefined;
  private again = false;
  private lastSweep = 0;

  constructor(
    private readonly outbox: Outbox,
    private readonly queue: RunQueue,
    private readonly runs: RunsService,
    private readonly bus: PostgresBus,
    private readonly recovery: Recovery,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.bus.listen(OUTBOX_CHANNEL, () => this.wake());
    this.timer = setInterval(() => this.wake(), EVERY_MS);
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.again = false;
    await this.busy;
    await this.concluding;
  }

  private wake(): void {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = this.pass()
      .catch((error: unknown) => this.log.warn({ err: error }, 'a pass failed; the next one tries again'))
      .finally(() => {
        this.busy = undefined;
        if (this.again) {
          this.again = false;
          this.wake();
        }
      });
  }

  private async pass(): Promise<void> {
    while ((await this.outbox.dispatch(BATCH, (entries) => this.queue.add(entries))) === BATCH);
    if (Date.now() - this.lastSweep < FORGOTTEN_EVERY_MS) {
      await this.endOverdue();
      return;
    }
    this.lastSweep = Date.now();
    const forgotten = await this.runs.forgotten(FORGOTTEN_MS, BATCH);
    if (forgotten.length > 0) await this.queue.add(forgotten);
    await this.endOverdue();
    this.concludeLeft();
  }

  /** Beside the passes: one of many runs takes seconds. */
  private concludeLeft(): void {
    this.concluding ??= this.runs
      .concludeLeft(NOT_CONCLUDED_MS)
      .catch((error: unknown) => this.log.warn({ err: error }, 'an investigation was not concluded; tried again later'))
      .finally(() => (this.concluding = undefined));
  }

  private async endOverdue(): Promise<void> {
    // What the process before this one left behind is looked at first: it may know more than that its time was up.
    if (!this.recovery.isDone) return;
    for (const overdue of await this.runs.overdue(OVERDUE_GRACE_MS)) await this.recovery.endAbandoned(overdue);
  }
}
