import {
  type Identity,
  type InvestigationRequest,
  type ParameterValues,
  pendingStep,
  type Runbook,
} from '@fleetscope/contracts';
import { type CompiledProbe } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AuditService } from '../access';
import { type PlannedHost } from '../fleet';
import { type Prisma } from '../generated/prisma/client';
import { Database, type Tx } from '../platform';
import { Outbox } from './outbox.service';
import { shareOf, type Spread } from './spread';

export interface Plan {
  readonly request: InvestigationRequest;
  readonly runbook: Runbook;
  readonly parameters: ParameterValues;
  readonly probe: CompiledProbe;
  readonly hosts: readonly (Omit<PlannedHost, 'id'> & { readonly id: string | null })[];
  readonly askedAt: Date;
  /** Milliseconds until it ends at the latest. */
  readonly allowedMs: number;
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

export interface WriteOptions {
  /** Its output was brought by hand: no queue, no host. */
  readonly imported: boolean;
  readonly circumstances?: Circumstances;
  /** For the audit log. */
  readonly detail?: object;
  /** Somebody else must agree first: why, and until when. */
  readonly approval?: { readonly needs: string[]; readonly expiresAt: Date } | null;
}

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

const escalationOf = (hosts: number, by: Identity): Prisma.InputJsonObject => ({
  ...{ hosts, state: 'waiting', reason: null, sick: [], control: null, children: [], differences: null },
  by: { ...by },
});

/** Writes what was planned: the request, its runs and their way to the queue stand together or not at all. */
@Injectable()
export class PlanWriter {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: AuditService,
  ) {}

  async write(plan: Plan, options: WriteOptions): Promise<{ id: string; runIds: string[] }> {
    const { id = randomUUID(), spread } = options.circumstances ?? {};
    const steps = plan.probe.steps.map(({ id: step, title }) =>
      pendingStep(step, title),
    ) as unknown as Prisma.InputJsonArray;
    const runs = plan.hosts.map((host) => ({
      id: randomUUID(),
      investigationId: id,
      hostId: host.id,
      hostName: host.name,
      hostClass: host.class,
      hostLabels: host.labels,
      steps,
      imported: options.imported,
      heldBack: !options.imported && plan.request.rollout !== undefined,
      heavy: !options.imported && plan.runbook.cost === 'heavy',
    }));
    const runIds = runs.map((run) => run.id);
    await this.database.$transaction(
      async (tx) => {
        await this.writeInvestigation(tx, id, plan, options);
        await tx.run.createMany({ data: runs });
        // What is held back, or awaits approval, is put there by whoever lets it begin.
        const due = runs.filter(({ heldBack }) => !heldBack);
        if (!options.imported && !options.approval && due.length > 0) await this.outbox.put(tx, dueTimes(due, spread));
        const { runbook, hosts, request, caller } = plan;
        const needs = options.approval?.needs;
        await this.audit.record(
          caller.name,
          'investigation.create',
          id,
          'done',
          {
            ...{ runbook: runbook.id, hosts: hosts.length, reason: request.reason },
            ...options.detail,
            ...(needs ? { awaitsApproval: needs } : {}),
          },
          tx,
        );
      },
      { timeout: 60_000 },
    );
    return { id, runIds };
  }

  private async writeInvestigation(
    tx: Tx,
    id: string,
    { request, runbook, parameters, hosts, askedAt, allowedMs, caller }: Plan,
    { circumstances, approval = null }: WriteOptions,
  ): Promise<void> {
    // Whoever awaits approval is ended by that, and by its deadline only should nobody look.
    const from = approval?.expiresAt.getTime() ?? Date.now();
    await tx.investigation.create({
      data: {
        id,
        runbook: runbook.id,
        runbookVersion: runbook.version,
        title: runbook.title,
        state: approval ? 'queued' : 'running',
        createdAt: askedAt,
        startedAt: approval ? null : new Date(),
        reason: request.reason,
        parameters,
        targets: request.targets,
        requestedBy: caller.name,
        hosts: hosts.length,
        deadline: new Date(from + allowedMs),
        parentId: circumstances?.parentId ?? null,
        despiteBudget: request.despiteBudget ?? false,
        ...(request.rollout ? { rollout: request.rollout } : {}),
        ...(request.escalate ? { escalation: escalationOf(request.escalate.hosts, caller) } : {}),
        ...(approval ? { approval: { create: { ...approval, requester: caller.id, allowedMs } } } : {}),
      },
    });
  }
}
