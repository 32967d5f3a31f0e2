import { type Identity, type InvestigationRequest, type ParameterValues, type Runbook } from '@fleetscope/contracts';
import { type CompiledProbe, compileProbe } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { HostsService, type PlannedHost } from '../fleet';
import { CatalogueService } from '../runbooks';
import { type Circumstances, type Plan, PlanWriter } from './plan-writer.service';
import { RequestRules } from './request-rules.service';
import { roundsOf } from './rollout';

/** On top of the window: connecting, preflight, clean-up, and what a hung step may take. */
const GRACE_MS = 12_000;
/** What each further session adds when many wait for each other. */
const PER_HOST_MS = 40;

/** Connecting, and noticing the end, beside the probe's own deadline. */
const CONTACT_MS = 5_000;

/**
 * Milliseconds until the investigation ends at the latest. Light runbooks end soon after their window whatever hangs; a
 * capture has the time that its tools may take after the window, to name the frames of what they caught. A rollout takes so
 * long in each of its rounds.
 */
const timeFor = (runbook: Runbook, probe: CompiledProbe, hosts: number, rounds: number): number => {
  const own = runbook.cost === 'light' ? probe.windowSeconds * 1000 + GRACE_MS : probe.deadlineMs + CONTACT_MS;
  return own * rounds + hosts * PER_HOST_MS;
};

/** Reading and judging the evidence of a large fleet, which no host is waited for. */
const ADMIT_MS = 15 * 60_000;

/** Runs that were carried out elsewhere. */
export interface Admission {
  readonly runbook: Runbook;
  /** As it was when they were. */
  readonly runbookVersion: number;
  readonly parameters: Record<string, string | number>;
  readonly reason: string;
  readonly hosts: readonly Omit<PlannedHost, 'id'>[];
  /** For the audit log. */
  readonly detail: object;
}

/** Turns a request into an investigation: one run for each host, on its way to the queue. */
@Injectable()
export class PlanService {
  constructor(
    private readonly hosts: HostsService,
    private readonly catalogue: CatalogueService,
    private readonly rules: RequestRules,
    private readonly writer: PlanWriter,
  ) {}

  /** @returns the id. What needs somebody else's word waits for it, and nothing of it is queued before. */
  async create(request: InvestigationRequest, caller: Identity, circumstances: Circumstances = {}): Promise<string> {
    await this.hosts.admitWork(caller, request.despiteFreeze ?? false);
    const plan = await this.resolve(request, caller, circumstances);
    const needs = this.rules.approvalNeeds(plan.runbook, plan.hosts.length);
    const approval = needs.length > 0 ? { needs, expiresAt: this.rules.approvalEnds() } : null;
    const { id } = await this.writer.write(plan, { imported: false, circumstances, approval });
    return id;
  }

  /** @throws what `create` would, without starting anything. @returns the names of its hosts. */
  async check(request: InvestigationRequest, caller: Identity): Promise<string[]> {
    const { hosts } = await this.resolve(request, caller);
    return hosts.map(({ name }) => name);
  }

  /** The plan, and why somebody else would have to agree to it; nothing starts. @throws what `create` would, but for a freeze. */
  async preview(request: InvestigationRequest, caller: Identity): Promise<{ plan: Plan; needs: string[] }> {
    const plan = await this.resolve(request, caller);
    return { plan, needs: this.rules.approvalNeeds(plan.runbook, plan.hosts.length) };
  }

  /** The same for output that was brought by hand: no queue, no host. `check` may throw before anything is written. */
  async prepare(
    request: InvestigationRequest,
    caller: Identity,
    { check }: { check: (task: { hostName: string; runbook: string; parameters: ParameterValues }) => void },
  ): Promise<{ id: string; runIds: string[] }> {
    const plan = await this.resolve(request, caller);
    for (const host of plan.hosts)
      check({ hostName: host.name, runbook: plan.runbook.id, parameters: plan.parameters });
    return this.writer.write(plan, { imported: true });
  }

  /**
   * Runs of another installation: no queue, and hosts that are nobody's here, even where one has the same name. What is
   * measured elsewhere must not become the history of a host of ours.
   */
  async admit(
    { runbook, runbookVersion, parameters: given, reason, hosts, detail }: Admission,
    caller: Identity,
  ): Promise<{ id: string; runIds: string[] }> {
    await this.rules.mustCover(caller, runbook.id, hosts);
    const parameters = this.catalogue.parameters(runbook, given);
    const targets = { hosts: hosts.map(({ name }) => name) };
    return this.writer.write(
      {
        request: { runbook: runbook.id, targets, parameters: given, reason },
        runbook: { ...runbook, version: runbookVersion },
        parameters,
        probe: compileProbe(runbook, parameters),
        hosts: hosts.map((host) => ({ ...host, id: null })),
        askedAt: new Date(),
        allowedMs: ADMIT_MS,
        caller,
      },
      { imported: true, detail },
    );
  }

  private async resolve(
    request: InvestigationRequest,
    caller: Identity,
    { except, spread }: Circumstances = {},
  ): Promise<Plan> {
    const askedAt = new Date();
    const runbook = this.catalogue.get(request.runbook);
    await this.rules.mustAllowRunbook(caller, runbook);
    const parameters = this.catalogue.parameters(runbook, request.parameters);
    if (request.despiteBudget === true) await this.rules.mustAllowDespiteBudget(caller, runbook.id);
    await this.rules.mustAllowParameters(caller, runbook, parameters);
    const hosts = (await this.hosts.select(request.targets)).filter(({ name }) => !except?.has(name));
    await this.rules.mustAllowHosts(caller, runbook.id, hosts);
    const probe = compileProbe(runbook, parameters);
    const rounds = request.rollout ? roundsOf(request.rollout, hosts) : 1;
    const allowedMs = (spread?.withinMs ?? 0) + timeFor(runbook, probe, hosts.length, rounds);
    return { request, runbook, parameters, probe, hosts, askedAt, allowedMs, caller };
  }
}
