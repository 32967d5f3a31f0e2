import { Controller, HttpCode, Inject, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { AuditService, Public, RateLimits } from '../../access';
import { createZodDto, ProblemException, RUNTIME, type Runtime } from '../../platform';
import { ReceivedMessages } from '../hooks/received.service';
import { slackSigned } from '../hooks/signatures';
import { type SlackAnswer, SlackDesk } from './slack-desk.service';

class SlackAnswerDto extends createZodDto(
  z.object({
    response_type: z.enum(['ephemeral', 'in_channel']),
    text: z.string(),
    replace_original: z.boolean().optional(),
  }),
) {}

const commandSchema = z.object({
  ...{ user_id: z.string().max(32), channel_id: z.string().max(32), response_url: z.url().max(1_000) },
  text: z.string().max(2_000).default(''),
});
const actionsSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().max(32) }),
  channel: z.object({ id: z.string().max(32) }),
  response_url: z.url().max(1_000),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().max(200).default('') })).min(1),
});

type Signed = RawBodyRequest<FastifyRequest>;

/** What Slack calls. No token of ours opens these: each is signed with the secret of the Slack app. */
@ApiTags('chat and alerts')
@Controller('api/v1/chat/slack')
@Public()
export class SlackController {
  constructor(
    private readonly desk: SlackDesk,
    private readonly received: ReceivedMessages,
    private readonly limits: RateLimits,
    private readonly audit: AuditService,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'slack'>,
  ) {}

  /** The slash command. */
  @Post('command')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: SlackAnswerDto })
  async command(@Req() request: Signed): Promise<SlackAnswer> {
    const form = await this.signedForm(request);
    const parsed = commandSchema.safeParse(Object.fromEntries(form));
    if (!parsed.success) throw new ProblemException(400, 'it is not a slash command');
    const { text, user_id: user, channel_id: channel, response_url: responseUrl } = parsed.data;
    return this.desk.command(text, { user, channel, responseUrl });
  }

  /** A button of a message of ours. */
  @Post('actions')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: SlackAnswerDto })
  async actions(@Req() request: Signed): Promise<SlackAnswer> {
    const form = await this.signedForm(request);
    const parsed = actionsSchema.safeParse(JSON.parse(form.get('payload') ?? 'null'));
    if (!parsed.success) throw new ProblemException(400, 'it is not an action of a message');
    const { user, channel, response_url: responseUrl, actions } = parsed.data;
    return this.desk.next(actions[0]?.value ?? '', { user: user.id, channel: channel.id, responseUrl });
  }

  /** @throws 401 for what is not signed as it must be, or was received before. */
  private async signedForm({ ip, headers, rawBody = Buffer.alloc(0) }: Signed): Promise<URLSearchParams> {
    const secret = this.runtime.slack?.signingSecret;
    const signed = secret ? slackSigned(secret, headers, rawBody, Date.now()) : { refused: 'no Slack is connected' };
    const refused =
      'refused' in signed
        ? signed.refused
        : (await this.received.isFirst('slack', signed.id ?? ''))
          ? null
          : 'it was received before';
    if (refused !== null) {
      await this.limits.take('strangers', ip);
      if (secret) await this.audit.record('slack', 'chat.receive', 'slack', 'denied', { why: refused });
      throw new ProblemException(401, `the request is refused: ${refused}`);
    }
    return new URLSearchParams(rawBody.toString('utf8'));
  }
}
