import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '../access';
import { InvestigationsModule } from '../investigations';
import { type Runtime } from '../platform';
import { RunbooksModule } from '../runbooks';
import { AlertRules } from './alerts/alert-rules.service';
import { AlertStarts } from './alerts/alert-starts.service';
import { AlertRulesController, HooksController, RedContextController } from './alerts/alerts.controller';
import { HooksService } from './hooks/hooks.service';
import { Inbox } from './hooks/inbox.service';
import { ReceivedMessages } from './hooks/received.service';
import { Links } from './news/links.service';
import { News } from './news/news.service';
import { Outbound } from './outbound/outbound.service';
import { Prometheus } from './red/prometheus.service';
import { RedContexts } from './red/red-contexts.service';
import { ChatopsRounds } from './rounds.service';
import { ChatMessages } from './slack/chat-messages.service';
import { ChatUsersController } from './slack/chat-users.controller';
import { ChatUsers } from './slack/chat-users.service';
import { SlackApi } from './slack/slack-api.service';
import { SlackDesk } from './slack/slack-desk.service';
import { SlackController } from './slack/slack.controller';
import { Deliveries } from './webhooks/deliveries.service';
import { WebhooksController } from './webhooks/webhooks.controller';
import { WebhooksService } from './webhooks/webhooks.service';

/** What others are told, and what they may start: webhooks, alerts, chat. An api process tells nobody by itself. */
@Module({})
export class ChatopsModule {
  static with({ role }: Runtime): DynamicModule {
    return {
      module: ChatopsModule,
      imports: [AccessModule, InvestigationsModule, RunbooksModule],
      controllers: [
        ...[AlertRulesController, HooksController, RedContextController, WebhooksController],
        ...[ChatUsersController, SlackController],
      ],
      providers: [
        ...[AlertRules, AlertStarts, HooksService, Inbox, Links, News, Outbound, Prometheus],
        ...[ReceivedMessages, RedContexts, WebhooksService],
        ...[ChatMessages, ChatUsers, SlackApi, SlackDesk],
        ...(role === 'api' ? [] : [ChatopsRounds, Deliveries]),
      ],
    };
  }
}
