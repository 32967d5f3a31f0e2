import { planEscalation } from '@fleetscope/analysis';
import { type Escalation, escalationSchema, type Identity, type Verdict } from '@fleetscope/contracts';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Prisma } from '../generated/prisma/client';
import { EventLog } from '../live';
import { Database, Rounds } from '../platform';
import { CatalogueService } from '../runbooks';
import { judgedRun } from './conclusion.service';
import { EscalationDifferences } from './escalation-differences.service';
import { PlanService } from './plan.service';

const EVERY_MS = 1_000;
/** What is stored: the view, and who asked, in whose name the captures are started. */
export interface StoredEscalation extends Escalation {
  readonly by: Identity;
}

/**
 * Captures after a triage that asked for them: when it has ended, its worst hosts and one healthy peer get what their
 * findings call for, and when those have ended, what differs is written down. It looks for such investigations again and again, so that a restart loses none.
 */
@Injectable()
export class EscalationService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Escalation');
  private readonly rounds = new Rounds(EVERY_MS, (error) =>
    this.log.warn({ err: error }, 'a pass failed; the next one tries again'),
  );

  constructor(
    private readonly database: Database,
    private readonly plan: PlanService,
    private readonly catalogue: CatalogueService,
    private readonly differences: EscalationDifferences,
    private readonly events: EventLog,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(() => this.pass());
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async pass(): Promise<void> {
    const waiting = await this.database.$queryRaw<{ id: string; state: string }[]>`
      SELECT id, state FROM investigation
      WHERE escalation->>'state' = 'waiting' AND state IN ('succeeded', 'cancelled', 'failed')
      LIMIT 20`;
    for (const { id } of waiting) await this.escalate(id);
    const started = await this.database.$queryRaw<{ id: string; escalation: unknown }[]>`
      SELECT id, escalation FROM investigation
      WHERE escalation->>'state' = 'done' AND escalation->'differences' = 'null'::jsonb
      LIMIT 20`;
    for (const { id, escalation } of started) await this.compare(id, escalation as StoredEscalation);
  }

  private async compare(id: string, escalation: StoredEscalation): Promise<void> {
    const differences = await this.differences.of(escalation);
    if (differences !== null) await this.keep(id, { ...escalation, differences });
  }

  private async keep(id: string, escalation: StoredEscalation): Promise<void> {
    await this.database.$transaction(async (tx) => {
      await tx.investigation.update({
        where: { id },
        data: { escalation: escalation as unknown as Prisma.InputJsonObject },
      });
      // The schema drops by whom it was asked.
      await this.events.append(tx, id, [{ type: 'escalation', escalation: escalationSchema.parse(escalation) }]);
    });
  }

  private async escalate(id: string): Promise<void> {
    const row = await this.database.investigation.findUniqueOrThrow({ where: { id }, include: { runs: true } });
    const asked = row.escalation as unknown as StoredEscalation;
    // One process takes it; what it starts is written down as it goes.
    const taken = await this.database.$executeRaw`
      UPDATE investigation SET escalation = jsonb_set(escalation, '{state}', '"started"')
      WHERE id = ${id}::uuid AND escalation->>'state' = 'waiting'`;
    if (taken !== 1) return;
    const plan =
      row.state === 'succeeded'
        ? planEscalation(
            row.verdict as unknown as Verdict,
            row.runs.map(judgedRun).map((run) => ({ ...run, findings: run.analysis?.findings ?? [] })),
            asked.hosts,
            this.allowed(),
          )
        : { sick: [], control: null, captures: [], reason: `the investigation ended ${row.state}` };
    const children: Escalation['children'] = [];
    for (const { runbook, hosts } of plan.captures) {
      try {
        const child = await this.plan.create(
          {
            runbook,
            targets: { hosts: [...hosts] },
            parameters: {},
            reason: `after the triage ${id}${row.reason === '' ? '' : `: ${row.reason}`}`.slice(0, 500),
          },
          // One that was asked for before there were scopes was of the whole fleet.
          { ...asked.by, scope: asked.by.scope ?? null },
          { parentId: id },
        );
        children.push({ id: child, runbook, hosts: [...hosts] });
      } catch (error) {
        this.log.warn({ err: error, investigation: id, runbook }, 'a capture could not be started');
      }
    }
    const done: StoredEscalation = {
      ...asked,
      state: 'done',
      reason: plan.reason ?? (children.length < plan.captures.length ? 'some captures could not be started' : null),
      sick: [...plan.sick],
      control: plan.control,
      children,
    };
    await this.keep(id, done);
  }

  /** Captures that an operator may start, and that need nothing to be filled in. */
  private allowed(): Set<string> {
    return new Set(
      this.catalogue
        .list()
        .filter(
          ({ cost, checklist, parameters }) =>
            cost !== 'heavy' &&
            !checklist &&
            Object.values(parameters).every((parameter) => !('required' in parameter && parameter.required === true)),
        )
        .map(({ id }) => id),
    );
  }
}
