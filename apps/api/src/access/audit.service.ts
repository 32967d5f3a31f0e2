import { type AuditCheck, type AuditEntry } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type AuditEntry as AuditRow, type Prisma } from '../generated/prisma/client';
import { Database, requestOrigin, type Tx } from '../platform';

/** Without its place in the chain, which `verify` speaks of. */
const entryView = ({ id, at, actor, action, subject, result, detail }: AuditRow): AuditEntry => ({
  ...{ id, actor, action, subject },
  at: at.toISOString(),
  result: result as AuditEntry['result'],
  detail: detail as Record<string, unknown>,
});

@Injectable()
export class AuditService {
  constructor(private readonly database: Database) {}

  /**
   * Give the mutation's transaction, so that neither stands without the other. `detail` never holds a secret; the address
   * that the request came from is added.
   */
  async record(
    actor: string,
    action: string,
    subject: string,
    result: AuditEntry['result'] = 'done',
    detail: Record<string, unknown> = {},
    tx: Tx = this.database,
  ): Promise<void> {
    const address = requestOrigin();
    const said = { ...detail, ...(address === null ? {} : { address }) } as Prisma.InputJsonObject;
    await tx.auditEntry.create({ data: { actor, action, subject, result, detail: said } });
  }

  async list(limit: number, before?: number): Promise<AuditEntry[]> {
    const rows = await this.database.auditEntry.findMany({
      where: before ? { id: { lt: before } } : {},
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(entryView);
  }

  /**
   * Computes the chain anew in the store, from the first entry to the head. An entry that is gone shows at the one after it,
   * the last ones at the head.
   */
  async verify(): Promise<AuditCheck> {
    const [state] = await this.database.$queryRaw<{ entries: number; head: string; seq: number | null }[]>`
      WITH chain AS (
        SELECT e.seq, e.hash, row_number() OVER (ORDER BY e.seq) AS place,
          lag(e.hash, 1, sha256('fleetscope audit')) OVER (ORDER BY e.seq) AS before, audit_payload(e) AS payload
        FROM audit_entry e
      ), wrong AS (
        SELECT min(coalesce(seq, 0)) AS seq FROM chain WHERE seq IS NULL OR hash IS NULL OR seq <> place OR hash <> sha256(before || payload)
      ), ends AS (
        SELECT count(*)::int AS entries, coalesce((array_agg(hash ORDER BY seq DESC))[1], sha256('fleetscope audit')) AS hash
        FROM chain
      )
      SELECT ends.entries, encode(head.hash, 'hex') AS head,
        coalesce(wrong.seq, CASE WHEN ends.hash <> head.hash OR ends.entries <> head.seq THEN ends.entries + 1 END)::int AS seq
      FROM audit_head head, wrong, ends`;
    if (!state) return { entries: 0, head: '', broken: { seq: 0, why: 'removed', entry: null } };
    const { entries, head, seq } = state;
    return { entries, head, broken: seq === null ? null : await this.brokenAt(seq) };
  }

  /** An entry with its number in place was changed, or the one before it was taken out. */
  private async brokenAt(seq: number): Promise<AuditCheck['broken']> {
    const [row, before] = await Promise.all(
      [seq, seq - 1].map((place) => this.database.auditEntry.findUnique({ where: { seq: place } })),
    );
    if (!row || (seq > 1 && !before)) return { seq: row ? seq - 1 : seq, why: 'removed', entry: null };
    return { seq, why: 'changed', entry: entryView(row) };
  }
}
