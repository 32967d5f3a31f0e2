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

export interface Plan {
  readonly request: InvestigationRequest;
  readonly runbook: Runbook;
  readonly parameters: ParameterValues;
  readonly probe: CompiledProbe;
  readonly hosts: readonly (Omit<PlannedHost, 'id'> & { readonly id: string | null })[];
  /** Milliseconds until it ends at the latest. */
  readonly allowedMs: number;
  readonly caller: Identity;
}

export interface WriteOptions {
  /** Its output was brought by hand: no queue, no host. */
  readonly imported: boolean;
  readonly parentId?: string | null;
  /** For the audit log. */
  readonly detail?: object;
  /** Somebody else must agree first: why, and until when. */
  readonly approval?: { readonly needs: string[]; readonly expiresAt: Date } | null;
}

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
    const id = randomUUID();
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
    }));
    const runIds = runs.map((run) => run.id);
    await this.database.$transaction(
      async (tx) => {
        await this.writeInvestigation(tx, id, plan, options);
        await tx.run.createMany({ data: runs });
        if (!options.imported && !options.approval) await this.outbox.put(tx, runIds);
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
    { request, runbook, parameters, hosts, allowedMs, caller }: Plan,
    { parentId = null, approval = null }: WriteOptions,
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
        startedAt: approval ? null : new Date(),
        reason: request.reason,
        parameters,
        targets: request.targets,
        requestedBy: caller.name,
        hosts: hosts.length,
        deadline: new Date(from + allowedMs),
        parentId,
        ...(request.escalate ? { escalation: escalationOf(request.escalate.hosts, caller) } : {}),
        ...(approval ? { approval: { create: { ...approval, requester: caller.id, allowedMs } } } : {}),
      },
    });
  }
}
