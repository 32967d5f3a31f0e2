import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Authenticator, Public } from '../access';
import { ProblemException, RUNTIME, type Runtime } from '../platform';
import { MetricsService } from './metrics.service';

@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: MetricsService,
    private readonly authenticator: Authenticator,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  /** For Prometheus: with any token, or with none where the settings say so. */
  @Public()
  @Get()
  async scrape(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!this.runtime.openMetrics && !(await this.authenticator.identify(request.headers)))
      throw new ProblemException(401, 'no valid token was shown', {
        hint: 'give Prometheus a token with the role viewer: fleetscope tokens create prometheus --role viewer',
      });
    await reply.header('content-type', this.metrics.contentType).send(await this.metrics.text());
  }
}
