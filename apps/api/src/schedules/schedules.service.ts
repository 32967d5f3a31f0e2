import {
  parseDuration,
  type DueTimes,
  type DueTimesInput,
  type FiringView,
  type Identity,
  type ScheduleInput,
  type ScheduleView,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AuditService, mayAct } from '../access';
import { type Schedule } from '../generated/prisma/client';
import { PlanService } from '../investigations';
import { Clock, cronProblem, cronTimes, Database, invalid, notFound, ProblemException, type Tx } from '../platform';
import { firingView, requestOf, scheduleView } from './schedule-rows';

/** Payload: nothing; a schedule was made, changed or removed. */
export const SCHEDULES_CHANNEL = 'fleetscope_schedules';

const tell = async (tx: Tx): Promise<void> => {
  await tx.$executeRaw`SELECT pg_notify(${SCHEDULES_CHANNEL}, '')`;
};
/** Times that are shown before a schedule is made. */
const FORESEEN = 5;
const LAST = { firings: { orderBy: { due: 'desc' }, take: 1 } } as const;

/** Investigations that start by the clock: what they ask for, and what became of each of their times. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly plan: PlanService,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<ScheduleView[]> {
    const rows = await this.database.schedule.findMany({ orderBy: { name: 'asc' }, include: LAST });
    return rows.map(({ firings: [last], ...row }) => scheduleView(row, last ?? null, this.clock.now()));
  }

  /** @throws 404 */
  async get(name: string): Promise<ScheduleView> {
    const row = await this.database.schedule.findUnique({ where: { name }, include: LAST });
    if (!row) throw notFound(`schedule ${name}`, '`fleetscope schedules list` shows them');
    return scheduleView(row, row.firings[0] ?? null, this.clock.now());
  }

  /** @throws 400 where the expression or its time zone can't be read */
  times({ cron, tz }: DueTimesInput): DueTimes {
    const problem = cronProblem(cron, tz);
    if (problem) throw invalid(problem.path, problem.expected, problem.got);
    return { times: cronTimes(cron, tz, this.clock.now(), { limit: FORESEEN }).map((time) => time.toISOString()) };
  }

  /** @throws what the investigation itself would be refused with, when it could never be started like this. */
  async add(input: ScheduleInput, caller: Identity): Promise<ScheduleView> {
    const { name, cron, tz, request, jitter, window, role = caller.role, ...rest } = input;
    const problem = cronProblem(cron, tz);
    if (problem) throw invalid(problem.path, problem.expected, problem.got);
    if (!mayAct(caller.role, role)) throw invalid('role', `at most your own, ${caller.role}`, role);
    const runsAs: Identity = { ...caller, name: `schedule:${name}`, role };
    await this.plan.check(request, runsAs);
    const now = this.clock.now();
    await this.database.$transaction(async (tx) => {
      if (await tx.schedule.findUnique({ where: { name } }))
        throw new ProblemException(409, `there is a schedule ${name} already`, { hint: 'remove it first' });
      await tx.schedule.create({
        data: {
          ...{ id: randomUUID(), name, cron, tz, request, ...rest, runsAs, createdBy: caller.name },
          jitterMs: parseDuration(jitter) ?? 0,
          windowMs: window === null ? null : parseDuration(window),
          decidedTo: now,
          nextDue: cronTimes(cron, tz, now, { limit: 1 })[0] ?? null,
        },
      });
      await this.audit.record(caller.name, 'schedule.add', name, 'done', { ...input, role }, tx);
      await tell(tx);
    });
    return this.get(name);
  }

  async setPaused(name: string, paused: boolean, actor: string): Promise<ScheduleView> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.schedule.updateMany({ where: { name }, data: { paused } });
      if (count === 0) throw notFound(`schedule ${name}`);
      await this.audit.record(actor, paused ? 'schedule.pause' : 'schedule.resume', name, 'done', {}, tx);
      await tell(tx);
    });
    return this.get(name);
  }

  /** What it has started stays. @throws 404 */
  async remove(name: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.schedule.deleteMany({ where: { name } });
      if (count === 0) throw notFound(`schedule ${name}`);
      await this.audit.record(actor, 'schedule.remove', name, 'done', {}, tx);
      await tell(tx);
    });
  }

  /** Out of turn, as whoever asks for it. @returns the investigation's id. */
  async runNow(name: string, caller: Identity): Promise<string> {
    const row = await this.row(name);
    const id = randomUUID();
    const now = this.clock.now();
    const request = requestOf(row);
    await this.plan.create({ ...request, reason: request.reason || `schedule ${name}, by hand` }, caller, { id });
    await this.database.$transaction(async (tx) => {
      await tx.scheduleFiring.create({
        data: {
          ...{ id, scheduleId: row.id, due: now, startAt: now, state: 'started', askedBy: caller.name },
          baseline: row.baseline ? 'waiting' : 'no',
        },
      });
      await this.audit.record(caller.name, 'schedule.run-now', name, 'done', { investigation: id }, tx);
    });
    return id;
  }

  /** Latest first. @throws 404 */
  async history(name: string, limit: number): Promise<FiringView[]> {
    const { id: scheduleId } = await this.row(name);
    const rows = await this.database.scheduleFiring.findMany({
      where: { scheduleId },
      orderBy: { due: 'desc' },
      take: limit,
    });
    return rows.map(firingView);
  }

  /** Those that wake somebody. */
  active(): Promise<Pick<Schedule, 'id' | 'cron' | 'tz'>[]> {
    return this.database.schedule.findMany({ where: { paused: false }, select: { id: true, cron: true, tz: true } });
  }

  /** Rows of times long past. @returns how many went */
  async forgetFirings(before: Date): Promise<number> {
    const { count } = await this.database.scheduleFiring.deleteMany({
      where: { due: { lt: before }, state: { not: 'waiting' } },
    });
    return count;
  }

  private async row(name: string): Promise<Schedule> {
    const row = await this.database.schedule.findUnique({ where: { name } });
    if (!row) throw notFound(`schedule ${name}`, '`fleetscope schedules list` shows them');
    return row;
  }
}
