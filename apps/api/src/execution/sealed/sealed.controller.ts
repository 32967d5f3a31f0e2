import { investigationSchema, SEALED_CONTENT_TYPE, type Identity, type InvestigationView } from '@fleetscope/contracts';
import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { AuditService, Caller, Needs, Reaches } from '../../access';
import { InvestigationReader } from '../../investigations';
import { createZodDto, ProblemException } from '../../platform';
import { SealedExportService } from './export.service';
import { SealedImportService } from './import.service';

class InvestigationDto extends createZodDto(investigationSchema) {}
class UnsealQueryDto extends createZodDto(z.object({ reason: z.string().max(200).default('') })) {}

@ApiTags('investigations')
@Controller('api/v1')
export class SealedEvidenceController {
  constructor(
    private readonly exports: SealedExportService,
    private readonly imports: SealedImportService,
    private readonly reader: InvestigationReader,
    private readonly audit: AuditService,
  ) {}

  /** Raw output of every host and step as a zip, with a manifest of hashes. Its own hash is the header `Fleetscope-Seal`. */
  @Get('investigations/:id/evidence.zip')
  @Reaches('whole-investigation')
  @Needs('operator')
  @ApiProduces(SEALED_CONTENT_TYPE)
  async seal(
    @Param('id', ParseUUIDPipe) id: string,
    @Caller() caller: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { stream, seal, fileName } = await this.exports.export(id);
    await this.audit.record(caller.name, 'evidence.export', id, 'done', { seal });
    void reply.header('fleetscope-seal', seal);
    return new StreamableFile(stream, {
      type: SEALED_CONTENT_TYPE,
      disposition: `attachment; filename="${fileName}"`,
    });
  }

  /** Evidence that another installation sealed becomes an investigation, judged by the parsers and rules of this one. */
  @Post('imports/evidence')
  @Reaches('scoped')
  @Needs('operator')
  @ApiConsumes(SEALED_CONTENT_TYPE)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ZodResponse({ status: 201, type: InvestigationDto })
  async unseal(
    @Body() body: unknown,
    @Query() { reason }: UnsealQueryDto,
    @Caller() caller: Identity,
  ): Promise<InvestigationView> {
    if (!Buffer.isBuffer(body))
      throw new ProblemException(415, `expected the bytes of a zip as ${SEALED_CONTENT_TYPE}`);
    return this.reader.view(await this.imports.import(body, reason, caller), caller.scope);
  }
}
