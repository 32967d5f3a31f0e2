import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PostgresBus } from '../platform';
import { FREEZE_CHANNEL } from '../fleet';
import { AfterFiring } from './after-firing.service';
import { FiringService } from './firing.service';
import { ScheduleAlarms } from './schedule-alarms';
import { SCHEDULES_CHANNEL } from './schedules.service';
import { Timetable } from './timetable.service';

/** What an alarm that never rang is made up for by, and what waits for its jitter or for another run is looked at. */
const EVERY_MS = 2_000;

/** Goes round: what is due is written down, what can start is started, what has ended is followed up. One round at a time. */
@Injectable()
export class ScheduleEngine implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Schedules');
  private timer: NodeJS.Timeout | undefined;
  private busy: Promise<void> | undefined;
  private starting: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly timetable: Timetable,
    private readonly firings: FiringService,
    private readonly after: AfterFiring,
    private readonly alarms: ScheduleAlarms,
    private readonly bus: PostgresBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.bus.listen(SCHEDULES_CHANNEL, () => void this.alarms.set());
    await this.bus.listen(FREEZE_CHANNEL, () => this.wake());
    // Nobody waits for them: rounds begin at once, and everything else starts meanwhile.
    this.starting = this.alarms
      .start(() => this.wake())
      .catch((error: unknown) => this.log.warn({ err: error }, 'there are no alarms; rounds go on without them'));
    this.timer = setInterval(() => this.wake(), EVERY_MS);
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.again = false;
    await this.starting;
    await this.alarms.stop();
    await this.busy;
  }

  private wake(): void {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = this.round()
      .catch((error: unknown) => this.log.warn({ err: error }, 'a round failed; the next one tries again'))
      .finally(() => {
        this.busy = undefined;
        if (!this.again) return;
        this.again = false;
        this.wake();
      });
  }

  private async round(): Promise<void> {
    await this.timetable.writeDue();
    await this.firings.startDue();
    await this.after.stopFrozen();
    await this.after.feedBaselines();
  }
}
