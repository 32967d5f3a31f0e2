import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type Prisma, type Schedule } from '../generated/prisma/client';
import { shareOf } from '../investigations';
import { Clock, cronTimes, Database, type Tx } from '../platform';
import { DEFAULT_WINDOW_MS } from './schedule-rows';

/** Times in one transaction; whoever was away for longer has the rest of them in one sentence. */
const MAX_TIMES = 200;

type NewFiring = Prisma.ScheduleFiringCreateManyInput;

const startOf = ({ name, spread, jitterMs }: Schedule, due: Date): Date =>
  spread === 'start' ? new Date(due.getTime() + shareOf({ withinMs: jitterMs, seed: name }, due.toISOString())) : due;

/** A row for each time that was due. Those nobody was there for are told from those that can still be started. */
export const firingsOf = (schedule: Schedule, dues: readonly Date[], now: Date): NewFiring[] => {
  const windowMs = schedule.windowMs ?? DEFAULT_WINDOW_MS;
  const rows = dues.map((due) => {
    const startAt = startOf(schedule, due);
    return {
      id: randomUUID(),
      scheduleId: schedule.id,
      due,
      startAt,
      late: now.getTime() > startAt.getTime() + windowMs,
    };
  });
  const newest = rows.at(-1);
  return rows.map(({ late, ...row }) => {
    if (schedule.paused) return { ...row, state: 'not-started', why: 'paused', detail: 'the schedule was paused' };
    if (!late) return row;
    if (schedule.missed === 'run-once' && row.id === newest?.id)
      return { ...row, catchUp: true, detail: 'its time was missed; made up for afterwards' };
    return { ...row, state: 'not-started', why: 'missed', detail: 'nothing of ours was running at its time' };
  });
};

/** Writes down what is due: one row a schedule and time, whichever process notices, and however often. */
@Injectable()
export class Timetable {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async writeDue(): Promise<void> {
    const due = await this.database.schedule.findMany({
      where: { nextDue: { lte: this.clock.now() } },
      select: { id: true },
    });
    for (const { id } of due) await this.database.$transaction((tx) => this.write(tx, id));
  }

  private async write(tx: Tx, id: string): Promise<void> {
    const [locked] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM schedule WHERE id = ${id}::uuid FOR UPDATE SKIP LOCKED`;
    if (!locked) return;
    await this.settle(tx, await tx.schedule.findUniqueOrThrow({ where: { id } }));
  }

  /** Writes down what was due by now; whoever calls has locked the schedule. */
  async settle(tx: Tx, schedule: Schedule): Promise<void> {
    const { id, cron, tz, decidedTo } = schedule;
    const now = this.clock.now();
    const dues = cronTimes(cron, tz, decidedTo, { until: now, limit: MAX_TIMES });
    const last = dues.at(-1);
    const left = last && dues.length === MAX_TIMES ? this.startable(schedule, last, now) : [];
    const firings = firingsOf(schedule, [...dues, ...left], now);
    const lastListed = firings[MAX_TIMES - 1];
    if (lastListed) lastListed.detail = `${lastListed.detail ?? ''}; those after it are not listed one by one`;
    await tx.scheduleFiring.createMany({ data: firings, skipDuplicates: true });
    const [nextDue] = cronTimes(cron, tz, now, { limit: 1 });
    await tx.schedule.update({ where: { id }, data: { decidedTo: now, nextDue: nextDue ?? null } });
  }

  /** Of the times after `last`, those for which it is not too late. */
  private startable({ cron, tz, windowMs, jitterMs }: Schedule, last: Date, now: Date): Date[] {
    const from = now.getTime() - (windowMs ?? DEFAULT_WINDOW_MS) - jitterMs;
    return cronTimes(cron, tz, new Date(Math.max(from, last.getTime())), { until: now, limit: MAX_TIMES });
  }
}
