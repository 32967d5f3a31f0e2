import {
  aspectSchema,
  latestResultsSchema,
  metricIdSchema,
  packedMatrixSchema,
  peerValuesSchema,
  resourceSchema,
  type Identity,
  type LatestResults,
  type PackedMatrix,
  type PeerValues,
} from '@fleetscope/contracts';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Reaches } from '../access';
import { createZodDto, notFound } from '../platform';
import { LatestService } from './latest.service';
import { MatrixReader } from './matrix.service';

class MatrixDto extends createZodDto(packedMatrixSchema) {}
class PeerValuesDto extends createZodDto(peerValuesSchema) {}
class CellQueryDto extends createZodDto(z.object({ resource: resourceSchema, aspect: aspectSchema })) {}

class LatestResultsDto extends createZodDto(latestResultsSchema) {}
class LatestQueryDto extends createZodDto(z.object({ metric: metricIdSchema.optional() })) {}

/** What the matrix of hosts by resource, and the map of the fleet, are drawn from. */
@ApiTags('investigations')
@Controller('api/v1')
export class MatrixController {
  constructor(
    private readonly matrices: MatrixReader,
    private readonly latest: LatestService,
  ) {}

  /** What the last triage of each host said: its worst state, and one metric. */
  @Get('fleet/latest')
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: LatestResultsDto })
  fleet(@Query() { metric }: LatestQueryDto, @Caller() { scope }: Identity): Promise<LatestResults> {
    return this.latest.of(metric ?? null, scope);
  }

  /** The investigation with its hosts as the matrix draws them, a tenth of what `GET /investigations/{id}` gives. */
  @Get('investigations/:id/matrix')
  @Reaches('investigation')
  @ZodResponse({ status: 200, type: MatrixDto })
  async matrix(@Param('id', ParseUUIDPipe) id: string, @Caller() { scope }: Identity): Promise<PackedMatrix> {
    const matrix = await this.matrices.of(id, scope);
    if (!matrix) throw notFound(`investigation ${id}`);
    return matrix;
  }

  /** The number of a cell on the other hosts of the class. */
  @Get('runs/:id/peers')
  @Reaches('run')
  @ZodResponse({ status: 200, type: PeerValuesDto })
  peers(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { resource, aspect }: CellQueryDto,
    @Caller() { scope }: Identity,
  ): Promise<PeerValues> {
    return this.matrices.peers(id, resource, aspect, scope);
  }
}
