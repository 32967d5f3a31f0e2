import {
  connectionNameSchema,
  createdWebhookSchema,
  deliverySchema,
  webhookInputSchema,
  webhookSchema,
  webhookTestSchema,
  type CreatedWebhook,
  type DeliveryView,
  type Identity,
  type WebhookTest,
  type WebhookView,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
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
class DeliveryDto extends createZodDto(deliverySchema) {}
class DeliveriesQueryDto extends createZodDto(
  z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(50) }),
) {}
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

  /** What became of each message, latest first. */
  @Get(':name/deliveries')
  @ZodResponse({ status: 200, type: [DeliveryDto] })
  deliveries(@Param() { name }: WebhookParamDto, @Query() { limit }: DeliveriesQueryDto): Promise<DeliveryView[]> {
    return this.webhooks.deliveries(name, limit);
  }

  /** Sends a message that says it is a test. */
  @Post(':name/test')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: WebhookTestDto })
  test(@Param() { name }: WebhookParamDto, @Caller() caller: Identity): Promise<WebhookTest> {
    return this.webhooks.test(name, caller.name);
  }
}
