import {
  agentViewSchema,
  enrolmentInputSchema,
  enrolmentSchema,
  hostNameSchema,
  type AgentView,
  type Enrolment,
  type Identity,
} from '@fleetscope/contracts';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs, Reaches } from '../access';
import { createZodDto } from '../platform';
import { AgentProgram } from './agent-program.service';
import { AgentsService } from './agents.service';
import { EnrolmentService } from './enrolment.service';

class AgentDto extends createZodDto(agentViewSchema) {}
class EnrolmentInputDto extends createZodDto(enrolmentInputSchema) {}
class EnrolmentDto extends createZodDto(enrolmentSchema) {}
class HostParamDto extends createZodDto(z.object({ name: hostNameSchema })) {}

@ApiTags('agents')
@Controller('api/v1/agents')
@Reaches('host')
export class AgentsController {
  constructor(
    private readonly agents: AgentsService,
    private readonly enrolments: EnrolmentService,
    private readonly program: AgentProgram,
  ) {}

  @Get()
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: [AgentDto] })
  list(@Caller() { scope }: Identity): Promise<AgentView[]> {
    return this.agents.list(scope);
  }

  /** A token that enrols one agent, once, soon. */
  @Post('enrolments')
  @Reaches('scoped')
  @Needs('commander')
  @ZodResponse({ status: 201, type: EnrolmentDto })
  async createEnrolment(@Body() input: EnrolmentInputDto, @Caller() caller: Identity): Promise<Enrolment> {
    const { token, expiresAt } = await this.enrolments.create(input, caller);
    return { token, expiresAt: expiresAt.toISOString(), programSha256: await this.program.sha256() };
  }

  /** The agent of a host, by the host's name. */
  @Get(':name')
  @ZodResponse({ status: 200, type: AgentDto })
  get(@Param() { name }: HostParamDto): Promise<AgentView> {
    return this.agents.of(name);
  }

  /** At once: the next request of the agent, and the one that waits, are refused. */
  @Post(':name/revoke')
  @Needs('commander')
  @HttpCode(204)
  revoke(@Param() { name }: HostParamDto, @Caller() caller: Identity): Promise<void> {
    return this.agents.revoke(name, caller.name);
  }
}
