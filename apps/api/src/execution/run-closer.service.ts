import { GROWING } from '@fleetscope/analysis';
import { Injectable, Logger } from '@nestjs/common';
import { EvidenceService } from '../evidence';
import { HostsService } from '../fleet';
import { InsightService, type Judged } from '../insight';
import { RunsService, type RunTask, type RunTiming } from '../investigations';
import { ObservationsService } from '../observations';
import { type Tx } from '../platform';
import { type Recording } from './run-recorder';

/** A leak shows over days; further back the host was another one. */
const HISTORY_DAYS = 14;

/** evidence → observe → analyse, then the end of the run: all of it in one transaction, or none. */
@Injectable()
export class RunCloser {
  private readonly log = new Logger('RunCloser');

  constructor(
    private readonly evidence: EvidenceService,
    private readonly observations: ObservationsService,
    private readonly insight: InsightService,
    private readonly runs: RunsService,
    private readonly hosts: HostsService,
  ) {}

  async close(task: RunTask, recording: Recording, carried?: Omit<RunTiming, 'judgedAt'>): Promise<void> {
    const keepEvidence = await this.storeEvidence(task, recording);
    if (!keepEvidence) return;
    const judged = recording.startedAt ? await this.analyse(task, recording) : null;
    await this.runs.report({
      task,
      startedAt: recording.startedAt,
      patch: {
        state: recording.state,
        reason: recording.reason,
        endedAt: recording.endedAt,
        steps: recording.steps,
        ...(recording.startedAt ? { startedAt: recording.startedAt } : {}),
        ...(recording.cost ? { cost: recording.cost } : {}),
        ...(recording.cleanup ? { cleanup: recording.cleanup } : {}),
        ...(recording.facts ? { facts: recording.facts } : {}),
        ...(recording.clock ? { clock: recording.clock } : {}),
        ...(judged ? { headline: judged.headline } : {}),
        ...(carried ? { timing: { ...carried, judgedAt: new Date().toISOString() } } : {}),
      },
      changedSteps: recording.steps,
      ...(judged ? { analysis: judged.analysis } : {}),
      also: async (tx) => {
        await keepEvidence(tx);
        await this.observations.keep(
          tx,
          { runId: task.runId, hostId: task.hostId, at: recording.endedAt },
          recording.observations,
        );
      },
    });
    if (task.hostId && recording.facts) await this.hosts.recordContact(task.hostId, { facts: recording.facts });
  }

  /** The host was not reached: that is news about the host, too. */
  async recordFailure(hostId: string, state: 'unreachable' | 'refused', reason: string): Promise<void> {
    await this.hosts.recordContact(hostId, { state, reason });
  }

  /** Null when it could not be stored, and the run has ended with that: a finding whose evidence nobody can see is none. */
  private async storeEvidence(task: RunTask, recording: Recording): Promise<((tx: Tx) => Promise<void>) | null> {
    try {
      return await this.evidence.keep(task.runId, recording.evidence);
    } catch (error) {
      this.log.error({ err: error, run: task.runId }, 'evidence could not be stored');
      const reason = `its output could not be stored: ${(error as Error).message}`;
      const { startedAt, endedAt, steps } = recording;
      await this.runs.report({
        task,
        startedAt,
        patch: { state: 'failed', reason, endedAt, steps },
        changedSteps: steps,
      });
      return null;
    }
  }

  private async analyse(task: RunTask, recording: Recording): Promise<Judged | null> {
    try {
      const { hostClass, labels, runbook, hostId } = task;
      const history = hostId ? await this.observations.history(hostId, GROWING, HISTORY_DAYS) : [];
      return await this.insight.judge(recording.hostEvidence, { hostClass, labels, runbook, history });
    } catch (error) {
      // A rule that throws is a fault of ours; the evidence and the observations are worth keeping all the same.
      this.log.error({ err: error, run: task.runId }, 'the analysis failed');
      return null;
    }
  }
}
