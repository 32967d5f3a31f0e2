import { clientMessageSchema, type ClientMessage, type Scope, type ServerMessage } from '@fleetscope/contracts';
import { Logger, type OnModuleInit } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayDisconnect } from '@nestjs/websockets';
import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type WebSocket } from 'ws';
import { Authenticator } from '../access';
import { PostgresBus } from '../platform';
import { EVENTS_CHANNEL, EventLog } from './event-log.service';
import { LiveClient } from './live-client';
import { Snapshots } from './snapshots';
import { TailService } from './tail.service';

/** RFC 6455 leaves 4000–4999 to applications. */
const CLOSE_UNAUTHORISED = 4401;
const MAX_MESSAGE = 4_096;
/** Smaller messages are sooner sent than compressed. */
const COMPRESSED_FROM = 4_096;
const PING_MS = 25_000;
/** A token that expires is told to nobody: it is looked for. */
const RECHECK_MS = 5_000;

/** `/api/v1/live`: events of investigations with resume, and the tail of running probes. */
@WebSocketGateway({
  path: '/api/v1/live',
  maxPayload: MAX_MESSAGE,
  perMessageDeflate: { threshold: COMPRESSED_FROM, zlibDeflateOptions: { level: 3 } },
})
export class LiveGateway implements OnModuleInit, OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket> {
  private readonly log = new Logger('LiveGateway');
  private readonly clients = new Map<WebSocket, LiveClient>();
  private readonly shown = new Map<LiveClient, IncomingHttpHeaders>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly events: EventLog,
    private readonly snapshots: Snapshots,
    private readonly tail: TailService,
    private readonly bus: PostgresBus,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.bus.listen(EVENTS_CHANNEL, (payload) => {
      const [investigation, seq] = payload.split(':');
      for (const client of this.clients.values()) client.hear(investigation ?? '', Number(seq));
    });
    this.bus.onReconnect(() => this.clients.forEach((client) => client.lookAgain()));
    this.tail.onLines(({ runId, lines, dropped }) => {
      for (const client of this.clients.values()) {
        if (client.tails(runId)) client.send({ type: 'tail', runId, lines, dropped });
      }
    });
    setInterval(() => this.clients.forEach((client) => client.ping()), PING_MS).unref();
    this.authenticator.onChange(() => this.recheck());
    setInterval(() => this.recheck(), RECHECK_MS).unref();
  }

  get clientCount(): number {
    return this.clients.size;
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    // Messages that come before we know who it is wait; a stranger's are never read.
    const early: string[] = [];
    let read = (text: string): void => void (early.length < 16 && early.push(text));
    socket.on('message', (data) => read(String(data)));
    socket.on('error', () => socket.terminate());
    this.authenticator.identify(request.headers).then(
      (identity) => {
        if (!identity || !this.sameOrigin(request)) {
          socket.close(CLOSE_UNAUTHORISED, 'no valid token or session was shown');
          return;
        }
        // Gone meanwhile: its disconnection was told already, and nobody would clean up after it.
        if (socket.readyState !== socket.OPEN) return;
        const client = new LiveClient(socket, this.events, this.snapshots, identity.scope);
        this.clients.set(socket, client);
        this.shown.set(client, request.headers);
        read = (text) => this.receive(client, text);
        early.forEach(read);
      },
      (error: unknown) => {
        this.log.error({ err: error }, 'a websocket could not be authenticated');
        socket.close(1011, 'try again');
      },
    );
  }

  handleDisconnect(socket: WebSocket): void {
    const client = this.clients.get(socket);
    if (!client) return;
    client.close();
    this.shown.delete(client);
    this.clients.delete(socket);
  }

  /** What was shown at the handshake must open the socket still, and may see less by now. */
  private recheck(): void {
    for (const [socket, client] of this.clients) {
      this.authenticator.identify(this.shown.get(client) ?? {}).then(
        (identity) => {
          if (identity) client.narrowTo(identity.scope);
          else socket.close(CLOSE_UNAUTHORISED, 'the token or session was ended');
        },
        // The store does not answer: nothing is read from it for this client, either.
        () => undefined,
      );
    }
  }

  /** A page of another origin could open a socket with the user's cookie: SameSite doesn't cover every browser. */
  private sameOrigin({ headers }: IncomingMessage): boolean {
    if (headers.origin === undefined) return true;
    try {
      return new URL(headers.origin).host === headers.host;
    } catch {
      return false;
    }
  }

  private receive(client: LiveClient, text: string): void {
    const message = this.parse(text);
    if ('problem' in message) {
      client.send(message.problem);
      return;
    }
    switch (message.type) {
      case 'subscribe':
        client.subscribe(message.investigation, message.since, message.view);
        return;
      case 'unsubscribe':
        client.unsubscribe(message.investigation);
        return;
      case 'tail':
        client.startTail(message.runId, (scope) => this.watchTail(message.runId, scope));
        return;
      case 'untail':
        client.stopTail(message.runId);
    }
  }

  private async watchTail(runId: string, scope: Scope): Promise<boolean> {
    if (!(await this.snapshots.seesRun(runId, scope))) return false;
    await this.tail.watch(runId);
    return true;
  }

  private parse(text: string): ClientMessage | { problem: ServerMessage } {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return { problem: { type: 'problem', status: 400, detail: 'a message must be JSON' } };
    }
    const parsed = clientMessageSchema.safeParse(json);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return {
      problem: {
        type: 'problem',
        status: 400,
        detail: `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'not valid'}`,
      },
    };
  }
}
