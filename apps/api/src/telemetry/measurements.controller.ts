import { Controller, Get, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Reaches } from '../access';
import { InvestigationKeeper } from '../investigations';
import { MeasuredRuns } from './measured-runs.service';
import { openMetrics } from './open-metrics';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

@ApiTags('investigations')
@Controller('api/v1/investigations')
export class MeasurementsController {
  constructor(
    private readonly investigations: InvestigationKeeper,
    private readonly measured: MeasuredRuns,
  ) {}

  /** What its hosts measured, in OpenMetrics' text. */
  @Get(':id/metrics')
  @Reaches('whole-investigation')
  @ApiProduces('application/openmetrics-text')
  async metrics(@Param('id', ParseUUIDPipe) id: string, @Res() reply: FastifyReply): Promise<void> {
    const { runs } = await this.investigations.get(id);
    const measured = await this.measured.of(
      runs.map(({ runId: id, judged, endedAt }) => ({ id, host: judged.host, hostClass: judged.hostClass, endedAt })),
    );
    await reply.header('content-type', OPEN_METRICS).send(openMetrics(measured));
  }
}
