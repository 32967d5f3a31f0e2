import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access';
import { Database } from './database.service';
import { ProblemException } from './problem';
import { RUNTIME, type Runtime } from './runtime';

@ApiExcludeController()
@Controller('healthz')
export class HealthController {
  constructor(
    private readonly database: Database,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  /** 200 when the database answers; 503 otherwise. */
  @Public()
  @Get()
  async health(): Promise<{ status: 'ok'; version: string; role: string }> {
    try {
      await this.database.$queryRaw`SELECT 1`;
    } catch {
      throw new ProblemException(503, 'the database does not answer');
    }
    return { status: 'ok', version: this.runtime.version, role: this.runtime.role };
  }
}
