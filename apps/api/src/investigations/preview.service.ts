import { type HostView, type Identity, type InvestigationRequest, type Preview } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AgentsService } from '../agents';
import { FreezeService, HostsService, MaintenanceService } from '../fleet';
import { CostEstimates } from './cost-estimate.service';
import { HostBudgets } from './host-budgets.service';
import { PlanService } from './plan.service';
import { type Plan } from './plan-writer.service';

type Attention = Preview['attention'][number];

/** Of a plan's hosts, those that somebody should know of before. */
@Injectable()
export class HostAttention {
  constructor(
    private readonly hosts: HostsService,
    private readonly maintenance: MaintenanceService,
    private readonly agents: AgentsService,
    private readonly budgets: HostBudgets,
  ) {}

  async among({ hosts: planned, request }: Plan, { scope }: Identity): Promise<Attention[]> {
    const ids = request.despiteBudget ? [] : planned.flatMap(({ id }) => (id === null ? [] : [id]));
    const [all, quiet, agents, spent] = await Promise.all([
      this.hosts.list({}, scope),
      this.maintenance.quiet(planned),
      this.agents.list(scope),
      this.budgets.exhausted(ids),
    ]);
    const online = new Set(agents.filter(({ state }) => state === 'online').map(({ host }) => host));
    const wanted = new Set(planned.map(({ name }) => name));
    return all
      .filter(({ name }) => wanted.has(name))
      .flatMap((host) => this.of(host, { quiet: quiet.get(host.name) ?? null, spent: spent.get(host.id) }, online));
  }

  private of(
    { name, class: hostClass, hold, transport }: HostView,
    { quiet, spent }: { quiet: string | null; spent: string | undefined },
    online: Set<string>,
  ) {
    const found: Attention[] = [];
    const add = (kind: Attention['kind'], why: string, runs: boolean): number =>
      found.push({ host: name, class: hostClass, kind, why, runs });
    if (hold)
      add('held', `not to be touched until ${hold.until ?? 'it is released'}, says ${hold.by}: ${hold.why}`, false);
    if (transport === 'agent' && !online.has(name))
      add('agent-offline', 'its agent was not heard of for a minute: the run waits for it, and expires', false);
    if (spent !== undefined) add('budget', spent, false);
    if (quiet !== null) add('maintenance', `${quiet}; schedules leave it alone, a request by hand does not`, true);
    return found;
  }
}

/** Says what a request would do, without doing anything of it. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly plans: PlanService,
    private readonly freeze: FreezeService,
    private readonly attention: HostAttention,
    private readonly estimates: CostEstimates,
  ) {}

  /** @throws what the request itself would, but for a freeze, which the answer tells of. */
  async of(request: InvestigationRequest, caller: Identity): Promise<Preview> {
    const { plan, needs } = await this.plans.preview(request, caller);
    const [attention, freeze] = await Promise.all([this.attention.among(plan, caller), this.freeze.get()]);
    const stuck = new Set(attention.filter(({ runs }) => !runs).map(({ host }) => host));
    const ready = plan.hosts.filter(({ name }) => !stuck.has(name));
    const classes = [...new Set(plan.hosts.map((host) => host.class))].sort();
    return {
      runbook: plan.probe.runbook,
      cost: plan.runbook.cost,
      hosts: plan.hosts.length,
      ready: ready.length,
      classes: classes.map((name) => ({
        class: name,
        hosts: plan.hosts.filter((host) => host.class === name).length,
        ready: ready.filter((host) => host.class === name).length,
      })),
      attention,
      frozen: freeze.frozen ? `frozen since ${freeze.at}, says ${freeze.by}: ${freeze.why}` : null,
      estimate: await this.estimates.of(plan, ready.length),
      approval: needs,
    };
  }
}
