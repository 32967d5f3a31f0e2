import {
  alertAnswerSchema,
  alertRuleSchema,
  alertTestSchema,
  connectionNameSchema,
  createdHookSchema,
  hookInputSchema,
  hookSchema,
  redContextSchema,
  storedAlertRuleSchema,
  type AlertAnswer,
  type CreatedHook,
  type HookView,
  type Identity,
  type RedContextView,
  type StoredAlertRule,
} from '@fleetscope/contracts';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  type RawBodyRequest,
  Req,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs, Public, Reaches } from '../../access';
import { createZodDto, notFound } from '../../platform';
import { HooksService } from '../hooks/hooks.service';
import { Inbox } from '../hooks/inbox.service';
import { RedContexts } from '../red/red-contexts.service';
import { AlertRules } from './alert-rules.service';

class NameDto extends createZodDto(z.object({ name: connectionNameSchema })) {}
class HookInputDto extends createZodDto(hookInputSchema) {}
class HookDto extends createZodDto(hookSchema) {}
class CreatedHookDto extends createZodDto(createdHookSchema) {}
class AlertRuleDto extends createZodDto(alertRuleSchema) {}
class StoredAlertRuleDto extends createZodDto(storedAlertRuleSchema) {}
class AlertTestDto extends createZodDto(alertTestSchema) {}
class AlertAnswerDto extends createZodDto(alertAnswerSchema) {}
class RedContextDto extends createZodDto(redContextSchema) {}

/** Who may tell us of alerts. */
@ApiTags('chat and alerts')
@Controller('api/v1/hooks')
@Needs('admin')
@Reaches('fleet')
export class HooksController {
  constructor(
    private readonly hooks: HooksService,
    private readonly inbox: Inbox,
  ) {}

  @Get()
  @ZodResponse({ status: 200, type: [HookDto] })
  list(): Promise<HookView[]> {
    return this.hooks.list();
  }

  /** The secret is in this answer alone. */
  @Post()
  @ZodResponse({ status: 201, type: CreatedHookDto })
  add(@Body() input: HookInputDto, @Caller() caller: Identity): Promise<CreatedHook> {
    return this.hooks.add(input, caller);
  }

  @Delete(':name')
  @HttpCode(204)
  remove(@Param() { name }: NameDto, @Caller() caller: Identity): Promise<void> {
    return this.hooks.remove(name, caller.name);
  }

  /** A notification: opened by no token of ours, but by the hook's own signature or secret. */
  @Post(':name')
  @Public()
  @HttpCode(200)
  @ZodResponse({ status: 200, type: AlertAnswerDto })
  async receive(@Param() { name }: NameDto, @Req() request: RawBodyRequest<FastifyRequest>): Promise<AlertAnswer> {
    const { ip, headers, rawBody = Buffer.alloc(0) } = request;
    return { results: await this.inbox.receive(name, { ip, headers, body: rawBody }) };
  }
}

/** Which alerts start what. */
@ApiTags('chat and alerts')
@Controller('api/v1/alert-rules')
@Needs('commander')
@Reaches('fleet')
export class AlertRulesController {
  constructor(
    private readonly rules: AlertRules,
    private readonly inbox: Inbox,
  ) {}

  @Get()
  @ZodResponse({ status: 200, type: [StoredAlertRuleDto] })
  list(): Promise<StoredAlertRule[]> {
    return this.rules.list();
  }

  @Post()
  @ZodResponse({ status: 201, type: StoredAlertRuleDto })
  add(@Body() rule: AlertRuleDto, @Caller() caller: Identity): Promise<StoredAlertRule> {
    return this.rules.add(rule, caller);
  }

  /** What a notification would start; nothing is started. */
  @Post('test')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: AlertAnswerDto })
  async test(@Body() { hook, payload }: AlertTestDto): Promise<AlertAnswer> {
    return { results: await this.inbox.rehearse(hook, payload) };
  }

  @Delete(':name')
  @HttpCode(204)
  remove(@Param() { name }: NameDto, @Caller() caller: Identity): Promise<void> {
    return this.rules.remove(name, caller.name);
  }
}

@ApiTags('chat and alerts')
@Controller('api/v1/investigations')
export class RedContextController {
  constructor(private readonly red: RedContexts) {}

  /** Rate, errors and duration of the service that the alert was about. */
  @Get(':id/red')
  @Reaches('whole-investigation')
  @ZodResponse({ status: 200, type: RedContextDto })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<RedContextView> {
    const context = await this.red.of(id);
    if (!context) throw notFound(`context of a service with investigation ${id}`);
    return context;
  }
}
