import { type ClientMessageInput, type ServerMessage } from '@fleetscope/contracts';

/** What the socket needs of a WebSocket; tests give it another. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export type LiveStatus =
  /** Nothing is watched. */
  | { state: 'idle' }
  | { state: 'connecting'; attempt: number }
  | { state: 'live' }
  /** The connection broke; the next attempt starts at `retryAt` (epoch milliseconds). */
  | { state: 'waiting'; attempt: number; retryAt: number };

export interface Watcher {
  /** The last number that was applied; undefined asks for a snapshot. */
  since(): number | undefined;
  receive(message: Extract<ServerMessage, { type: 'matrix' | 'matrix-events' }>): void;
}
/**
 * Asks over HTTP whether an investigation has news after a number. Rejects when there is no way to the server.
 * A connection that lost its network stays open for minutes, and pings are hidden from scripts.
 */
export type AskForNews = (investigation: string, since: number) => Promise<boolean>;

export type TailReceiver = (message: Extract<ServerMessage, { type: 'tail' }>) => void;

const CLOSE_UNAUTHORISED = 4401;
const CLOSE_ABNORMAL = 1006;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Silence after which the server is asked over HTTP whether there is news. */
const SILENCE_MS = 15_000;
/** What the server told over HTTP must come over the socket within this time. */
const GRACE_MS = 3_000;

/** Wait before an attempt, doubling and spread: a restarted control plane must not meet all browsers at once. */
export const backOff = (attempt: number, random: number): number => {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempt - 1));
  return Math.round(whole / 2 + (whole / 2) * random);
};

/**
 * One websocket for the page. Watchers are resubscribed from their last number after a break, so that they miss
 * nothing; the connection is open only while something is watched.
 */
export class LiveSocket {
  private socket: SocketLike | null = null;
  private isOpen = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private current: LiveStatus = { state: 'idle' };
  private readonly watchers = new Map<string, Watcher>();
  private readonly tails = new Map<string, Set<TailReceiver>>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly open: () => SocketLike,
    private readonly whenUnauthorised: () => void,
    private readonly askForNews: AskForNews,
    private readonly random: () => number = Math.random,
  ) {}

  readonly status = (): LiveStatus => this.current;
  readonly onStatus = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  watch(investigation: string, watcher: Watcher): () => void {
    this.watchers.set(investigation, watcher);
    if (this.isOpen) this.subscribe(investigation, watcher);
    else this.connect();
    return () => {
      if (this.watchers.get(investigation) !== watcher) return;
      this.watchers.delete(investigation);
      this.send({ type: 'unsubscribe', investigation });
      this.closeWhenIdle();
    };
  }

  tail(runId: string, receive: TailReceiver): () => void {
    const receivers = this.tails.get(runId) ?? new Set<TailReceiver>();
    this.tails.set(runId, receivers);
    if (receivers.size === 0) this.send({ type: 'tail', runId });
    receivers.add(receive);
    this.connect();
    return () => {
      receivers.delete(receive);
      if (receivers.size > 0) return;
      this.tails.delete(runId);
      this.send({ type: 'untail', runId });
      this.closeWhenIdle();
    };
  }

  /** The network came back, or the user asks: don't sit out the wait. */
  readonly retryNow = (): void => {
    if (this.current.state !== 'waiting') return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.connect();
  };

  /** The browser knows that the network went, long before the connection does. */
  readonly breakOff = (): void => {
    const { socket } = this;
    if (!socket) return;
    // Without a network the close handshake takes a minute: nobody waits for it, or listens any longer.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.closed(socket, CLOSE_ABNORMAL);
  };

  private connect(): void {
    if (this.socket || this.timer !== undefined || this.isIdle()) return;
    this.attempt += 1;
    this.become({ state: 'connecting', attempt: this.attempt });
    const socket = this.open();
    this.socket = socket;
    socket.onopen = () => {
      this.isOpen = true;
      this.listen(socket);
      this.watchers.forEach((watcher, investigation) => this.subscribe(investigation, watcher));
      for (const runId of this.tails.keys()) this.send({ type: 'tail', runId });
      if (this.watchers.size === 0) this.settle();
    };
    socket.onmessage = ({ data }) => {
      this.listen(socket);
      this.receive(JSON.parse(String(data)) as ServerMessage);
    };
    socket.onclose = ({ code }) => this.closed(socket, code);
  }

  private closed(socket: SocketLike, code: number): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.isOpen = false;
    clearTimeout(this.silence);
    if (code === CLOSE_UNAUTHORISED) {
      this.become({ state: 'idle' });
      this.whenUnauthorised();
      return;
    }
    if (this.isIdle()) {
      this.become({ state: 'idle' });
      return;
    }
    const wait = backOff(this.attempt, this.random());
    this.become({ state: 'waiting', attempt: this.attempt, retryAt: Date.now() + wait });
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.connect();
    }, wait);
  }

  private receive(message: ServerMessage): void {
    switch (message.type) {
      case 'matrix':
        this.settle();
        this.watchers.get(message.matrix.investigation.id)?.receive(message);
        return;
      case 'matrix-events':
        this.settle();
        this.watchers.get(message.investigation)?.receive(message);
        return;
      case 'tail':
        this.tails.get(message.runId)?.forEach((receive) => receive(message));
    }
  }

  /** Starts the wait for the next message anew. */
  private listen(socket: SocketLike): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => void this.doubt(socket), SILENCE_MS);
  }

  /** Nothing was heard for a while: calm, or a connection that is dead and does not know it? */
  private async doubt(socket: SocketLike): Promise<void> {
    const asked = this.silence;
    const isSame = (): boolean => this.socket === socket && this.silence === asked;
    const answers = [...this.watchers].map(async ([investigation, watcher]) => {
      const since = watcher.since();
      return since === undefined || (await this.askForNews(investigation, since));
    });
    const hasNews = await Promise.all(answers).then(
      (all) => all.includes(true),
      () => null,
    );
    if (!isSame()) return;
    if (hasNews === null) this.breakOff();
    else if (hasNews) {
      // It may be on its way.
      this.silence = setTimeout(() => this.socket === socket && this.breakOff(), GRACE_MS);
    } else this.listen(socket);
  }

  private subscribe(investigation: string, watcher: Watcher): void {
    const since = watcher.since();
    this.send({ type: 'subscribe', investigation, view: 'matrix', ...(since === undefined ? {} : { since }) });
    // Asked with a number, the server is silent until something happens: an open socket is as live as it gets.
    if (since !== undefined) this.settle();
  }

  private settle(): void {
    this.attempt = 0;
    if (this.current.state !== 'live') this.become({ state: 'live' });
  }

  private send(message: ClientMessageInput): void {
    if (this.isOpen) this.socket?.send(JSON.stringify(message));
  }

  private isIdle(): boolean {
    return this.watchers.size === 0 && this.tails.size === 0;
  }

  private closeWhenIdle(): void {
    if (!this.isIdle()) return;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.timer = undefined;
    this.attempt = 0;
    const socket = this.socket;
    this.socket = null;
    this.isOpen = false;
    socket?.close();
    this.become({ state: 'idle' });
  }

  private become(status: LiveStatus): void {
    this.current = status;
    this.listeners.forEach((listener) => listener());
  }
}
