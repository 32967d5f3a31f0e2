import {
  approvalDecisionSchema,
  investigationSchema,
  type Identity,
  type InvestigationView,
} from '@fleetscope/contracts';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Caller, Needs, Reaches } from '../access';
import { createZodDto } from '../platform';
import { ApprovalsService } from './approvals.service';
import { InvestigationReader } from './reader.service';

class InvestigationDto extends createZodDto(investigationSchema) {}
class DecisionDto extends createZodDto(approvalDecisionSchema) {}

@ApiTags('approvals')
@Controller('api/v1/approvals')
export class ApprovalsController {
  constructor(
    private readonly approvals: ApprovalsService,
    private readonly reader: InvestigationReader,
  ) {}

  /** Requests that wait for somebody else's word, the oldest first. */
  @Get()
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: [InvestigationDto] })
  async list(@Caller() { scope }: Identity): Promise<InvestigationView[]> {
    return this.reader.views(await this.approvals.awaiting(), scope);
  }

  /** Starts it. Who asked for it can not. */
  @Post(':id/approve')
  @Needs('commander')
  @Reaches('whole-investigation')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: InvestigationDto })
  async approve(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: DecisionDto,
    @Caller() caller: Identity,
  ): Promise<InvestigationView> {
    await this.approvals.approve(id, reason, caller);
    return this.reader.view(id, caller.scope);
  }

  /** Ends it before it began. */
  @Post(':id/reject')
  @Needs('commander')
  @Reaches('whole-investigation')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: InvestigationDto })
  async reject(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: DecisionDto,
    @Caller() caller: Identity,
  ): Promise<InvestigationView> {
    await this.approvals.reject(id, reason, caller);
    return this.reader.view(id, caller.scope);
  }
}
