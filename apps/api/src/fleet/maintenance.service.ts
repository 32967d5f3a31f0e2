import {
  durationText,
  parseDuration,
  type MaintenanceInput,
  type MaintenanceView,
  type Targets,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../access';
import { type MaintenanceWindow } from '../generated/prisma/client';
import { Clock, cronProblem, cronTimes, Database, invalid, notFound } from '../platform';
import { type PlannedHost } from './hosts.service';

const isIn = ({ hosts = [], classes = [], labels = {} }: Targets, host: Omit<PlannedHost, 'id'>): boolean => {
  const named = hosts.length + classes.length === 0 || hosts.includes(host.name) || classes.includes(host.class);
  return named && Object.entries(labels).every(([key, value]) => host.labels[key] === value);
};

const isActive = ({ from, until, cron, tz, durationMs }: MaintenanceWindow, now: Date): boolean => {
  if ((from && now < from) || (until && now >= until)) return false;
  if (cron === null || durationMs === null) return true;
  // A millisecond before the window would be over: what began then has ended by now.
  return cronTimes(cron, tz, new Date(now.getTime() - durationMs), { until: now, limit: 1 }).length > 0;
};

/** Times in which scheduled work leaves hosts alone. */
@Injectable()
export class MaintenanceService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<MaintenanceView[]> {
    const rows = await this.database.maintenanceWindow.findMany({ orderBy: { createdAt: 'asc' } });
    return rows.map((row) => this.view(row));
  }

  /** @throws 400 when it has no time, or no end. */
  async add(input: MaintenanceInput, actor: string): Promise<MaintenanceView> {
    const { targets, why, from, until, cron, tz, duration } = input;
    if (cron === null && until === null)
      throw invalid('until', 'the time at which it ends, or cron and duration', undefined);
    if ((cron === null) !== (duration === null))
      throw invalid(cron === null ? 'cron' : 'duration', 'both cron and duration, or none of them', undefined);
    if (from !== null && until !== null && from >= until) throw invalid('until', `a time after ${from}`, until);
    const problem = cron === null ? null : cronProblem(cron, tz);
    if (problem) throw invalid(problem.path, problem.expected, problem.got);
    const row = await this.database.$transaction(async (tx) => {
      const made = await tx.maintenanceWindow.create({
        data: {
          ...{ targets, why, cron, tz, createdBy: actor },
          from: from === null ? null : new Date(from),
          until: until === null ? null : new Date(until),
          durationMs: duration === null ? null : parseDuration(duration),
        },
      });
      await this.audit.record(actor, 'maintenance.add', made.id, 'done', { ...input }, tx);
      return made;
    });
    return this.view(row);
  }

  /** @throws 404 */
  async remove(id: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.maintenanceWindow.deleteMany({ where: { id } });
      if (count === 0) throw notFound(`window of maintenance ${id}`, '`fleetscope maintenance list` shows them');
      await this.audit.record(actor, 'maintenance.remove', id, 'done', {}, tx);
    });
  }

  /** Host → why it is to be left alone now. */
  async quiet(hosts: readonly Omit<PlannedHost, 'id'>[]): Promise<Map<string, string>> {
    const now = this.clock.now();
    const rows = await this.database.maintenanceWindow.findMany();
    const active = rows.filter((row) => isActive(row, now));
    return new Map(
      hosts.flatMap((host) => {
        const window = active.find(({ targets }) => isIn(targets as Targets, host));
        return window ? [[host.name, window.why] as const] : [];
      }),
    );
  }

  private view(row: MaintenanceWindow): MaintenanceView {
    return {
      id: row.id,
      targets: row.targets as Targets,
      why: row.why,
      from: row.from?.toISOString() ?? null,
      until: row.until?.toISOString() ?? null,
      cron: row.cron,
      tz: row.tz,
      duration: row.durationMs === null ? null : durationText(row.durationMs),
      active: isActive(row, this.clock.now()),
      createdBy: row.createdBy,
      createdAt: row.createdAt.toISOString(),
    };
  }
}
