import { durationText, type Identity, type Runbook, type SealedManifest } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { PlanService, RunsService } from '../../investigations';
import { ProblemException } from '../../platform';
import { CatalogueService } from '../../runbooks';
import { Recorders, UNWATCHED } from '../recorders.service';
import { RunCloser } from '../run-closer.service';
import { SealedEvidence } from './sealed-file';
import { sealedRecording } from './sealed-recording';
import { ZipError } from './zip-reader';

const MAX_REASON = 500;
/** Runs that are taken side by side: what they change is then written in groups. */
const AT_ONCE = 24;

/** Evidence that another installation sealed becomes an investigation of this one, read and judged by what is known here. */
@Injectable()
export class SealedImportService {
  constructor(
    private readonly plan: PlanService,
    private readonly runs: RunsService,
    private readonly recorders: Recorders,
    private readonly closer: RunCloser,
    private readonly catalogue: CatalogueService,
  ) {}

  /** @returns the id of the investigation. @throws 422 that names the file, before anything is written. */
  async import(bytes: Buffer, reason: string, caller: Identity): Promise<string> {
    const sealed = await opened(bytes);
    const { investigation } = sealed.manifest;
    const runbook = this.runbook(sealed.manifest);
    const { id, runIds } = await this.plan.admit(
      {
        runbook,
        runbookVersion: investigation.runbookVersion,
        parameters: given(runbook, investigation.parameters),
        reason: [reason, ...originOf(sealed)]
          .filter((part) => part !== '')
          .join('; ')
          .slice(0, MAX_REASON),
        hosts: sealed.manifest.runs.map(({ host, hostClass, labels }) => ({ name: host, class: hostClass, labels })),
        detail: { sealed: sealed.seal, from: investigation.id },
      },
      caller,
    );
    try {
      const left = runIds.entries();
      const takeNext = async (): Promise<void> => {
        for (const [i, runId] of left) await this.take(sealed, i, runId);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
    } catch (error) {
      // What is in stays; what is not says so instead of waiting for a host.
      for (const runId of runIds) await this.runs.expire(runId, 'the import broke off');
      throw error;
    }
    return id;
  }

  private async take(sealed: SealedEvidence, index: number, runId: string): Promise<void> {
    const run = sealed.manifest.runs[index];
    const task = await this.runs.claim(runId);
    // Cancelled meanwhile: it has ended already.
    if (!run || !task) return;
    const recording = sealedRecording(
      run,
      task.runbook,
      await sealed.read(run),
      (now) => this.recorders.prepare(task, UNWATCHED, now).recorder,
    );
    await this.closer.close(task, recording);
  }

  private runbook({ investigation: { runbook } }: SealedManifest): Runbook {
    const known = this.catalogue.list().find(({ id }) => id === runbook);
    if (known) return known;
    throw new ProblemException(
      422,
      `the evidence is of the runbook ${runbook}, which this installation does not have`,
      {
        hint: "add it to this installation's own runbooks, or import into a version of Fleetscope that has it",
      },
    );
  }
}

const opened = async (bytes: Buffer): Promise<SealedEvidence> => {
  try {
    return await SealedEvidence.open(bytes);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw new ProblemException(422, error.message, { hint: 'nothing was imported; export the evidence again' });
  }
};

/** Parameters as somebody would give them: durations are kept in milliseconds; what is absent is not given. */
const given = (
  { parameters }: Runbook,
  kept: SealedManifest['investigation']['parameters'],
): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(kept).flatMap(([name, value]) => {
      if (value === null) return [];
      const isDuration = parameters[name]?.type === 'duration' && typeof value === 'number';
      return [[name, isDuration ? durationText(value) : value]];
    }),
  );

/** Where it came from, and why it was made there. */
const originOf = ({ manifest: { investigation }, seal }: SealedEvidence): string[] => {
  const { id, requestedBy, createdAt, reason } = investigation;
  return [`imported: investigation ${id} of ${requestedBy}, ${createdAt}, seal ${seal.slice(0, 16)}`, reason];
};
