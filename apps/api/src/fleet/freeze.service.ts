import { type FreezeView, type Identity } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService, mayAct } from '../access';
import { Database, ProblemException } from '../platform';

const ROW = 1;
const MAY_ANYWAY = 'commander';
/** Payload: nothing; the fleet was frozen, or is so no more. */
export const FREEZE_CHANNEL = 'fleetscope_freeze';

/** One switch for the whole fleet: while it is on, no new work begins. */
@Injectable()
export class FreezeService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async get(): Promise<FreezeView> {
    const row = await this.database.fleetFreeze.findUnique({ where: { id: ROW } });
    return { frozen: row !== null, why: row?.why ?? null, by: row?.by ?? null, at: row?.at.toISOString() ?? null };
  }

  /** Frozen twice, the first freeze stands. */
  async freeze(why: string, actor: string): Promise<FreezeView> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.fleetFreeze.createMany({ data: [{ id: ROW, why, by: actor }], skipDuplicates: true });
      if (count === 0) return;
      await this.audit.record(actor, 'fleet.freeze', 'fleet', 'done', { why }, tx);
      await tx.$executeRaw`SELECT pg_notify(${FREEZE_CHANNEL}, '')`;
    });
    return this.get();
  }

  async unfreeze(actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.fleetFreeze.deleteMany({ where: { id: ROW } });
      if (count === 0) return;
      await this.audit.record(actor, 'fleet.unfreeze', 'fleet', 'done', {}, tx);
      await tx.$executeRaw`SELECT pg_notify(${FREEZE_CHANNEL}, '')`;
    });
  }

  /** @throws 409 while the fleet is frozen, 403 when the caller may not start work despite it. */
  async admit(caller: Identity, despite: boolean): Promise<void> {
    const { frozen, why, by, at } = await this.get();
    if (!frozen) return;
    if (!despite) {
      await this.audit.record(caller.name, 'investigation.create', 'fleet', 'denied', { frozen: why });
      throw new ProblemException(409, `the fleet is frozen since ${at ?? ''}, says ${by ?? ''}: ${why ?? ''}`, {
        hint: `wait for \`fleetscope fleet unfreeze\`; a ${MAY_ANYWAY} can start it with --despite-freeze`,
      });
    }
    if (!mayAct(caller.role, MAY_ANYWAY)) {
      await this.audit.record(caller.name, 'freeze.despite', 'fleet', 'denied', { needed: MAY_ANYWAY });
      throw new ProblemException(403, `to start work on a frozen fleet needs the role ${MAY_ANYWAY}`);
    }
    await this.audit.record(caller.name, 'freeze.despite', 'fleet', 'done', { frozen: why });
  }
}
