import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type WebhookDelivery, type WebhookSubscription } from '../../generated/prisma/client';
import { InvestigationEndings } from '../../investigations';
import { Database } from '../../platform';
import { News } from '../news/news.service';
import { OutboundError } from '../outbound/outbound.service';
import { WebhooksService } from './webhooks.service';

/** After each try that failed: about three days until it is given up. */
const BACKOFF_SECONDS = [2, 10, 60, 600, 3_600, 14_400, 43_200, 86_400, 86_400];
/** A transaction that commits late ends an investigation a little before what was looked at. */
const OVERLAP_MS = 120_000;
const PAGE = 500;
const BATCH = 20;
/** Whoever took a delivery and is gone after so long will not say how it went. */
const TAKEN_MS = 60_000;

/** Half as much again at most, so that those who failed together don't come back together. */
const delayMs = (attempts: number): number | null => {
  const seconds = BACKOFF_SECONDS[attempts - 1];
  return seconds === undefined ? null : seconds * 1_000 * (1 + Math.random() / 2);
};

/** Deliveries: a row each, so that a restart forgets none; the same id each time, so that receivers can tell. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly database: Database,
    private readonly endings: InvestigationEndings,
    private readonly webhooks: WebhooksService,
    private readonly news: News,
  ) {}

  async round(): Promise<void> {
    for (const subscription of await this.database.webhookSubscription.findMany()) await this.writeEnded(subscription);
    const taken = await this.take();
    await Promise.all(taken.map((delivery) => this.deliver(delivery)));
  }

  private async writeEnded({ id, lookedTo, createdAt }: WebhookSubscription): Promise<void> {
    let from = new Date(Math.max(createdAt.getTime(), lookedTo.getTime() - OVERLAP_MS));
    for (let full = true; full;) {
      const ended = await this.endings.after(from, PAGE);
      full = ended.length === PAGE;
      from = ended.at(-1)?.endedAt ?? from;
      await this.database.webhookDelivery.createMany({
        data: ended.map((one) => ({ id: randomUUID(), subscriptionId: id, investigationId: one.id })),
        skipDuplicates: true,
      });
    }
    if (from > lookedTo)
      await this.database.webhookSubscription.updateMany({ where: { id }, data: { lookedTo: from } });
  }

  private async take(): Promise<WebhookDelivery[]> {
    const taken = await this.database.$queryRaw<{ id: string }[]>`
      UPDATE webhook_delivery SET attempts = attempts + 1, next_at = ${new Date(Date.now() + TAKEN_MS)}
      WHERE id IN (
        SELECT id FROM webhook_delivery WHERE state = 'waiting' AND next_at <= ${new Date()}
        ORDER BY next_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      ) RETURNING id`;
    return this.database.webhookDelivery.findMany({ where: { id: { in: taken.map(({ id }) => id) } } });
  }

  private async deliver(delivery: WebhookDelivery): Promise<void> {
    const { id, subscriptionId, investigationId, attempts } = delivery;
    const subscription = await this.database.webhookSubscription.findUnique({ where: { id: subscriptionId } });
    if (!subscription) return;
    const news = await this.news.ofEnded(investigationId);
    const error = news === null ? 'the investigation is gone' : await this.tried(subscription, news, id);
    const delay = news === null ? null : delayMs(attempts);
    await this.database.webhookDelivery.updateMany({
      where: { id },
      data:
        error === null
          ? { state: 'delivered' }
          : {
              lastError: error.slice(0, 500),
              ...(delay === null ? { state: 'given-up' } : { nextAt: new Date(Date.now() + delay) }),
            },
    });
  }

  /** @returns what went wrong; null when it was taken. */
  private async tried(...[row, news, id]: Parameters<WebhooksService['send']>): Promise<string | null> {
    try {
      const status = await this.webhooks.send(row, news, id);
      return status >= 200 && status < 300 ? null : `it answered ${status}`;
    } catch (error) {
      if (error instanceof OutboundError) return error.message;
      throw error;
    }
  }
}
