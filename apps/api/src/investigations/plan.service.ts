import {
  type Identity,
  type InvestigationRequest,
  type ParameterValues,
  pendingStep,
  type Runbook,
} from '@fleetscope/contracts';
import { type CompiledProbe, compileProbe } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AuditService, mayAct } from '../access';
import { HostsService, type PlannedHost } from '../fleet';
import { type Prisma } from '../generated/prisma/client';
import { Database, ProblemException } from '../platform';
import { CatalogueService } from '../runbooks';
import { Outbox } from './outbox.service';
import { shareOf, type Spread } from './spread';

/** On top of the window: connecting, preflight, clean-up, and what a hung step may take. */
const GRACE_MS = 12_000;
/** What each further session adds when many wait for each other. */
const PER_HOST_MS = 40;

/** Connecting, and noticing the end, beside the probe's own deadline. */
const CONTACT_MS = 5_000;

/**
 * Milliseconds until the investigation ends at the latest. Light runbooks end soon after their window whatever hangs; a
 * capture has the time that its tools may take after the window, to name the frames of what they caught.
 */
const timeFor = (runbook: Runbook, probe: CompiledProbe, hosts: number): number => {
  const own = runbook.cost === 'light' ? probe.windowSeconds * 1000 + GRACE_MS : probe.deadlineMs + CONTACT_MS;
  return own + hosts * PER_HOST_MS;
};

/** Reading and judging the evidence of a large fleet, which no host is waited for. */
const ADMIT_MS = 15 * 60_000;

const escalationOf = (hosts: number, by: Identity): Prisma.InputJsonObject => ({
  ...{ hosts, state: 'waiting', reason: null, sick: [], control: null, children: [], differences: null },
  by,
});

const dueTimes = (
  runs: readonly { id: string; hostName: string }[],
  spread: Spread | undefined,
): { runId: string; notBefore: Date }[] => {
  const now = Date.now();
  return runs.map(({ id, hostName }) => ({
    runId: id,
    notBefore: new Date(now + (spread ? shareOf(spread, hostName) : 0)),
  }));
};

interface Plan {
  readonly request: InvestigationRequest;
  readonly runbook: Runbook;
  readonly parameters: ParameterValues;
  readonly probe: CompiledProbe;
  readonly hosts: readonly (Omit<PlannedHost, 'id'> & { readonly id: string | null })[];
  readonly askedAt: Date;
  readonly deadline: Date;
  readonly caller: Identity;
}

/** What is particular about work that nobody asked for by hand. */
export interface Circumstances {
  readonly parentId?: string;
  /** Made once under this id, however often it is asked for. */
  readonly id?: string;
  /** Hosts to leave out. */
  readonly except?: ReadonlySet<string>;
  readonly spread?: Spread;
}

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
    private readonly database: Database,
    private readonly hosts: HostsService,
    private readonly catalogue: CatalogueService,
    private readonly outbox: Outbox,
    private readonly audit: AuditService,
  ) {}

  /** @returns the id. The request, its runs and their way to the queue stand together or not at all. */
  async create(request: InvestigationRequest, caller: Identity, circumstances: Circumstances = {}): Promise<string> {
    await this.hosts.admitWork(caller, request.despiteFreeze ?? false);
    const plan = await this.resolve(request, caller, circumstances);
    const { id } = await this.write(plan, { imported: false, circumstances });
    return id;
  }

  /** @throws what `create` would, without starting anything. @returns the names of its hosts. */
  async check(request: InvestigationRequest, caller: Identity): Promise<string[]> {
    const { hosts } = await this.resolve(request, caller);
    return hosts.map(({ name }) => name);
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
    return this.write(plan, { imported: true });
  }

  /**
   * Runs of another installation: no queue, and hosts that are nobody's here, even where one has the same name. What is
   * measured elsewhere must not become the history of a host of ours.
   */
  async admit(
    { runbook, runbookVersion, parameters: given, reason, hosts, detail }: Admission,
    caller: Identity,
  ): Promise<{ id: string; runIds: string[] }> {
    const parameters = this.catalogue.parameters(runbook, given);
    const targets = { hosts: hosts.map(({ name }) => name) };
    return this.write(
      {
        request: { runbook: runbook.id, targets, parameters: given, reason },
        runbook: { ...runbook, version: runbookVersion },
        parameters,
        probe: compileProbe(runbook, parameters),
        hosts: hosts.map((host) => ({ ...host, id: null })),
        askedAt: new Date(),
        deadline: new Date(Date.now() + ADMIT_MS),
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
    const isCustom = this.catalogue.isCustom(runbook.id);
    const needed = runbook.cost === 'heavy' || isCustom ? 'commander' : 'operator';
    if (!mayAct(caller.role, needed)) {
      await this.audit.record(caller.name, 'investigation.create', runbook.id, 'denied', { needed });
      throw new ProblemException(
        403,
        `${runbook.id} is ${isCustom ? "one of this installation's own runbooks" : `of the cost class ${runbook.cost}`}, which needs the role ${needed}`,
      );
    }
    const parameters = this.catalogue.parameters(runbook, request.parameters);
    const hosts = (await this.hosts.select(request.targets)).filter(({ name }) => !except?.has(name));
    const probe = compileProbe(runbook, parameters);
    const deadline = new Date(Date.now() + (spread?.withinMs ?? 0) + timeFor(runbook, probe, hosts.length));
    return { request, runbook, parameters, probe, hosts, askedAt, deadline, caller };
  }

  private async write(
    plan: Plan,
    {
      imported,
      circumstances = {},
      detail = {},
    }: { imported: boolean; circumstances?: Circumstances; detail?: object },
  ): Promise<{ id: string; runIds: string[] }> {
    const { request, runbook, parameters, probe, hosts, deadline, caller } = plan;
    const { id = randomUUID(), parentId = null, spread } = circumstances;
    const steps = probe.steps.map(({ id: step, title }) =>
      pendingStep(step, title),
    ) as unknown as Prisma.InputJsonArray;
    const runs = hosts.map((host) => ({
      id: randomUUID(),
      investigationId: id,
      hostId: host.id,
      hostName: host.name,
      hostClass: host.class,
      hostLabels: host.labels,
      steps,
      imported,
    }));
    const runIds = runs.map((run) => run.id);
    await this.database.$transaction(
      async (tx) => {
        await tx.investigation.create({
          data: {
            id,
            runbook: runbook.id,
            runbookVersion: runbook.version,
            title: runbook.title,
            state: 'running',
            createdAt: plan.askedAt,
            startedAt: new Date(),
            reason: request.reason,
            parameters,
            targets: request.targets,
            requestedBy: caller.name,
            hosts: hosts.length,
            deadline,
            parentId,
            ...(request.escalate ? { escalation: escalationOf(request.escalate.hosts, caller) } : {}),
          },
        });
        await tx.run.createMany({ data: runs });
        if (!imported) await this.outbox.put(tx, dueTimes(runs, spread));
        await this.audit.record(
          caller.name,
          'investigation.create',
          id,
          'done',
          { runbook: runbook.id, hosts: hosts.length, reason: request.reason, ...detail },
          tx,
        );
      },
      { timeout: 60_000 },
    );
    return { id, runIds };
  }
}
