import { type AuditEntry } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type Prisma } from '../generated/prisma/client';
import { Database, type Tx } from '../platform';

@Injectable()
export class AuditService {
  constructor(private readonly database: Database) {}

  /** Give the mutation's transaction, so that neither stands without the other. `detail` never holds a secret. */
  async record(
    actor: string,
    action: string,
    subject: string,
    result: AuditEntry['result'] = 'done',
    detail: Record<string, unknown> = {},
    tx: Tx = this.database,
  ): Promise<void> {
    await tx.auditEntry.create({ data: { actor, action, subject, result, detail: detail as Prisma.InputJsonObject } });
  }

  async list(limit: number, before?: number): Promise<AuditEntry[]> {
    const rows = await this.database.auditEntry.findMany({
      where: before ? { id: { lt: before } } : {},
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map((row) => ({
      ...row,
      at: row.at.toISOString(),
      result: row.result as AuditEntry['result'],
      detail: row.detail as Record<string, unknown>,
    }));
  }
}
