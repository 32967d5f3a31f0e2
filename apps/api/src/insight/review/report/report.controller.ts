import { type Identity } from '@fleetscope/contracts';
import { Controller, Get, Inject, Param, ParseUUIDPipe, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { AuditService, Caller, Needs, Reaches } from '../../../access';
import { RUNTIME, type Runtime } from '../../../platform';
import { ReportService } from './report.service';

@ApiTags('investigations')
@Controller('api/v1/investigations')
@Reaches('investigation')
export class ReportController {
  constructor(
    private readonly reports: ReportService,
    private readonly audit: AuditService,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'version'>,
  ) {}

  /** The investigation as one HTML page that needs nothing else. It quotes raw output: its readers are those of evidence. */
  @Get(':id/report.html')
  @Needs('operator')
  @ApiProduces('application/octet-stream')
  async html(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Identity): Promise<StreamableFile> {
    const { html, fileName } = await this.reports.html(id, caller.scope, this.runtime.version);
    await this.audit.record(caller.name, 'report.read', id);
    const bytes = Buffer.from(html);
    // Always a download: a page of ours must not show what hosts printed as a page.
    return new StreamableFile(bytes, {
      type: 'application/octet-stream',
      length: bytes.length,
      disposition: `attachment; filename="${fileName}"`,
    });
  }
}
