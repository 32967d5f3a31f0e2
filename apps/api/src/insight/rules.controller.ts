import {
  hostClassSchema,
  hostNameSchema,
  ruleDetailSchema,
  ruleSchema,
  thresholdsSchema,
  thresholdUpdateSchema,
  type Identity,
  type RuleDetail,
  type RuleView,
  type ThresholdsView,
} from '@fleetscope/contracts';
import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs, Reaches } from '../access';
import { createZodDto } from '../platform';
import { ScopedThresholds } from './scoped-thresholds.service';
import { type JudgedHost } from './thresholds.service';

class RuleDto extends createZodDto(ruleSchema) {}
class RuleDetailDto extends createZodDto(ruleDetailSchema) {}
class ThresholdsDto extends createZodDto(thresholdsSchema) {}
class ThresholdUpdateDto extends createZodDto(thresholdUpdateSchema) {}
class RuleParamDto extends createZodDto(z.object({ rule: z.string().max(64) })) {}
class RuleQueryDto extends createZodDto(
  z.object({ class: hostClassSchema.optional(), host: hostNameSchema.optional() }),
) {}

const judged = ({ class: hostClass, host }: { class?: string; host?: string }): JudgedHost => ({
  hostClass: hostClass ?? null,
  host: host ?? null,
});

@ApiTags('rules')
@Controller('api/v1')
@Reaches('scoped')
export class RulesController {
  constructor(private readonly thresholds: ScopedThresholds) {}

  /** Every rule with its thresholds: the defaults, or what holds for the class and host that are named. */
  @Get('rules')
  @ZodResponse({ status: 200, type: [RuleDto] })
  list(@Query() query: RuleQueryDto, @Caller() { scope }: Identity): Promise<RuleView[]> {
    return this.thresholds.list(judged(query), scope);
  }

  @Get('rules/:rule')
  @ZodResponse({ status: 200, type: RuleDetailDto })
  get(
    @Param() { rule }: RuleParamDto,
    @Query() query: RuleQueryDto,
    @Caller() { scope }: Identity,
  ): Promise<RuleDetail> {
    return this.thresholds.get(rule, judged(query), scope);
  }

  /** Sets bounds for a class or a host; what was judged before stays as it is. */
  @Put('rules/:rule/thresholds')
  @Needs('commander')
  @ZodResponse({ status: 200, type: RuleDetailDto })
  change(
    @Param() { rule }: RuleParamDto,
    @Body() update: ThresholdUpdateDto,
    @Caller() caller: Identity,
  ): Promise<RuleDetail> {
    return this.thresholds.change(rule, update, caller);
  }

  /** The overrides that hold now, and the version that findings are judged by. */
  @Get('thresholds')
  @ZodResponse({ status: 200, type: ThresholdsDto })
  current(@Caller() { scope }: Identity): Promise<ThresholdsView> {
    return this.thresholds.current(scope);
  }
}
