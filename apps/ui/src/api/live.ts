import { applyMatrixEvents, unpackMatrix, type Matrix, type ServerMessage } from '@fleetscope/contracts';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { client, reportUnauthorised } from './client';
import { type AskForNews, LiveSocket, type LiveStatus, type SocketLike } from './live-socket';
import { investigationKey, investigationQuery, isEnded } from './queries';

const open = (): SocketLike => {
  const url = new URL('/api/v1/live', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url) as unknown as SocketLike;
};

const NEWS_TIMEOUT_MS = 8_000;
const askForNews: AskForNews = async (id, since) => {
  const { data } = await client.GET('/api/v1/investigations/{id}/events', {
    params: { path: { id }, query: { since, limit: 1 } },
    signal: AbortSignal.timeout(NEWS_TIMEOUT_MS),
  });
  return (data?.events.length ?? 0) > 0;
};

const socket = new LiveSocket(open, reportUnauthorised, askForNews);
window.addEventListener('online', socket.retryNow);
window.addEventListener('offline', socket.breakOff);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') socket.retryNow();
});

export const retryNow = socket.retryNow;
export const useLiveStatus = (): LiveStatus => useSyncExternalStore(socket.onStatus, socket.status);

/** An investigation that goes on filling in while it runs. The query cache holds it, so every page sees the same. */
export const useLiveInvestigation = (id: string): UseQueryResult<Matrix> => {
  const queries = useQueryClient();
  const query = useQuery(investigationQuery(id));
  const isLoaded = query.data !== undefined;
  useEffect(() => {
    const key = investigationKey(id);
    const snapshot = queries.getQueryData<Matrix>(key);
    if (!isLoaded || !snapshot || isEnded(snapshot.investigation)) return undefined;
    return socket.watch(id, {
      since: () => queries.getQueryData<Matrix>(key)?.seq,
      receive: (message) =>
        queries.setQueryData<Matrix>(key, (before) => {
          if (message.type === 'matrix') return unpackMatrix(message.matrix);
          return before && applyMatrixEvents(before, message.events);
        }),
    });
  }, [id, isLoaded, queries]);
  return query;
};

export type TailLine = Extract<ServerMessage, { type: 'tail' }>['lines'][number];
const KEPT_LINES = 400;

export interface Tail {
  lines: readonly TailLine[];
  /** Lines the server left out because they came too fast. */
  dropped: number;
}
const EMPTY: Tail = { lines: [], dropped: 0 };

/** The newest raw lines of a run while it runs; null watches nothing. */
export const useTail = (runId: string | null): Tail => {
  const [held, setHeld] = useState<{ runId: string | null; tail: Tail }>({ runId, tail: EMPTY });
  useEffect(() => {
    if (runId === null) return undefined;
    return socket.tail(runId, ({ lines, dropped }) =>
      setHeld((before) => {
        const { tail } = before.runId === runId ? before : { tail: EMPTY };
        return {
          runId,
          tail: { lines: [...tail.lines, ...lines].slice(-KEPT_LINES), dropped: tail.dropped + dropped },
        };
      }),
    );
  }, [runId]);
  return held.runId === runId ? held.tail : EMPTY;
};
