import { matrixEvent, type LiveView, type Scope, type ServerMessage } from '@fleetscope/contracts';
import { isDeepStrictEqual } from 'node:util';
import { type WebSocket } from 'ws';
import { type EventLog } from './event-log.service';
import { type Snapshots } from './snapshots';

// At most ten messages a second a client.
const BATCH_MS = 100;
/** A client that far behind gets a snapshot: reading them all would take longer than looking at the result. */
const MAX_CATCH_UP = 2_000;
/** Bytes the socket may hold unsent before events wait. */
const MAX_BUFFERED = 1_000_000;
const TAIL_REFRESH_MS = 15_000;

interface Subscription {
  readonly view: LiveView;
  /** Last number sent. */
  sent: number;
  /** The log may hold more than was sent. */
  stale: boolean;
  needsSnapshot: boolean;
}

/** One websocket: what it subscribed to, how far it is, and how it catches up. */
export class LiveClient {
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly tailTimers = new Map<string, NodeJS.Timeout>();
  /** Runs whose lines may be sent: somebody else's tail brings lines of the others, too. */
  private readonly watched = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private busy = false;
  private lastBatch = 0;
  private alive = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly events: EventLog,
    private readonly snapshots: Snapshots,
    private scope: Scope,
  ) {
    socket.on('pong', () => (this.alive = true));
  }

  /** What its owner may see has changed: snapshots say what is left. */
  narrowTo(scope: Scope): void {
    if (isDeepStrictEqual(scope, this.scope)) return;
    this.scope = scope;
    for (const runId of [...this.tailTimers.keys()]) this.stopTail(runId);
    for (const subscription of this.subscriptions.values()) subscription.needsSnapshot = true;
    this.schedule();
  }

  subscribe(investigation: string, since: number | undefined, view: LiveView): void {
    this.subscriptions.set(investigation, { view, sent: since ?? 0, stale: true, needsSnapshot: since === undefined });
    this.schedule();
  }

  unsubscribe(investigation: string): void {
    this.subscriptions.delete(investigation);
  }

  hear(investigation: string, seq: number): void {
    const subscription = this.subscriptions.get(investigation);
    if (!subscription || seq <= subscription.sent) return;
    subscription.stale = true;
    this.schedule();
  }

  /** Notifications may have been lost: ask the log. */
  lookAgain(): void {
    for (const subscription of this.subscriptions.values()) subscription.stale = true;
    this.schedule();
  }

  tails(runId: string): boolean {
    return this.watched.has(runId);
  }

  /** `watch` says whether the run may be watched, and keeps its lines coming for a while. */
  startTail(runId: string, watch: (scope: Scope) => Promise<boolean>): void {
    if (this.tailTimers.has(runId) || this.tailTimers.size >= 16) return;
    const again = (): void =>
      void watch(this.scope).then(
        (may) => {
          if (may) return this.watched.add(runId);
          this.stopTail(runId);
          this.send({ type: 'problem', status: 404, detail: `there is no run ${runId}` });
        },
        () => undefined,
      );
    this.tailTimers.set(runId, setInterval(again, TAIL_REFRESH_MS));
    again();
  }

  stopTail(runId: string): void {
    clearInterval(this.tailTimers.get(runId));
    this.tailTimers.delete(runId);
    this.watched.delete(runId);
  }

  send(message: ServerMessage): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    // Tail lines are lossy by design: a slow reader misses some rather than filling our memory.
    if (message.type === 'tail' && this.socket.bufferedAmount > MAX_BUFFERED) return;
    this.socket.send(JSON.stringify(message));
  }

  ping(): void {
    if (!this.alive) {
      this.socket.terminate();
      return;
    }
    this.alive = false;
    this.socket.ping();
  }

  close(): void {
    clearTimeout(this.timer);
    for (const runId of [...this.tailTimers.keys()]) this.stopTail(runId);
    this.subscriptions.clear();
  }

  private schedule(): void {
    if (this.timer || this.busy) return;
    const wait = Math.max(0, this.lastBatch + BATCH_MS - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.busy = true;
      this.catchUp()
        .catch(() => this.socket.close(1011, 'try again'))
        .finally(() => {
          this.busy = false;
          this.lastBatch = Date.now();
          if ([...this.subscriptions.values()].some((s) => s.needsSnapshot || s.stale)) this.schedule();
        });
    }, wait);
  }

  private async catchUp(): Promise<void> {
    if (this.socket.bufferedAmount > MAX_BUFFERED) {
      // Slow: whatever piles up is replaced by one snapshot once the socket has drained.
      for (const subscription of this.subscriptions.values()) subscription.needsSnapshot = true;
      return;
    }
    for (const [investigation, subscription] of this.subscriptions) {
      if (subscription.needsSnapshot) await this.sendSnapshot(investigation, subscription);
      else if (subscription.stale) await this.sendEvents(investigation, subscription);
    }
  }

  private async sendSnapshot(investigation: string, subscription: Subscription): Promise<void> {
    // Before reading: what commits while we read makes it stale again.
    subscription.stale = false;
    if (subscription.view === 'matrix') {
      const matrix = await this.snapshots.matrix(investigation, this.scope);
      if (!matrix) return this.dismiss(investigation);
      subscription.sent = matrix.seq;
      this.send({ type: 'matrix', matrix });
    } else {
      const snapshot = await this.snapshots.of(investigation, this.scope);
      if (!snapshot) return this.dismiss(investigation);
      subscription.sent = snapshot.seq;
      this.send({ type: 'snapshot', snapshot });
    }
    subscription.needsSnapshot = false;
  }

  private async sendEvents(investigation: string, subscription: Subscription): Promise<void> {
    subscription.stale = false;
    const events = await this.events.after(investigation, subscription.sent, MAX_CATCH_UP + 1);
    if (events.length > MAX_CATCH_UP) {
      subscription.needsSnapshot = true;
      return;
    }
    const last = events.at(-1);
    if (!last) return;
    const told = await this.snapshots.narrow(investigation, events, this.scope);
    if (!told) return this.dismiss(investigation);
    subscription.sent = last.seq;
    if (told.length === 0) return;
    if (subscription.view === 'runs') this.send({ type: 'events', investigation, events: [...told] });
    else this.send({ type: 'matrix-events', investigation, events: told.map(matrixEvent) });
  }

  private dismiss(investigation: string): void {
    this.subscriptions.delete(investigation);
    this.send({ type: 'problem', status: 404, detail: `there is no investigation ${investigation}` });
  }
}
