import {
  coverageOf,
  type Aspect,
  type PackedMatrix,
  type PeerValues,
  type Resource,
  type RunState,
  type Scope,
} from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Prisma } from '../generated/prisma/client';
import { EventLog, Snapshots } from '../live';
import { Database } from '../platform';
import { packMatrix } from './matrix-packer';
import { InvestigationReader } from './reader.service';
import { investigationView, narrowed, runsWithin } from './rows';

const DRAWN = {
  id: true,
  hostName: true,
  hostClass: true,
  hostLabels: true,
  state: true,
  reason: true,
  attempt: true,
  oddness: true,
  matrix: true,
} as const;

const numberOf = (numbers: Prisma.JsonValue, metric: string): number | null =>
  (numbers as Readonly<Record<string, number | null>> | null)?.[metric] ?? null;

/** What the matrix draws of an investigation, read without the analyses that it comes from. */
@Injectable()
export class MatrixReader implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly snapshots: Snapshots,
    private readonly reader: InvestigationReader,
  ) {}

  onModuleInit(): void {
    this.snapshots.provideMatrix((id, scope) => this.of(id, scope));
  }

  /** As it stands at one event of the log; null when there is no such investigation for this scope. */
  async of(id: string, scope: Scope): Promise<PackedMatrix | null> {
    return this.database.$transaction(
      async (tx) => {
        const seq = await this.events.position(id, tx);
        const row = await tx.investigation.findUnique({ where: { id }, include: { approval: true } });
        if (!row) return null;
        const runs = await tx.run.findMany({
          where: { investigationId: id, ...runsWithin(scope) },
          orderBy: { hostName: 'asc' },
          select: DRAWN,
        });
        if (scope !== null && runs.length === 0) return null;
        const coverage = coverageOf(
          runs.map(({ hostName, state, reason }) => ({ host: hostName, state: state as RunState, reason })),
        );
        const whole = investigationView(row, coverage);
        if (runs.length === row.hosts) return packMatrix(seq, whole, runs);
        const verdict = whole.verdict === null ? null : await this.reader.verdictSoFar(id, scope, tx);
        const hosts = runs.map(({ hostName }) => hostName);
        return packMatrix(seq, narrowed(whole, hosts, verdict), runs);
      },
      { isolationLevel: 'RepeatableRead' },
    );
  }

  /** A cell's number on the other hosts of the class, in the same investigation. @throws 404 */
  async peers(runId: string, resource: Resource, aspect: Aspect, scope: Scope): Promise<PeerValues> {
    const run = await this.reader.run(runId);
    const metric = run.use.find((cell) => cell.resource === resource && cell.aspect === aspect)?.metric ?? null;
    if (metric === null) return { metric, peers: [] };
    const others = await this.database.run.findMany({
      where: {
        investigationId: run.investigation,
        hostClass: run.hostClass,
        id: { not: runId },
        ...runsWithin(scope),
      },
      orderBy: { hostName: 'asc' },
      select: { hostName: true, numbers: true, headline: true },
    });
    return {
      metric,
      // Where another metric speaks for the cell of a peer, this one may be among those that hosts are compared by.
      peers: others.flatMap(({ hostName, numbers, headline }) => {
        const value = numberOf(numbers, metric) ?? numberOf(headline, metric);
        return value === null ? [] : [{ host: hostName, value }];
      }),
    };
  }
}
