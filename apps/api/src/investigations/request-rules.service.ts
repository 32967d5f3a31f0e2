import { type Identity, type ParameterValues, type Runbook } from '@fleetscope/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { AuditService, mayAct, type ScopedHost, Scopes } from '../access';
import { ProblemException, RUNTIME, type Runtime } from '../platform';
import { CatalogueService } from '../runbooks';

const COSTS = ['light', 'medium', 'heavy'] as const;

/** Who may ask for what: the runbook by its cost, how many hosts, which hosts, and what needs somebody else's word. */
@Injectable()
export class RequestRules {
  constructor(
    private readonly catalogue: CatalogueService,
    private readonly scopes: Scopes,
    private readonly audit: AuditService,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'operatorMaxHosts' | 'approval'>,
  ) {}

  /** @throws 403; the audit log has it. */
  async mustAllowRunbook(caller: Identity, { id, cost }: Runbook): Promise<void> {
    const isCustom = this.catalogue.isCustom(id);
    const needed = cost === 'heavy' || isCustom ? 'commander' : 'operator';
    if (mayAct(caller.role, needed)) return;
    await this.audit.record(caller.name, 'investigation.create', id, 'denied', { needed });
    throw new ProblemException(
      403,
      `${id} is ${isCustom ? "one of this installation's own runbooks" : `of the cost class ${cost}`}, which needs the role ${needed}`,
    );
  }

  /** @throws 403 for values that are a commander's; the audit log has it. */
  async mustAllowParameters(caller: Identity, { id, parameters }: Runbook, values: ParameterValues): Promise<void> {
    if (mayAct(caller.role, 'commander')) return;
    for (const [name, parameter] of Object.entries(parameters)) {
      const most = parameter.type === 'integer' ? parameter.commanderAbove : undefined;
      if (most === undefined || Number(values[name] ?? 0) <= most) continue;
      await this.audit.record(caller.name, 'investigation.create', id, 'denied', { parameter: name, most });
      throw new ProblemException(403, `${name}: more than ${most} needs the role commander, got ${values[name]}`);
    }
  }

  /** @throws 403 unless a commander asks for it; the audit log has it. */
  async mustAllowDespiteBudget(caller: Identity, runbook: string): Promise<void> {
    if (mayAct(caller.role, 'commander')) return;
    await this.audit.record(caller.name, 'investigation.create', runbook, 'denied', { despiteBudget: true });
    throw new ProblemException(403, "despiteBudget: going beyond a host's budget needs the role commander");
  }

  /** @throws 403 for hosts outside the scope; the audit log has it. */
  mustCover(caller: Identity, runbook: string, hosts: readonly ScopedHost[]): Promise<void> {
    return this.scopes.mustCover(caller, hosts, 'investigation.create', runbook);
  }

  /** @throws 403 for more hosts than the role may ask for, and for hosts outside the scope; the audit log has it. */
  async mustAllowHosts(caller: Identity, runbook: string, hosts: readonly ScopedHost[]): Promise<void> {
    await this.mustCover(caller, runbook, hosts);
    const most = this.runtime.operatorMaxHosts;
    if (hosts.length <= most || mayAct(caller.role, 'commander')) return;
    await this.audit.record(caller.name, 'investigation.create', runbook, 'denied', { hosts: hosts.length, most });
    throw new ProblemException(
      403,
      `${hosts.length} hosts need the role commander; ${caller.role}s take at most ${most}`,
      {
        hint: 'name fewer of them, or ask a commander',
      },
    );
  }

  /** Why somebody else must approve; empty when nobody must. */
  approvalNeeds({ id, cost }: Runbook, hosts: number): string[] {
    const limits = this.runtime.approval;
    return [
      ...(limits.hosts !== null && hosts > limits.hosts
        ? [`${hosts} hosts are more than the ${limits.hosts} that one person may ask for`]
        : []),
      ...(limits.cost !== null && COSTS.indexOf(cost) >= COSTS.indexOf(limits.cost)
        ? [`${id} is of the cost class ${cost}`]
        : []),
    ];
  }

  /** Until when it must be given. */
  approvalEnds(): Date {
    return new Date(Date.now() + this.runtime.approval.minutes * 60_000);
  }
}
