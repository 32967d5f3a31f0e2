import { type RetainedKind } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { InsightPruning } from '../insight';
import { InvestigationPruning } from '../investigations';
import { Database, type Tx } from '../platform';
import { SchedulesService } from '../schedules';
import { RunData } from './run-data.service';

export type PrunedKind = Extract<RetainedKind, 'evidence' | 'events' | 'observations' | 'profiles' | 'investigations'>;

/** Takes each kind away through the room that keeps it. */
@Injectable()
export class Pruners {
  constructor(
    private readonly database: Database,
    private readonly investigations: InvestigationPruning,
    private readonly insight: InsightPruning,
    private readonly data: RunData,
    private readonly schedules: SchedulesService,
  ) {}

  /** Investigations that nothing is taken from, beside those that are held. */
  kept(): Promise<string[]> {
    return this.insight.markedByPeople();
  }

  /** @returns of how many investigations something was taken */
  async batch(kind: PrunedKind, before: Date, kept: readonly string[], limit: number): Promise<number> {
    const due = await this.investigations.due(kind, before, kept, limit);
    if (due.length === 0) return 0;
    const ids = due.map(({ id }) => id);
    const runIds = due.flatMap((one) => one.runIds);
    await this.database.$transaction(async (tx) => {
      if (kind === 'investigations') await this.removeWhole(tx, ids, runIds);
      else {
        await this.data.forget[kind](tx, kind === 'events' ? ids : runIds);
        await this.investigations.markPruned(tx, ids, kind);
      }
    });
    return due.length;
  }

  baselines(before: Date): Promise<number> {
    return this.insight.forgetBaselines(before);
  }

  firings(before: Date): Promise<number> {
    return this.schedules.forgetFirings(before);
  }

  async measurements(before: Date, kept: readonly string[]): Promise<{ dropped: string[]; rows: number }> {
    return this.data.dropMeasurements(before, await this.investigations.keptRuns(kept));
  }

  files(): Promise<number> {
    return this.data.removeFiles();
  }

  private async removeWhole(tx: Tx, ids: string[], runIds: string[]): Promise<void> {
    await this.data.forget.evidence(tx, runIds);
    await this.data.forget.observations(tx, runIds);
    await this.data.forget.profiles(tx, runIds);
    await this.data.dropEvents(tx, ids);
    await this.insight.forget(tx, ids, runIds);
    await this.investigations.remove(tx, ids);
  }
}
