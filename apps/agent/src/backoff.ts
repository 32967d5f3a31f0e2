export interface BackoffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Nothing in hand: thousands of agents that lost the same control plane must not come back at the same moment. */
export const IDLE_BACKOFF: BackoffLimits = { baseMs: 2_000, capMs: 30_000 };
/** A run in hand: its lease is to be extended before it lapses. */
export const BUSY_BACKOFF: BackoffLimits = { baseMs: 250, capMs: 3_000 };

/** Milliseconds to wait after so many failures in a row: anywhere from 0 to the doubled base, at most the cap. */
export const backoffMs = (failures: number, { baseMs, capMs }: BackoffLimits, random = Math.random): number =>
  Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(failures, 16)));

/** Resolves after `ms`, or when `signal` aborts. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal?.aborted) return done();
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      done();
    }
    signal?.addEventListener('abort', finish, { once: true });
  });
