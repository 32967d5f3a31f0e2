import { type InvestigationSnapshot, type LiveEvent, type PackedMatrix, type Scope } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';

interface Source {
  seesRun(runId: string, scope: Scope): Promise<boolean>;
  of(investigation: string, scope: Scope): Promise<InvestigationSnapshot | null>;
  /** The events without what they say of hosts outside the scope; null when the investigation is not within it. */
  narrow(investigation: string, events: readonly LiveEvent[], scope: Scope): Promise<readonly LiveEvent[] | null>;
}

type ReadMatrix = (investigation: string, scope: Scope) => Promise<PackedMatrix | null>;

/** Where the gateway gets snapshots from: the room that owns investigations registers itself here. */
@Injectable()
export class Snapshots {
  private source: Source | undefined;
  private readMatrix: ReadMatrix | undefined;

  provide(source: Source): void {
    this.source = source;
  }

  provideMatrix(read: ReadMatrix): void {
    this.readMatrix = read;
  }

  async matrix(investigation: string, scope: Scope): Promise<PackedMatrix | null> {
    return this.readMatrix ? this.readMatrix(investigation, scope) : null;
  }

  async of(investigation: string, scope: Scope): Promise<InvestigationSnapshot | null> {
    return this.source ? this.source.of(investigation, scope) : null;
  }

  async seesRun(runId: string, scope: Scope): Promise<boolean> {
    return (await this.source?.seesRun(runId, scope)) ?? false;
  }

  async narrow(
    investigation: string,
    events: readonly LiveEvent[],
    scope: Scope,
  ): Promise<readonly LiveEvent[] | null> {
    return this.source ? this.source.narrow(investigation, events, scope) : null;
  }
}
