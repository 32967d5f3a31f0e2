import {
  baselineSchema,
  baselineSummarySchema,
  hostClassSchema,
  markRequestSchema,
  markSchema,
  touchesClass,
  type BaselineSummary,
  type BaselineView,
  type Identity,
  type MarkView,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs, Reaches } from '../../access';
import { InvestigationReader } from '../../investigations';
import { createZodDto, notFound } from '../../platform';
import { BASELINE_DAYS, BaselinesService } from '../baselines.service';
import { MarksService } from '../marks.service';

class MarkRequestDto extends createZodDto(markRequestSchema) {}
class MarkDto extends createZodDto(markSchema) {}
class BaselineSummaryDto extends createZodDto(baselineSummarySchema) {}
class BaselineDto extends createZodDto(baselineSchema) {}
class BaselineParamDto extends createZodDto(z.object({ hostClass: hostClassSchema, runbook: z.string().max(64) })) {}
class WindowDto extends createZodDto(
  z.object({ days: z.coerce.number().int().min(1).max(400).default(BASELINE_DAYS) }),
) {}

@ApiTags('baselines')
@Controller('api/v1')
export class BaselinesController {
  constructor(
    private readonly baselines: BaselinesService,
    private readonly marks: MarksService,
    private readonly investigations: InvestigationReader,
  ) {}

  /** What classes have a baseline of. */
  @Get('baselines')
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: [BaselineSummaryDto] })
  async list(@Query() { days }: WindowDto, @Caller() { scope }: Identity): Promise<BaselineSummary[]> {
    return (await this.baselines.list(days)).filter(({ hostClass }) => touchesClass(scope, hostClass));
  }

  /** The distribution of every metric, its points in time, and whether it drifts or changed its level. */
  @Get('baselines/:hostClass/:runbook')
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: BaselineDto })
  async get(
    @Param() { hostClass, runbook }: BaselineParamDto,
    @Query() { days }: WindowDto,
    @Caller() { scope }: Identity,
  ): Promise<BaselineView> {
    if (!touchesClass(scope, hostClass)) throw notFound(`baseline of class ${hostClass} within the scope`);
    return this.baselines.get(hostClass, runbook, days);
  }

  @Get('marks')
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: [MarkDto] })
  async listMarks(@Caller() { scope }: Identity): Promise<MarkView[]> {
    const marks = await this.marks.list();
    if (scope === null) return marks;
    const seen = await this.investigations.brief(
      marks.map(({ investigation }) => investigation),
      scope,
    );
    return marks.filter(({ investigation }) => seen.has(investigation));
  }

  /** This investigation shows how things usually are; or it was an incident, and no baseline may be made of it. */
  @Put('investigations/:id/mark')
  @Reaches('whole-investigation')
  @Needs('operator')
  @ZodResponse({ status: 200, type: MarkDto })
  async mark(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() request: MarkRequestDto,
    @Caller() caller: Identity,
  ): Promise<MarkView> {
    return this.marks.mark(await this.investigations.judged(id, null), request, caller.name);
  }

  @Delete('investigations/:id/mark')
  @Reaches('whole-investigation')
  @Needs('operator')
  @HttpCode(204)
  async unmark(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Identity): Promise<void> {
    await this.marks.unmark(id, caller.name);
  }
}
