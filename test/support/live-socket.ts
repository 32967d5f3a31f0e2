import {
  applyLiveEvents,
  serverMessageSchema,
  type InvestigationSnapshot,
  type LiveEvent,
  type ServerMessage,
} from '@fleetscope/contracts';
import WebSocket from 'ws';
import { until } from './processes';
import { type TestServer } from './server';

/** A websocket client that keeps all it gets; every message must be one of the contract's. */
export class LiveSocket {
  readonly messages: ServerMessage[] = [];
  closed: { code: number } | null = null;
  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.messages.push(serverMessageSchema.parse(JSON.parse(String(data)))));
    socket.on('close', (code) => (this.closed = { code }));
    socket.on('error', () => undefined);
  }

  static async open(
    server: TestServer,
    headers: Record<string, string> = { authorization: `Bearer ${server.token}` },
  ): Promise<LiveSocket> {
    const client = new LiveSocket(new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`, { headers }));
    await until('the socket to open', () => client.socket.readyState !== WebSocket.CONNECTING, 5_000);
    return client;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  of<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.messages.filter((message): message is Extract<ServerMessage, { type: T }> => message.type === type);
  }

  get events(): LiveEvent[] {
    return this.of('events').flatMap(({ events }) => events);
  }

  /** The state that a page would show. */
  get state(): InvestigationSnapshot | null {
    return this.messages.reduce<InvestigationSnapshot | null>((state, message) => {
      if (message.type === 'snapshot') return message.snapshot;
      return message.type === 'events' && state ? applyLiveEvents(state, message.events) : state;
    }, null);
  }

  get hasEnded(): boolean {
    return this.state !== null && !['queued', 'running'].includes(this.state.investigation.state);
  }
}
