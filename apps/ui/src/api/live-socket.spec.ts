import { type ServerMessage } from '@fleetscope/contracts';
import { backOff, LiveSocket, type SocketLike } from './live-socket';

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
    this.onclose?.({ code: 1000 });
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const ID = '00000000-0000-4000-8000-000000000001';

const setUp = () => {
  const sockets: FakeSocket[] = [];
  const unauthorised = jest.fn();
  const askForNews = jest.fn(() => Promise.resolve(false));
  const live = new LiveSocket(
    () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    unauthorised,
    askForNews,
    () => 1,
  );
  const newest = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  return { live, sockets, newest, unauthorised, askForNews };
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('LiveSocket', () => {
  it('opens when something is watched and closes when nothing is', () => {
    const { live, newest } = setUp();
    const stop = live.watch(ID, { since: () => 7, receive: () => undefined });
    expect(live.status()).toEqual({ state: 'connecting', attempt: 1 });
    newest().onopen?.();
    expect(newest().sent).toEqual([{ type: 'subscribe', view: 'matrix', investigation: ID, since: 7 }]);
    expect(live.status().state).toBe('live');
    stop();
    expect(newest().closed).toBe(true);
    expect(live.status().state).toBe('idle');
  });

  it('resumes from the last number after a break, and says that it is not live in between', () => {
    const { live, sockets, newest } = setUp();
    let seq = 3;
    live.watch(ID, {
      since: () => seq,
      receive: (message) => (seq = message.type === 'matrix-events' ? (message.events.at(-1)?.seq ?? seq) : seq),
    });
    newest().onopen?.();
    newest().say({ type: 'matrix-events', investigation: ID, events: [{ seq: 4 }, { seq: 5 }] });
    newest().onclose?.({ code: 1006 });
    expect(live.status()).toMatchObject({ state: 'waiting' });
    jest.advanceTimersByTime(20_000);
    expect(sockets).toHaveLength(2);
    newest().onopen?.();
    expect(newest().sent).toEqual([{ type: 'subscribe', view: 'matrix', investigation: ID, since: 5 }]);
    expect(live.status().state).toBe('live');
  });

  it('is not live before a snapshot came, when it asked for one', () => {
    const { live, newest } = setUp();
    const received: ServerMessage[] = [];
    live.watch(ID, { since: () => undefined, receive: (message) => received.push(message) });
    newest().onopen?.();
    expect(newest().sent).toEqual([{ type: 'subscribe', view: 'matrix', investigation: ID }]);
    expect(live.status().state).toBe('connecting');
    newest().say({ type: 'matrix', matrix: { seq: 1, investigation: { id: ID }, runs: [] } });
    expect(live.status().state).toBe('live');
    expect(received).toHaveLength(1);
  });

  it('waits longer each time, and not at all when asked to try now', () => {
    const { live, sockets, newest } = setUp();
    live.watch(ID, { since: () => 0, receive: () => undefined });
    newest().onclose?.({ code: 1006 });
    jest.advanceTimersByTime(499);
    expect(sockets).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
    newest().onclose?.({ code: 1006 });
    jest.advanceTimersByTime(999);
    expect(sockets).toHaveLength(2);
    live.retryNow();
    expect(sockets).toHaveLength(3);
  });

  it('does not try again without a session', () => {
    const { live, sockets, newest, unauthorised } = setUp();
    live.watch(ID, { since: () => 0, receive: () => undefined });
    newest().onclose?.({ code: 4401 });
    jest.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(unauthorised).toHaveBeenCalledTimes(1);
  });

  it('asks for the tail of a run once, and again after a break', () => {
    const { live, newest } = setUp();
    const first = live.tail('r1', () => undefined);
    const second = live.tail('r1', () => undefined);
    newest().onopen?.();
    expect(newest().sent).toEqual([{ type: 'tail', runId: 'r1' }]);
    first();
    newest().onclose?.({ code: 1006 });
    jest.advanceTimersByTime(1_000);
    newest().onopen?.();
    expect(newest().sent).toEqual([{ type: 'tail', runId: 'r1' }]);
    second();
    expect(newest().closed).toBe(true);
  });

  describe('when nothing is heard for a while', () => {
    it('stays live where the server has no news either', async () => {
      const { live, sockets, newest, askForNews } = setUp();
      live.watch(ID, { since: () => 7, receive: () => undefined });
      newest().onopen?.();
      await jest.advanceTimersByTimeAsync(31_000);
      expect(askForNews).toHaveBeenCalledTimes(2);
      expect(askForNews).toHaveBeenCalledWith(ID, 7);
      expect(live.status().state).toBe('live');
      expect(sockets).toHaveLength(1);
    });

    it('asks nothing while messages come', async () => {
      const { live, newest, askForNews } = setUp();
      live.watch(ID, { since: () => 7, receive: () => undefined });
      newest().onopen?.();
      for (let i = 0; i < 4; i += 1) {
        await jest.advanceTimersByTimeAsync(10_000);
        newest().say({ type: 'matrix-events', investigation: ID, events: [{ seq: 8 + i }] });
      }
      expect(askForNews).not.toHaveBeenCalled();
    });

    it('connects anew where the server has news that the socket did not bring', async () => {
      const { live, sockets, newest, askForNews } = setUp();
      askForNews.mockResolvedValue(true);
      live.watch(ID, { since: () => 7, receive: () => undefined });
      const [deaf] = [newest()];
      deaf.onopen?.();
      await jest.advanceTimersByTimeAsync(17_900);
      expect(live.status().state).toBe('live');
      await jest.advanceTimersByTimeAsync(200);
      expect(deaf.closed).toBe(true);
      expect(live.status().state).toBe('waiting');
      await jest.advanceTimersByTimeAsync(1_000);
      expect(sockets).toHaveLength(2);
    });

    it('keeps a socket that brings the news within the grace', async () => {
      const { live, sockets, newest, askForNews } = setUp();
      askForNews.mockResolvedValue(true);
      live.watch(ID, { since: () => 7, receive: () => undefined });
      newest().onopen?.();
      await jest.advanceTimersByTimeAsync(16_000);
      newest().say({ type: 'matrix-events', investigation: ID, events: [{ seq: 8 }] });
      await jest.advanceTimersByTimeAsync(10_000);
      expect(live.status().state).toBe('live');
      expect(sockets).toHaveLength(1);
    });

    it('says that it is not live where there is no way to the server', async () => {
      const { live, newest, askForNews } = setUp();
      askForNews.mockRejectedValue(new TypeError('Failed to fetch'));
      live.watch(ID, { since: () => 7, receive: () => undefined });
      newest().onopen?.();
      await jest.advanceTimersByTimeAsync(15_100);
      expect(live.status().state).toBe('waiting');
    });

    it('does not wait for a close that nobody answers', () => {
      const { live, newest } = setUp();
      live.watch(ID, { since: () => 7, receive: () => undefined });
      const socket = newest();
      socket.onopen?.();
      socket.close = () => undefined;
      live.breakOff();
      expect(live.status().state).toBe('waiting');
    });
  });
});

describe('backOff', () => {
  it('grows, is spread, and has a bound', () => {
    expect(backOff(1, 0)).toBe(250);
    expect(backOff(1, 1)).toBe(500);
    expect(backOff(3, 1)).toBe(2_000);
    expect(backOff(50, 1)).toBe(15_000);
  });
});
