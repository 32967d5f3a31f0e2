import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InvestigationTraces } from '../investigations';
import { Rounds } from '../platform';
import { MeasurementExport } from './measurement-export.service';
import { Traces } from './traces.service';

const EVERY_MS = 2_000;
const BATCH = 10;

/** Goes round: each investigation that has ended is exported, as a trace, as measurements, or both. */
@Injectable()
export class EndedExports implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Exports');
  private readonly rounds = new Rounds(EVERY_MS, (error) =>
    this.log.warn({ err: error }, 'what has ended could not be exported'),
  );

  constructor(
    private readonly investigations: InvestigationTraces,
    private readonly traces: Traces,
    private readonly measurements: MeasurementExport,
  ) {}

  onApplicationBootstrap(): void {
    if (this.traces.isWanted || this.measurements.isWanted) this.rounds.start(() => this.round());
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
    await this.traces.stop();
  }

  private async round(): Promise<void> {
    const ended = await this.investigations.takeEnded(BATCH);
    // Neither waits for the other's receiver to be there.
    const failed = (await Promise.allSettled([this.traces.export(ended), this.measurements.export(ended)])).find(
      (result) => result.status === 'rejected',
    );
    if (failed) throw failed.reason;
  }
}
