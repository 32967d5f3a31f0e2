import {
  aspectSchema,
  packedMatrixSchema,
  peerValuesSchema,
  resourceSchema,
  type Identity,
  type PackedMatrix,
  type PeerValues,
} from '@fleetscope/contracts';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Reaches } from '../access';
import { createZodDto, notFound } from '../platform';
import { MatrixReader } from './matrix.service';

class MatrixDto extends createZodDto(packedMatrixSchema) {}
class PeerValuesDto extends createZodDto(peerValuesSchema) {}
class CellQueryDto extends createZodDto(z.object({ resource: resourceSchema, aspect: aspectSchema })) {}

/** What the matrix of hosts by resource is drawn from. */
@ApiTags('investigations')
@Controller('api/v1')
export class MatrixController {
  constructor(private readonly matrices: MatrixReader) {}

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
