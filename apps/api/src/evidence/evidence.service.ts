import { type EvidenceView } from '@fleetscope/contracts';
import { Injectable, Logger } from '@nestjs/common';
import { Database, notFound, ProblemException, type Tx } from '../platform';
import { DamagedEvidence, EvidenceStore } from './evidence.store';

/** Far longer than a run takes from its first file to the row that names it. */
const UNTOUCHED_MS = 3_600_000;
const ORPHANS = 500;

export interface NewEvidence {
  readonly step: string;
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
  readonly tool: string | null;
  readonly toolVersion: string | null;
  readonly exitStatus: number | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** Raw output of the steps of a run: what every number and sentence can be traced back to. */
@Injectable()
export class EvidenceService {
  private readonly log = new Logger('Evidence');

  constructor(
    private readonly database: Database,
    private readonly store: EvidenceStore,
  ) {}

  /** Writes the bytes, and returns what records them in the transaction that ends the run. */
  async keep(runId: string, items: readonly NewEvidence[]): Promise<(tx: Tx) => Promise<void>> {
    const rows = await Promise.all(
      items.map(async ({ bytes, ...item }) => ({
        runId,
        ...item,
        sha256: await this.store.put(bytes),
        size: bytes.length,
      })),
    );
    return async (tx) => {
      await tx.evidence.createMany({ data: rows, skipDuplicates: true });
    };
  }

  /** The rows go at once, the files of what nothing refers to any more when `removeOrphans` looks. */
  async forget(tx: Tx, runIds: readonly string[]): Promise<void> {
    await tx.$executeRaw`
      WITH gone AS (DELETE FROM evidence WHERE run_id = ANY(${[...runIds]}::uuid[]) RETURNING sha256)
      INSERT INTO evidence_orphan (sha256) SELECT DISTINCT sha256 FROM gone ON CONFLICT DO NOTHING`;
  }

  /** Whoever stores the same bytes has touched the file before the row is there: a file is left alone for that long. */
  async removeOrphans(untouchedMs = UNTOUCHED_MS): Promise<number> {
    const before = new Date(Date.now() - untouchedMs);
    let removed = 0;
    await this.database.$executeRaw`
      DELETE FROM evidence_orphan o WHERE EXISTS (SELECT 1 FROM evidence e WHERE e.sha256 = o.sha256)`;
    for (let after = '', batch = ['']; batch.length > 0; after = batch.at(-1) ?? '') {
      const rows = await this.database.$queryRaw<{ sha256: string }[]>`
        SELECT sha256 FROM evidence_orphan WHERE sha256 > ${after} ORDER BY sha256 LIMIT ${ORPHANS}`;
      batch = rows.map(({ sha256 }) => sha256);
      const gone: string[] = [];
      for (const sha256 of batch) if (await this.store.remove(sha256, before)) gone.push(sha256);
      await this.database.evidenceOrphan.deleteMany({ where: { sha256: { in: gone } } });
      removed += gone.length;
    }
    return removed;
  }

  bytesOnDisk(): Promise<number> {
    return this.store.bytes();
  }

  async list(runId: string): Promise<EvidenceView[]> {
    const rows = await this.database.evidence.findMany({
      where: { runId },
      orderBy: [{ startedAt: 'asc' }, { step: 'asc' }, { stream: 'desc' }],
    });
    return rows.map(({ runId: _, ...row }) => ({
      ...row,
      stream: row.stream as EvidenceView['stream'],
      startedAt: row.startedAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
    }));
  }

  /** @throws 404 when the step gave none, 500 when the bytes are not those that were stored. */
  async read(runId: string, step: string, stream: 'stdout' | 'stderr'): Promise<{ bytes: Buffer }> {
    const row = await this.database.evidence.findUnique({ where: { runId_step_stream: { runId, step, stream } } });
    if (!row)
      throw notFound(
        `${stream} of ${step} in this run`,
        'the step gave none, or it is past its time: `fleetscope storage show` says how long evidence is kept',
      );
    try {
      return { bytes: await this.store.get(row.sha256) };
    } catch (error) {
      if (!(error instanceof DamagedEvidence)) throw error;
      this.log.error({ err: error, run: runId, step, stream }, 'evidence is damaged');
      throw new ProblemException(500, error.message, {
        hint: 'what was measured from it stays; restore the evidence folder from a backup',
      });
    }
  }
}
