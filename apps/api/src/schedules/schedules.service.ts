import {
  parseDuration,
  type DueTimes,
  type DueTimesInput,
  type FiringView,
  type Identity,
  type InvestigationRequest,
  type ScheduleInput,
  type ScheduleUpdate,
  type ScheduleView,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AuditService, mayAct } from '../access';
import { type Prisma, type Schedule } from '../generated/prisma/client';
import { PlanService } from '../investigations';
import { Clock, cronProblem, cronTimes, Database, invalid, notFound, ProblemException, type Tx } from '../platform';
import { firingView, identityOf, requestOf, scheduleView } from './schedule-rows';
import { Timetable } from './timetable.service';

/** Payload: nothing; a schedule was made, changed or removed. */
export const SCHEDULES_CHANNEL = 'fleetscope_schedules';

const tell = async (tx: Tx): Promise<void> => {
  await tx.$executeRaw`SELECT pg_notify(${SCHEDULES_CHANNEL}, '')`;
};
/** Times that are shown before a schedule is made. */
const FORESEEN = 5;
const LAST = { firings: { orderBy: { due: 'desc' }, take: 1 } } as const;

/** @throws 400 */
const mustBeTimes = (cron: string, tz: string): void => {
  const problem = cronProblem(cron, tz);
  if (problem) throw invalid(problem.path, problem.expected, problem.got);
};

const changedRequest = (
  request: InvestigationRequest,
  { escalate = request.escalate, rollout = request.rollout, ...changes }: NonNullable<ScheduleUpdate['request']> = {},
): InvestigationRequest => {
  const { escalate: _, rollout: __, ...rest } = request;
  return { ...rest, ...changes, ...(escalate && { escalate }), ...(rollout && { rollout }) };
};

/** Investigations that start by the clock: what they ask for, and what became of each of their times. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly plan: PlanService,
    private readonly clock: Clock,
    private readonly timetable: Timetable,
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
    mustBeTimes(cron, tz);
    if (!mayAct(caller.role, role)) throw invalid('role', `at most your own, ${caller.role}`, role);
    const runsAs = await this.mayRun(name, request, caller, role);
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

  /**
   * What was due by the old times is written down before the new ones hold; nothing that was decided on is decided again.
   * @throws what `add` would; 403 for who may not act with the role that it has
   */
  async change(name: string, changes: ScheduleUpdate, caller: Identity): Promise<ScheduleView> {
    const before = await this.row(name);
    const { role: hadRole } = identityOf(before);
    const { cron = before.cron, tz = before.tz, request: asked, jitter, window, role = hadRole, ...rest } = changes;
    mustBeTimes(cron, tz);
    if (!mayAct(caller.role, role)) {
      if (changes.role !== undefined) throw invalid('role', `at most your own, ${caller.role}`, role);
      throw new ProblemException(403, `it runs as ${role}, and ${caller.name} has ${caller.role}`, {
        hint: 'ask somebody with that role, or give it a lower one',
      });
    }
    const request = changedRequest(requestOf(before), asked);
    const runsAs = await this.mayRun(name, request, caller, role);
    await this.database.$transaction(async (tx) => {
      const [locked] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM schedule WHERE name = ${name} FOR UPDATE`;
      if (!locked) throw notFound(`schedule ${name}`);
      const current = await tx.schedule.findUniqueOrThrow({ where: { id: locked.id } });
      if (JSON.stringify(current.request) !== JSON.stringify(before.request))
        throw new ProblemException(409, `somebody else changed ${name} at the same time`, {
          hint: 'look at it, and try again',
        });
      const otherTimes = cron !== current.cron || tz !== current.tz;
      if (otherTimes) await this.timetable.settle(tx, current);
      const now = this.clock.now();
      await tx.schedule.update({
        where: { id: locked.id },
        data: {
          ...{ cron, tz, request: request as Prisma.InputJsonObject, runsAs, ...rest },
          ...(jitter === undefined ? {} : { jitterMs: parseDuration(jitter) ?? 0 }),
          ...(window === undefined ? {} : { windowMs: window === null ? null : parseDuration(window) }),
          ...(otherTimes ? { decidedTo: now, nextDue: cronTimes(cron, tz, now, { limit: 1 })[0] ?? null } : {}),
        },
      });
      const was = scheduleView(current, null, now);
      const had = Object.fromEntries(Object.keys(changes).map((field) => [field, was[field as keyof ScheduleUpdate]]));
      await this.audit.record(caller.name, 'schedule.change', name, 'done', { changes, before: had }, tx);
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

  /** Who it runs as. @throws what the investigation itself would be refused with. */
  private async mayRun(
    name: string,
    request: InvestigationRequest,
    caller: Identity,
    role: Identity['role'],
  ): Promise<Identity> {
    const runsAs: Identity = { ...caller, name: `schedule:${name}`, role };
    await this.plan.check(request, runsAs);
    return runsAs;
  }

  private async row(name: string): Promise<Schedule> {
    const row = await this.database.schedule.findUnique({ where: { name } });
    if (!row) throw notFound(`schedule ${name}`, '`fleetscope schedules list` shows them');
    return row;
  }
}
