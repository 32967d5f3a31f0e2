import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Client } from 'pg';
import { Database, type Tx } from './database.service';
import { RUNTIME, type Runtime } from './runtime';

type Handler = (payload: string) => void;

/**
 * Notifications between the processes of an installation, over Postgres LISTEN/NOTIFY: one connection a process.
 * A notification is a hint to look, never the only copy of anything: a lost connection loses hints, not data.
 */
@Injectable()
export class PostgresBus implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger('PostgresBus');
  private readonly handlers = new Map<string, Set<Handler>>();
  private readonly reconnected = new Set<() => void>();
  private client: Client | undefined;
  private closed = false;

  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.connect();
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    await this.client?.end().catch(() => undefined);
  }

  /** Channel names are constants of ours: letters and underscores. */
  async listen(channel: string, handler: Handler): Promise<void> {
    const known = this.handlers.get(channel);
    if (known) {
      known.add(handler);
      return;
    }
    this.handlers.set(channel, new Set([handler]));
    await this.client?.query(`LISTEN ${channel}`);
  }

  /** Called after a lost connection is back: whoever listens looks for what it missed. */
  onReconnect(handler: () => void): void {
    this.reconnected.add(handler);
  }

  /** Delivered when the transaction commits. Payloads are at most 8,000 bytes. */
  async notify(channel: string, payload: string, tx: Tx = this.database): Promise<void> {
    await tx.$executeRaw`SELECT pg_notify(${channel}, ${payload})`;
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.runtime.databaseUrl,
      keepAlive: true,
      application_name: 'fleetscope bus',
    });
    client.on('notification', ({ channel, payload }) => {
      for (const handler of this.handlers.get(channel) ?? []) handler(payload ?? '');
    });
    client.on('error', () => this.reconnect(client));
    client.on('end', () => this.reconnect(client));
    await client.connect();
    for (const channel of this.handlers.keys()) await client.query(`LISTEN ${channel}`);
    this.client = client;
  }

  private reconnect(lost: Client): void {
    if (this.closed || this.client !== lost) return;
    this.client = undefined;
    this.log.warn('the notification connection was lost; connecting again');
    const again = (): void => {
      if (this.closed) return;
      this.connect().then(
        () => this.reconnected.forEach((handler) => handler()),
        () => setTimeout(again, 1_000),
      );
    };
    setTimeout(again, 200);
  }
}
