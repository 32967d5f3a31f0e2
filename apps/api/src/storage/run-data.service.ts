import { Injectable } from '@nestjs/common';
import { EvidenceService } from '../evidence';
import { EventLog } from '../live';
import { ObservationsService, ProfilesService } from '../observations';
import { type Tx } from '../platform';
import { type PrunedKind } from './pruners.service';

/** What runs leave behind. */
@Injectable()
export class RunData {
  constructor(
    private readonly evidence: EvidenceService,
    private readonly events: EventLog,
    private readonly observations: ObservationsService,
    private readonly profiles: ProfilesService,
  ) {}

  /** By runs; events by investigations. */
  readonly forget: Record<Exclude<PrunedKind, 'investigations'>, (tx: Tx, ids: readonly string[]) => Promise<void>> = {
    evidence: (tx, runIds) => this.evidence.forget(tx, runIds),
    events: (tx, ids) => this.events.forget(tx, ids),
    observations: (tx, runIds) => this.observations.forget(tx, runIds),
    profiles: (tx, runIds) => this.profiles.forget(tx, runIds),
  };

  dropEvents(tx: Tx, ids: readonly string[]): Promise<void> {
    return this.events.drop(tx, ids);
  }

  dropMeasurements(before: Date, keptRuns: readonly string[]): Promise<{ dropped: string[]; rows: number }> {
    return this.observations.dropMeasurements(before, keptRuns);
  }

  /** Files that nothing refers to any more. */
  removeFiles(): Promise<number> {
    return this.evidence.removeOrphans();
  }

  evidenceBytes(): Promise<number> {
    return this.evidence.bytesOnDisk();
  }
}
