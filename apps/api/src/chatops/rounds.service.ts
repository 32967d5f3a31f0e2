import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Rounds } from '../platform';
import { AlertStarts } from './alerts/alert-starts.service';
import { ReceivedMessages } from './hooks/received.service';
import { RedContexts } from './red/red-contexts.service';
import { ChatMessages } from './slack/chat-messages.service';
import { Deliveries } from './webhooks/deliveries.service';

const EVERY_MS = 1_000;
const SWEEP_EVERY = 600;

/** Goes round over what is to be told, edited and asked; one round at a time. */
@Injectable()
export class ChatopsRounds implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Chatops');
  private readonly rounds = new Rounds(EVERY_MS, (error) => this.report(error));
  private count = 0;

  constructor(
    private readonly deliveries: Deliveries,
    private readonly red: RedContexts,
    private readonly received: ReceivedMessages,
    private readonly starts: AlertStarts,
    private readonly messages: ChatMessages,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(() => this.round());
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  /** What fails keeps nothing else from its turn. */
  private async round(): Promise<void> {
    const turns = [() => this.messages.round(), () => this.red.round(), () => this.deliveries.round()];
    this.count += 1;
    if (this.count % SWEEP_EVERY === 1)
      turns.push(
        () => this.received.dropOld(),
        () => this.starts.dropOld(),
        () => this.red.dropOld(),
        () => this.messages.dropOld(),
      );
    for (const turn of turns) await turn().catch((error: unknown) => this.report(error));
  }

  private report(error: unknown): void {
    this.log.warn({ err: error }, 'a round failed; the next one tries again');
  }
}
