import { Controller, Get, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Reaches } from '../access';
import { InvestigationKeeper } from '../investigations';
import { ObservationsService } from '../observations';
import { openMetrics, type MeasuredRun } from './open-metrics';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

@ApiTags('investigations')
@Controller('api/v1/investigations')
export class MeasurementsController {
  constructor(
    private readonly investigations: InvestigationKeeper,
    private readonly observations: ObservationsService,
  ) {}

  /** What its hosts measured, in OpenMetrics' text. */
  @Get(':id/metrics')
  @Reaches('whole-investigation')
  @ApiProduces('application/openmetrics-text')
  async metrics(@Param('id', ParseUUIDPipe) id: string, @Res() reply: FastifyReply): Promise<void> {
    const { runs } = await this.investigations.get(id);
    const ended = runs.flatMap(({ runId, judged, endedAt }) =>
      endedAt === null ? [] : [{ runId, host: judged.host, hostClass: judged.hostClass, at: endedAt }],
    );
    const times = ended.map(({ at }) => at.getTime()).sort((a, b) => a - b);
    const values = await this.observations.measured(
      ended.map(({ runId }) => runId),
      new Date(times[0] ?? 0),
      new Date(times.at(-1) ?? 0),
    );
    const measured = ended.map(({ runId, ...run }): MeasuredRun => ({ ...run, values: values.get(runId) ?? [] }));
    await reply.header('content-type', OPEN_METRICS).send(openMetrics(measured));
  }
}
