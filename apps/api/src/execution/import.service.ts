import { type FrameImport, type Identity } from '@fleetscope/contracts';
import { maskedFrames } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { PlanService, RunsService } from '../investigations';
import { ProblemException } from '../platform';
import { Recorders, UNWATCHED } from './recorders.service';
import { RunCloser } from './run-closer.service';

/** Frames of a probe that somebody ran by hand become a run like any other. */
@Injectable()
export class ImportService {
  constructor(
    private readonly plan: PlanService,
    private readonly runs: RunsService,
    private readonly recorders: Recorders,
    private readonly closer: RunCloser,
  ) {}

  /** @returns the id of the investigation. @throws 422 when the bytes are no frames of this runbook. */
  async import(request: FrameImport, caller: Identity): Promise<string> {
    const bytes = maskedFrames(Buffer.from(request.framesBase64, 'base64'));
    const { id, runIds } = await this.plan.prepare(
      {
        runbook: request.runbook,
        targets: { hosts: [request.host] },
        parameters: request.parameters,
        reason: request.reason || 'imported',
      },
      caller,
      { check: (task) => this.checkFrames(task, bytes) },
    );
    const [runId] = runIds;
    const task = runId ? await this.runs.claim(runId) : null;
    if (!task) throw new ProblemException(409, 'the imported run was cancelled meanwhile');
    const { recorder } = this.recorders.prepare(task, UNWATCHED);
    recorder.push(bytes);
    await this.closer.close(
      task,
      recorder.finish({ state: 'partial', reason: 'the imported frames end before the probe ended' }),
    );
    return id;
  }

  /** Before anything is written: what holds no frame at all, or frames of another probe, is no import. */
  private checkFrames(task: Parameters<Recorders['prepare']>[0], bytes: Uint8Array): void {
    const { recorder, probe } = this.recorders.prepare(task, UNWATCHED);
    recorder.push(bytes);
    if (recorder.runbook === probe.runbook) return;
    const hint = `\`fleetscope import --help\` shows how frames are made`;
    if (recorder.runbook === null) throw new ProblemException(422, 'the file holds no frames of a probe', { hint });
    throw new ProblemException(422, `the frames are of ${recorder.runbook}, not of ${probe.runbook}`, { hint });
  }
}
