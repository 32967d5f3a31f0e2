import { Injectable } from '@nestjs/common';
import { type Schedule } from '../generated/prisma/client';
import { FreezeService, HostsService, MaintenanceService } from '../fleet';
import { InvestigationReader, PlanService } from '../investigations';
import { ProblemException } from '../platform';
import { identityOf, requestOf } from './schedule-rows';

export type Started = 'started' | { readonly why: 'maintenance' | 'refused'; readonly detail: string };

const OPEN: ReadonlySet<string> = new Set(['queued', 'running']);

/** What a schedule starts, as the other rooms see it. */
@Injectable()
export class ScheduledWork {
  constructor(
    private readonly plan: PlanService,
    private readonly reader: InvestigationReader,
    private readonly hosts: HostsService,
    private readonly maintenance: MaintenanceService,
    private readonly freeze: FreezeService,
  ) {}

  /** Why nothing may start now; null when it may. */
  async frozen(): Promise<string | null> {
    const { frozen, why, by } = await this.freeze.get();
    return frozen ? `the fleet is frozen, says ${by ?? ''}: ${why ?? ''}` : null;
  }

  /** Of these investigations: how many there are, and which of them have not ended. */
  async running(ids: readonly string[]): Promise<{ known: number; open: string[] }> {
    const states = await this.reader.states(ids);
    return { known: states.size, open: [...states].flatMap(([id, { state }]) => (OPEN.has(state) ? [id] : [])) };
  }

  /** Under this id, once. */
  async start(schedule: Schedule, id: string): Promise<Started> {
    const request = requestOf(schedule);
    try {
      const hosts = await this.hosts.select(request.targets);
      const quiet = await this.maintenance.quiet(hosts);
      if (quiet.size === hosts.length)
        return { why: 'maintenance', detail: [...new Set(quiet.values())].join('; ').slice(0, 500) };
      const reason = request.reason === '' ? `schedule ${schedule.name}` : request.reason;
      await this.plan.create({ ...request, reason }, identityOf(schedule), {
        id,
        except: new Set(quiet.keys()),
        ...(schedule.spread === 'hosts' && schedule.jitterMs > 0
          ? { spread: { withinMs: schedule.jitterMs, seed: schedule.name } }
          : {}),
      });
      return 'started';
    } catch (error) {
      if (error instanceof ProblemException) return { why: 'refused', detail: error.detail };
      throw error;
    }
  }
}
