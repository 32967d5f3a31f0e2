import { type HostView, type ParameterValues, type Runbook } from '@fleetscope/contracts';
import { compileProbe, type CompiledProbe } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Carrier } from './carrier.service';
import { UNWATCHED } from './recorders.service';
import { type Recording, RunRecorder } from './run-recorder';

export interface Visit {
  readonly runbook: Runbook;
  readonly parameters: ParameterValues;
  /** Compiled from the runbook unless somebody compiled it otherwise. */
  readonly probe?: CompiledProbe;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** A probe that belongs to no investigation: nothing of it is stored but what the caller makes of it. */
@Injectable()
export class HostVisits {
  constructor(private readonly carrier: Carrier) {}

  /**
   * @returns what it brought back, or what the host said that ran no probe
   * @throws TransportError when the host was not reached
   */
  async visit(
    host: HostView,
    { runbook, parameters, deadlineMs, signal, ...given }: Visit,
  ): Promise<Recording | string> {
    const probe = given.probe ?? compileProbe(runbook, parameters);
    const load = { runId: randomUUID(), fence: 1, runbook, parameters, probe };
    const bounds = new Map(runbook.steps.map((step) => [step.id, step.maxBytes]));
    const recorder = new RunRecorder(host.name, probe, bounds, UNWATCHED);
    try {
      const said = await this.carrier.carryTo(host, load, {
        onBytes: (bytes) => recorder.push(bytes),
        deadlineMs,
        ...(signal ? { signal } : {}),
      });
      return recorder.started ? recorder.finish(null) : (said ?? (recorder.said || 'the host ran no probe'));
    } finally {
      await this.carrier.forget(load.runId);
    }
  }
}
