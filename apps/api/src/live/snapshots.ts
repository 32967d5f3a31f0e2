import { type InvestigationSnapshot } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';

type Source = (investigation: string) => Promise<InvestigationSnapshot | null>;

/** Where the gateway gets snapshots from: the room that owns investigations registers itself here. */
@Injectable()
export class Snapshots {
  private source: Source | undefined;

  provide(source: Source): void {
    this.source = source;
  }

  async of(investigation: string): Promise<InvestigationSnapshot | null> {
    return this.source ? this.source(investigation) : null;
  }
}
