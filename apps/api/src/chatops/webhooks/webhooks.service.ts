import {
  type CreatedWebhook,
  type DeliveryView,
  type InvestigationNews,
  type WebhookInput,
  type WebhookTest,
  type WebhookView,
} from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import { AuditService } from '../../access';
import { type WebhookSubscription } from '../../generated/prisma/client';
import { Database, notFound, ProblemException, SecretBox } from '../../platform';
import { News } from '../news/news.service';
import { Outbound, OutboundError, shortened } from '../outbound/outbound.service';
import { resealRows } from '../sealed';
import { messageOf } from './formats';

interface Target {
  readonly url: string;
  readonly secret: string | null;
}

const sealName = (name: string): string => `webhook:${name}`;

/** Who is told when an investigation has ended. */
@Injectable()
export class WebhooksService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly audit: AuditService,
    private readonly outbound: Outbound,
    private readonly news: News,
  ) {}

  onModuleInit(): void {
    this.box.onRotate('webhook', async () => {
      const rows = await this.database.webhookSubscription.findMany();
      return resealRows(
        this.box,
        rows.map(({ name, sealed }) => ({ name: sealName(name), sealed })),
        ({ sealed }, resealed) =>
          this.database.webhookSubscription.updateMany({
            where: { sealed: new Uint8Array(sealed) },
            data: { sealed: resealed },
          }),
      );
    });
  }

  async list(): Promise<WebhookView[]> {
    const rows = await this.database.webhookSubscription.findMany({ orderBy: { name: 'asc' } });
    return Promise.all(rows.map((row) => this.view(row)));
  }

  /** @throws 400 for a URL that must not be called, 409 when the name is taken. */
  async add({ name, url, format, events }: WebhookInput, actor: string): Promise<CreatedWebhook> {
    await this.outbound.mustBeCallable('url', url);
    const secret = format === 'standard' ? `whsec_${randomBytes(32).toString('base64')}` : null;
    const row = await this.database.$transaction(async (tx) => {
      if (await tx.webhookSubscription.findUnique({ where: { name } }))
        throw new ProblemException(409, `there is a webhook ${name} already`, { hint: 'remove it first' });
      await this.audit.record(actor, 'webhook.add', name, 'done', { to: shortened(url), format, events }, tx);
      return tx.webhookSubscription.create({
        data: {
          ...{ name, format, events, to: shortened(url), createdBy: actor },
          sealed: this.box.seal(sealName(name), JSON.stringify({ url, secret } satisfies Target)),
        },
      });
    });
    return { ...(await this.view(row)), secret };
  }

  /** What waits to be delivered to it goes with it. @throws 404 */
  async remove(name: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.webhookSubscription.deleteMany({ where: { name } });
      if (count === 0) throw notFound(`webhook ${name}`, '`fleetscope webhooks list` shows them');
      await this.audit.record(actor, 'webhook.remove', name, 'done', {}, tx);
    });
  }

  /** Latest first. @throws 404 */
  async deliveries(name: string, limit: number): Promise<DeliveryView[]> {
    const { id: subscriptionId } = await this.row(name);
    const rows = await this.database.webhookDelivery.findMany({
      where: { subscriptionId },
      orderBy: { createdAt: 'desc' },
      take: limit,
    });
    return rows.map(({ investigationId, state, attempts, nextAt, lastError, createdAt }) => ({
      ...{ investigation: investigationId, state: state as DeliveryView['state'], attempts, lastError },
      nextAt: state === 'waiting' ? nextAt.toISOString() : null,
      createdAt: createdAt.toISOString(),
    }));
  }

  /** A message that says it is a test, once, at once. @throws 404 */
  async test(name: string, actor: string): Promise<WebhookTest> {
    const row = await this.row(name);
    await this.audit.record(actor, 'webhook.test', name);
    try {
      const status = await this.send(row, this.news.forTest(), randomUUID());
      const delivered = status >= 200 && status < 300;
      return { delivered, status, error: delivered ? null : `it answered ${status}` };
    } catch (error) {
      if (error instanceof OutboundError) return { delivered: false, status: null, error: error.message };
      throw error;
    }
  }

  /** @returns the status of the answer. @throws OutboundError */
  async send(row: WebhookSubscription, news: InvestigationNews, id: string): Promise<number> {
    const { url, secret } = JSON.parse(this.box.open(sealName(row.name), row.sealed)) as Target;
    const format = row.format as WebhookInput['format'];
    const { body, headers } = messageOf(format, news, { id, secret, now: new Date() });
    return (await this.outbound.call(url, { method: 'POST', body, headers, maxBytes: 65_536 })).status;
  }

  private async row(name: string): Promise<WebhookSubscription> {
    const row = await this.database.webhookSubscription.findUnique({ where: { name } });
    if (!row) throw notFound(`webhook ${name}`, '`fleetscope webhooks list` shows them');
    return row;
  }

  private async view({
    id,
    name,
    to,
    format,
    events,
    createdBy,
    createdAt,
  }: WebhookSubscription): Promise<WebhookView> {
    const where = { subscriptionId: id };
    const counts = await this.database.webhookDelivery.groupBy({ by: ['state'], where, _count: true });
    const failed = await this.database.webhookDelivery.findFirst({
      where: { ...where, lastError: { not: null } },
      orderBy: { createdAt: 'desc' },
    });
    const count = (state: string): number => counts.find((row) => row.state === state)?._count ?? 0;
    return {
      ...{ name, to, createdBy, createdAt: createdAt.toISOString() },
      format: format as WebhookView['format'],
      events: events as WebhookView['events'],
      ...{ waiting: count('waiting'), delivered: count('delivered'), givenUp: count('given-up') },
      lastError: failed?.lastError ?? null,
    };
  }
}
