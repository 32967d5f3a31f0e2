import {
  connectionNameSchema,
  createdWebhookSchema,
  webhookInputSchema,
  webhookSchema,
  webhookTestSchema,
  type CreatedWebhook,
  type Identity,
  type WebhookTest,
  type WebhookView,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs, Reaches } from '../../access';
import { createZodDto } from '../../platform';
import { WebhooksService } from './webhooks.service';

class WebhookInputDto extends createZodDto(webhookInputSchema) {}
class WebhookDto extends createZodDto(webhookSchema) {}
class CreatedWebhookDto extends createZodDto(createdWebhookSchema) {}
class WebhookTestDto extends createZodDto(webhookTestSchema) {}
class WebhookParamDto extends createZodDto(z.object({ name: connectionNameSchema })) {}

/** Who is told of what happens here. */
@ApiTags('chat and alerts')
@Controller('api/v1/webhooks')
@Needs('admin')
@Reaches('fleet')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @ZodResponse({ status: 200, type: [WebhookDto] })
  list(): Promise<WebhookView[]> {
    return this.webhooks.list();
  }

  /** The secret that messages are signed with is in this answer alone. */
  @Post()
  @ZodResponse({ status: 201, type: CreatedWebhookDto })
  add(@Body() input: WebhookInputDto, @Caller() { name }: Identity): Promise<CreatedWebhook> {
    return this.webhooks.add(input, name);
  }

  @Delete(':name')
  @HttpCode(204)
  remove(@Param() { name }: WebhookParamDto, @Caller() caller: Identity): Promise<void> {
    return this.webhooks.remove(name, caller.name);
  }

  /** Sends a message that says it is a test. */
  @Post(':name/test')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: WebhookTestDto })
  test(@Param() { name }: WebhookParamDto, @Caller() caller: Identity): Promise<WebhookTest> {
    return this.webhooks.test(name, caller.name);
  }
}
