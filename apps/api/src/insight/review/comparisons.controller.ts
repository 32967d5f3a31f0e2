import { comparisonQuerySchema, comparisonSchema, type Comparison, type Identity } from '@fleetscope/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Caller, Reaches } from '../../access';
import { createZodDto } from '../../platform';
import { CompareService } from './compare.service';

class ComparisonQueryDto extends createZodDto(comparisonQuerySchema) {}
class ComparisonDto extends createZodDto(comparisonSchema) {}

@ApiTags('comparisons')
@Controller('api/v1/comparisons')
export class ComparisonsController {
  constructor(private readonly comparison: CompareService) {}

  /**
   * The candidate `a` against the reference `b`: investigation ids, `id/host`, names of hosts (their latest run); `b` may
   * also be `peers`, `baseline` or `earlier`.
   */
  @Get()
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: ComparisonDto })
  compare(@Query() { a, b }: ComparisonQueryDto, @Caller() { scope }: Identity): Promise<Comparison> {
    return this.comparison.compare(a, b, scope);
  }
}
