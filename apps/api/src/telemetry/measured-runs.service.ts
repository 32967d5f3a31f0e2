import { Injectable } from '@nestjs/common';
import { ObservationsService } from '../observations';
import { type MeasuredRun } from './open-metrics';

interface EndedRun {
  readonly id: string;
  readonly host: string;
  readonly hostClass: string;
  readonly endedAt: Date | null;
}

/** What runs measured, with the host and the time that it is of. */
@Injectable()
export class MeasuredRuns {
  constructor(private readonly observations: ObservationsService) {}

  async of(runs: readonly EndedRun[]): Promise<MeasuredRun[]> {
    const ended = runs.flatMap(({ endedAt, ...run }) => (endedAt === null ? [] : [{ ...run, at: endedAt }]));
    const times = ended.map(({ at }) => at.getTime()).sort((a, b) => a - b);
    const values = await this.observations.measured(
      ended.map(({ id }) => id),
      new Date(times[0] ?? 0),
      new Date(times.at(-1) ?? 0),
    );
    return ended.map(({ id, ...run }) => ({ ...run, values: values.get(id) ?? [] }));
  }
}
