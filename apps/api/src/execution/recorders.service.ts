import { type Runbook } from '@fleetscope/contracts';
import { compileProbe, type CompiledProbe } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { type RunTask } from '../investigations';
import { CatalogueService } from '../runbooks';
import { RunRecorder, type RecorderHooks } from './run-recorder';

export interface PreparedRun {
  readonly runbook: Runbook;
  readonly probe: CompiledProbe;
  readonly recorder: RunRecorder;
}

/** Compiles the probe of a run and the recorder that reads its answer; both from the same runbook and parameters. */
@Injectable()
export class Recorders {
  constructor(private readonly catalogue: CatalogueService) {}

  prepare(
    task: Pick<RunTask, 'hostName' | 'runbook' | 'parameters'>,
    hooks: RecorderHooks,
    now?: () => number,
  ): PreparedRun {
    const runbook = this.catalogue.get(task.runbook);
    const probe = compileProbe(runbook, task.parameters);
    const bounds = new Map(runbook.steps.map((step) => [step.id, step.maxBytes]));
    return { runbook, probe, recorder: new RunRecorder(task.hostName, probe, bounds, hooks, now) };
  }
}

/** Hooks of a recording that nobody watches. */
export const UNWATCHED: RecorderHooks = {
  onStarted: () => undefined,
  onStep: () => undefined,
  onBytes: () => undefined,
};

/** What a transport needs on top of the probe's own deadline: to connect, and to notice the end. */
const TRANSPORT_MS = 3_000;

/** Longest a run may take in all, milliseconds. */
export const overallDeadline = (probe: CompiledProbe, investigationEnds: Date): number =>
  Math.max(1_000, Math.min(probe.deadlineMs + TRANSPORT_MS, investigationEnds.getTime() - Date.now()));
