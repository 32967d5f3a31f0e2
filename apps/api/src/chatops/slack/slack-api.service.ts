import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../../platform';
import { Outbound, OutboundError } from '../outbound/outbound.service';
import { type SlackMessage } from './slack-text';

/** Slack as we speak to it: a bot's methods, or the URL that came with a command. */
@Injectable()
export class SlackApi {
  constructor(
    private readonly outbound: Outbound,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'slack'>,
  ) {}

  get hasBot(): boolean {
    return (this.runtime.slack?.botToken ?? null) !== null;
  }

  /** @returns where and when the message stands, to edit it. @throws OutboundError */
  async post(channel: string, message: SlackMessage): Promise<{ channel: string; ts: string }> {
    const answer = await this.method('chat.postMessage', { channel, ...message });
    if (typeof answer['ts'] !== 'string') throw new OutboundError('Slack did not say where the message stands');
    return { channel: typeof answer['channel'] === 'string' ? answer['channel'] : channel, ts: answer['ts'] };
  }

  async update(channel: string, ts: string, message: SlackMessage): Promise<void> {
    await this.method('chat.update', { channel, ts, ...message });
  }

  /** In place of the message that the URL belongs to: at most five times, within half an hour. */
  async replace(responseUrl: string, message: SlackMessage): Promise<void> {
    const body = { response_type: 'in_channel', replace_original: true, ...message };
    const { status } = await this.send(responseUrl, body, {});
    if (status !== 200) throw new OutboundError(`Slack answered ${status}`);
  }

  private async method(name: string, body: object): Promise<Record<string, unknown>> {
    const { slack } = this.runtime;
    const { status, text } = await this.send(`${slack?.api ?? ''}/${name}`, body, {
      authorization: `Bearer ${slack?.botToken ?? ''}`,
    });
    let answer: Record<string, unknown> = {};
    try {
      answer = JSON.parse(text) as Record<string, unknown>;
    } catch {
      // What is no JSON is no success, either.
    }
    if (answer['ok'] !== true) throw new OutboundError(`Slack's ${name}: ${String(answer['error'] ?? status)}`);
    return answer;
  }

  private send(url: string, body: object, headers: Record<string, string>): ReturnType<Outbound['call']> {
    return this.outbound.call(url, {
      ...{ method: 'POST', body: JSON.stringify(body), maxBytes: 1_000_000 },
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    });
  }
}
