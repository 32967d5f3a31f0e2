import { type EvidenceView } from '@fleetscope/contracts';
import { Injectable, Logger } from '@nestjs/common';
import { Database, notFound, ProblemException, type Tx } from '../platform';
import { DamagedEvidence, EvidenceStore } from './evidence.store';

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
    if (!row) throw notFound(`${stream} of ${step} in this run`);
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
