import { RULES_VERSION } from '@fleetscope/analysis';
import {
  SEALED_FORMAT,
  SEALED_MANIFEST,
  SEALED_SEAL,
  SEALED_VERSION,
  type RunSummary,
  type SealedManifest,
  type SealedRun,
} from '@fleetscope/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { EvidenceService } from '../../evidence';
import { InvestigationKeeper, InvestigationReader } from '../../investigations';
import { ObservationsService } from '../../observations';
import { notFound, ProblemException, RUNTIME, type Runtime } from '../../platform';
import { SEAL_LIMITS, sha256Of } from './sealed-file';
import { zipped, type ZipFile } from './zip-writer';

/** What a zip without its 64-bit extensions can hold, with room for its own two files. */
const MAX_FILES = 60_000;

export interface SealedExport {
  readonly stream: Readable;
  readonly seal: string;
  readonly fileName: string;
}

interface RunToSeal {
  readonly runId: string;
  readonly sealed: SealedRun;
}

/** The raw output of an investigation, sealed for another installation. */
@Injectable()
export class SealedExportService {
  constructor(
    private readonly reader: InvestigationReader,
    private readonly kept: InvestigationKeeper,
    private readonly evidence: EvidenceService,
    private readonly observations: ObservationsService,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'version'>,
  ) {}

  /** @throws 404, 409 while it runs, 422 when it is more than one zip takes. */
  async export(id: string): Promise<SealedExport> {
    const snapshot = await this.reader.snapshot(id, null);
    if (!snapshot) throw notFound(`investigation ${id}`);
    const { investigation } = snapshot;
    if (investigation.endedAt === null)
      throw new ProblemException(409, `investigation ${id} has not ended: ${investigation.state}`);
    const runs: RunToSeal[] = [];
    const kept = new Map((await this.kept.get(id)).runs.map((run) => [run.runId, run]));
    for (const run of snapshot.runs) {
      const { clock = null, cleanup = null, facts = null } = kept.get(run.id) ?? {};
      runs.push({ runId: run.id, sealed: await this.sealed(run, { clock, cleanup, facts }) });
    }
    this.checkSize(runs);
    const manifest: SealedManifest = {
      format: SEALED_FORMAT,
      formatVersion: SEALED_VERSION,
      product: this.runtime.version,
      rulesVersion: RULES_VERSION,
      sealedAt: new Date().toISOString(),
      investigation: investigationOf(investigation),
      runs: runs.map(({ sealed }) => sealed),
    };
    const bytes = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    const seal = sha256Of(bytes);
    return {
      seal,
      stream: Readable.from(zipped(this.files(bytes, seal, runs)), { objectMode: false }),
      fileName: `fleetscope-evidence-${investigation.createdAt.slice(0, 10)}-${id.slice(0, 8)}.zip`,
    };
  }

  private async sealed(
    { id, host, hostClass, labels, state, reason, startedAt, endedAt, cost, steps }: RunSummary,
    { clock, cleanup, facts }: Pick<SealedRun, 'clock' | 'cleanup' | 'facts'>,
  ): Promise<SealedRun> {
    const [kept, parsers] = await Promise.all([this.evidence.list(id), this.observations.parsers(id)]);
    const files = kept.map(({ step, stream, sha256, size, truncated, tool, toolVersion }) => ({
      ...{ file: `evidence/${host}/${step}.${stream}`, step, stream, sha256, size, truncated, tool, toolVersion },
    }));
    return {
      ...{ host, hostClass, labels, state, reason, startedAt, endedAt, cost, clock, cleanup, facts, files },
      steps: steps.map((step) => ({ ...step, parser: parsers.get(step.step) ?? null })),
    };
  }

  private checkSize(runs: readonly RunToSeal[]): void {
    const files = runs.flatMap(({ sealed }) => sealed.files);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    if (files.length > MAX_FILES || total > SEAL_LIMITS.totalBytes)
      throw new ProblemException(
        422,
        `the evidence is too large for one zip: ${files.length} files of ${total} bytes, at most ${MAX_FILES} of ${SEAL_LIMITS.totalBytes}`,
      );
  }

  private async *files(manifest: Buffer, seal: string, runs: readonly RunToSeal[]): AsyncGenerator<ZipFile> {
    yield { name: SEALED_MANIFEST, bytes: manifest };
    yield { name: SEALED_SEAL, bytes: Buffer.from(`${seal}  ${SEALED_MANIFEST}\n`) };
    for (const { runId, sealed } of runs)
      for (const { file, step, stream } of sealed.files)
        yield { name: file, bytes: (await this.evidence.read(runId, step, stream)).bytes };
  }
}

const investigationOf = ({
  id,
  runbook,
  title,
  state,
  reason,
  parameters,
  requestedBy,
  createdAt,
  startedAt,
  endedAt,
}: Awaited<ReturnType<InvestigationReader['view']>>): SealedManifest['investigation'] => {
  const [name = runbook, version = '0'] = runbook.split('@');
  return {
    ...{ id, runbook: name, runbookVersion: Number(version), title, state, reason, parameters, requestedBy },
    ...{ createdAt, startedAt, endedAt },
  };
};
