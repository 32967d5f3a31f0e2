import { type Identity, type InvestigationRequest } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { mayAct, RateLimits } from '../../access';
import { InvestigationReader, PlanService } from '../../investigations';
import { ProblemException } from '../../platform';
import { ChatMessages } from './chat-messages.service';
import { ChatUsers } from './chat-users.service';
import { escaped, HELP, HELP_HINT, requestOf } from './slack-text';

export interface SlackAnswer {
  readonly response_type: 'ephemeral' | 'in_channel';
  readonly text: string;
  readonly replace_original?: boolean;
}

/** Who says something, and where the answer goes. */
export interface Said {
  readonly user: string;
  readonly channel: string;
  readonly responseUrl: string;
}

/** Slack shows an error of its own after three seconds. */
const ANSWER_WITHIN_MS = 2_000;
const aside = (text: string): SlackAnswer => ({ response_type: 'ephemeral', replace_original: false, text });

/** What is asked for in Slack, carried out as the person that the user is here. */
@Injectable()
export class SlackDesk {
  constructor(
    private readonly users: ChatUsers,
    private readonly plan: PlanService,
    private readonly reader: InvestigationReader,
    private readonly messages: ChatMessages,
    private readonly limits: RateLimits,
  ) {}

  async command(text: string, said: Said): Promise<SlackAnswer> {
    const [verb = 'help', ...words] = text
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (verb === 'help') return aside(HELP);
    const identity = await this.users.identity(`slack:${said.user}`);
    if (!identity) return this.unknown(said.user);
    if (verb === 'status') return aside(await this.status(identity));
    if (verb !== 'triage') return aside(`There is no \`${escaped(verb)}\`. ${HELP_HINT}`);
    const request = requestOf(words);
    if (typeof request === 'string') return aside(`${escaped(request)}. ${HELP_HINT}`);
    return this.start(request, identity, said);
  }

  /** A button: what a statement of a verdict said to run next. `value` is the investigation and the statement's number. */
  async next(value: string, said: Said): Promise<SlackAnswer> {
    const identity = await this.users.identity(`slack:${said.user}`);
    if (!identity) return this.unknown(said.user);
    const [, id, place] = /^([0-9a-f-]{36}):([0-9])$/.exec(value) ?? [];
    const [view] = id ? await this.reader.views([id], identity.scope) : [];
    const next = view?.verdict?.statements[Number(place)]?.next;
    if (!view || !next) return aside('That investigation is not there, or not for you.');
    const targets = { hosts: next.hosts };
    return this.start(
      { runbook: next.runbook, targets, parameters: {}, reason: `next step of ${view.id}, by a button in Slack` },
      identity,
      said,
    );
  }

  private unknown(user: string): SlackAnswer {
    return aside(
      `Slack user ${escaped(user)} is nobody here. An administrator lets you in: \`fleetscope chat-users set slack:${escaped(user)} --role operator\` (or \`--person NAME\`).`,
    );
  }

  /** Answered in time, also where a large fleet takes longer to be planned: what went wrong then comes later. */
  private async start(request: InvestigationRequest, identity: Identity, said: Said): Promise<SlackAnswer> {
    if (!mayAct(identity.role, 'operator'))
      return aside(`This needs the role operator; ${escaped(identity.name)} has ${identity.role}.`);
    const starting = this.started(request, identity, said);
    const late = new Promise<SlackAnswer>((done) =>
      setTimeout(() => done(aside('It is being started; the message follows.')), ANSWER_WITHIN_MS).unref(),
    );
    return Promise.race([starting, late]);
  }

  private async started(request: InvestigationRequest, identity: Identity, said: Said): Promise<SlackAnswer> {
    try {
      await this.limits.take('launches', identity.id);
      const id = await this.plan.create(request, identity);
      await this.messages.follow(id, identity, said.channel, said.responseUrl);
      return aside(`Started ${request.runbook} as ${escaped(identity.name)}.`);
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      const { hint } = error.more;
      return aside(escaped(`Not started: ${error.detail}${hint ? ` (${hint})` : ''}`));
    }
  }

  private async status({ scope }: Identity): Promise<string> {
    const latest = await this.reader.list(5, null, scope);
    if (latest.length === 0) return 'Nothing was started yet.';
    return latest
      .map(({ title, state, coverage, requestedBy }) =>
        escaped(`${title}: ${state}, ${coverage.answered} of ${coverage.targeted} answered (${requestedBy})`),
      )
      .join('\n');
  }
}
