import { type Identity, identitySchema } from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type ChatMessage } from '../../generated/prisma/client';
import { InvestigationReader } from '../../investigations';
import { Database, SecretBox } from '../../platform';
import { Links } from '../news/links.service';
import { OutboundError } from '../outbound/outbound.service';
import { resealRows } from '../sealed';
import { SlackApi } from './slack-api.service';
import { messageOf } from './slack-text';

/** A URL that came with a command may be used five times: the last is the verdict's. */
const MAX_PROGRESS_BY_URL = 3;
const EVERY_MS = { bot: 2_000, url: 15_000 };
const MAX_TRIES = 8;
const TAKEN_MS = 30_000;

/** The one message of each investigation that was asked for in a chat: edited as it goes, until it has the verdict. */
@Injectable()
export class ChatMessages implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly reader: InvestigationReader,
    private readonly slack: SlackApi,
    private readonly links: Links,
    private readonly box: SecretBox,
  ) {}

  onModuleInit(): void {
    this.box.onRotate('chat', async () => {
      const rows = await this.database.chatMessage.findMany({ where: { state: 'open' } });
      return resealRows(
        this.box,
        rows.map(({ id, responseUrl }) => ({ name: `chat:${id}`, sealed: responseUrl })),
        ({ sealed }, resealed) =>
          this.database.chatMessage.updateMany({
            where: { responseUrl: new Uint8Array(sealed) },
            data: { responseUrl: resealed },
          }),
      );
    });
  }

  async follow(investigationId: string, identity: Identity, channel: string, responseUrl: string): Promise<void> {
    const id = randomUUID();
    await this.database.chatMessage.create({
      data: {
        ...{ id, investigationId, identity: { ...identity }, channel },
        responseUrl: this.box.seal(`chat:${id}`, responseUrl),
      },
    });
  }

  async round(): Promise<void> {
    const taken = await this.database.$queryRaw<{ id: string }[]>`
      UPDATE chat_message SET next_at = ${new Date(Date.now() + TAKEN_MS)}
      WHERE id IN (
        SELECT id FROM chat_message WHERE state = 'open' AND next_at <= ${new Date()}
        ORDER BY next_at LIMIT 20 FOR UPDATE SKIP LOCKED
      ) RETURNING id`;
    const rows = await this.database.chatMessage.findMany({ where: { id: { in: taken.map(({ id }) => id) } } });
    await Promise.all(rows.map((row) => this.edit(row)));
  }

  async dropOld(): Promise<void> {
    const before = new Date(Date.now() - 7 * 86_400_000);
    await this.database.chatMessage.deleteMany({ where: { createdAt: { lt: before } } });
  }

  private async edit(row: ChatMessage): Promise<void> {
    const { id, investigationId, edits, attempts } = row;
    const { scope } = identitySchema.parse(row.identity);
    const [view] = await this.reader.views([investigationId], scope);
    if (!view) return this.write(id, { state: 'given-up' });
    const isOver = !['queued', 'running'].includes(view.state);
    const message = messageOf(view, this.links.of(investigationId));
    const said = JSON.stringify(message);
    const nextAt = new Date(Date.now() + (this.slack.hasBot ? EVERY_MS.bot : EVERY_MS.url));
    const isSpent = !this.slack.hasBot && !isOver && edits >= MAX_PROGRESS_BY_URL;
    if (said === row.said || isSpent) return this.write(id, { nextAt, ...(isOver ? { state: 'done' } : {}) });
    try {
      const placed = await this.say(row, message);
      await this.write(id, {
        ...placed,
        said,
        nextAt,
        edits: edits + 1,
        attempts: 0,
        ...(isOver ? { state: 'done' } : {}),
      });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const next = new Date(Date.now() + 2_000 * 2 ** attempts);
      const isLast = attempts + 1 >= MAX_TRIES;
      await this.write(id, { attempts: attempts + 1, nextAt: next, ...(isLast ? { state: 'given-up' } : {}) });
    }
  }

  private async say(
    { id, channel, ts, responseUrl }: ChatMessage,
    message: Parameters<SlackApi['replace']>[1],
  ): Promise<{ channel?: string; ts?: string }> {
    if (this.slack.hasBot) {
      if (ts === null) return this.slack.post(channel, message);
      await this.slack.update(channel, ts, message);
    } else await this.slack.replace(this.box.open(`chat:${id}`, responseUrl), message);
    return {};
  }

  private async write(id: string, data: Partial<ChatMessage>): Promise<void> {
    const { state, said, edits, attempts, nextAt, channel, ts } = data;
    const given = { state, said, edits, attempts, nextAt, channel, ts };
    await this.database.chatMessage.updateMany({
      where: { id },
      data: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    });
  }
}
