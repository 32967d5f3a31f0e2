import { type FiringView } from '@fleetscope/contracts';
import { Injectable, Logger } from '@nestjs/common';
import { type Schedule, type ScheduleFiring } from '../generated/prisma/client';
import { Clock, Database, type Tx } from '../platform';
import { DEFAULT_WINDOW_MS } from './schedule-rows';
import { ScheduledWork } from './scheduled-work.service';

type NotStarted = { readonly why: NonNullable<FiringView['why']>; readonly detail: string };
type Decision = NotStarted | 'started' | 'wait';

/** Starts what is due, or says why not. */
@Injectable()
export class FiringService {
  private readonly log = new Logger('Schedules');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly work: ScheduledWork,
  ) {}

  async startDue(): Promise<void> {
    const waiting = await this.database.scheduleFiring.findMany({
      where: { state: 'waiting', startAt: { lte: this.clock.now() } },
      orderBy: { due: 'asc' },
      select: { id: true },
    });
    for (const { id } of waiting) {
      await this.database
        .$transaction((tx) => this.decideLocked(tx, id), { timeout: 60_000 })
        .catch((error: unknown) => this.log.warn({ err: error, firing: id }, 'will try again'));
    }
  }

  /** The schedule is locked meanwhile: two of its times are never decided on at once. */
  private async decideLocked(tx: Tx, id: string): Promise<void> {
    const [locked] = await tx.$queryRaw<{ id: string }[]>`
      SELECT s.id FROM schedule s JOIN schedule_firing f ON f.schedule_id = s.id
      WHERE f.id = ${id}::uuid FOR UPDATE OF s SKIP LOCKED`;
    const firing = await tx.scheduleFiring.findUnique({ where: { id }, include: { schedule: true } });
    if (!locked || firing?.state !== 'waiting') return;
    const { schedule } = firing;
    const decision = await this.decide(tx, schedule, firing);
    if (decision === 'wait') return;
    const data =
      decision === 'started'
        ? { state: 'started', baseline: schedule.baseline ? 'waiting' : 'no' }
        : { state: 'not-started', ...decision };
    await tx.scheduleFiring.update({ where: { id }, data });
    if (decision !== 'started')
      this.log.warn({ schedule: schedule.name, due: firing.due, ...decision }, 'a scheduled run was not started');
  }

  private async decide(tx: Tx, schedule: Schedule, firing: ScheduleFiring): Promise<Decision> {
    // Whoever was about to write it down is gone; it had been started.
    if ((await this.work.running([firing.id])).known > 0) return 'started';
    if (schedule.paused) return { why: 'paused', detail: 'the schedule was paused' };
    const frozen = await this.work.frozen();
    if (frozen !== null) return { why: 'frozen', detail: frozen };
    const others = await this.others(tx, schedule, firing);
    const wantedUntil = firing.startAt.getTime() + (schedule.windowMs ?? DEFAULT_WINDOW_MS);
    if (!firing.catchUp && this.clock.now().getTime() > wantedUntil)
      return {
        why: others === null ? 'missed' : 'overlap',
        detail: others === null ? 'it could not be started within its window' : `${others}, until its window was over`,
      };
    if (others !== null && schedule.overlap !== 'allow')
      return schedule.overlap === 'queue' ? 'wait' : { why: 'overlap', detail: others };
    return this.work.start(schedule, firing.id);
  }

  /** What of the same schedule is in the way; null when nothing is. */
  private async others(tx: Tx, { id: scheduleId }: Schedule, { due }: ScheduleFiring): Promise<string | null> {
    const before = await tx.scheduleFiring.findMany({
      where: { scheduleId, state: 'started' },
      orderBy: { due: 'desc' },
      take: 50,
      select: { id: true },
    });
    const { open } = await this.work.running(before.map(({ id }) => id));
    if (open[0] !== undefined) return `investigation ${open[0]} of this schedule was still running`;
    const waits = await tx.scheduleFiring.findFirst({
      where: { scheduleId, state: 'waiting', due: { lt: due }, startAt: { lte: this.clock.now() } },
    });
    return waits ? `the one of ${waits.due.toISOString()} waits already` : null;
  }
}
