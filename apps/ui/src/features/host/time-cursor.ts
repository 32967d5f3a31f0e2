import { createContext, useContext, useSyncExternalStore } from 'react';
import { nearest } from './sample-times';

/** The one time that all charts of the page point at, in seconds since the window began; null points at nothing. */
export class TimeCursor {
  private readonly listeners = new Set<() => void>();

  constructor(private seconds: number | null) {}

  readonly get = (): number | null => this.seconds;

  readonly set = (seconds: number | null): void => {
    if (seconds === this.seconds) return;
    this.seconds = seconds;
    for (const listener of this.listeners) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

export interface Timeline {
  readonly cursor: TimeCursor;
  /** Length of the window, seconds; 0 while nothing has a time. */
  readonly length: number;
  /** When it began, milliseconds. */
  readonly from: number;
}
export const TimelineContext = createContext<Timeline>({ cursor: new TimeCursor(null), length: 0, from: 0 });
export const useTimeline = (): Timeline => useContext(TimelineContext);

export const useCursorSeconds = (): number | null => {
  const { cursor } = useTimeline();
  return useSyncExternalStore(cursor.subscribe, cursor.get);
};

/** Which of a chart's samples the cursor is closest to. It changes from sample to sample, not with every pixel. */
export const useCursorIndex = (seconds: readonly number[]): number | null => {
  const { cursor } = useTimeline();
  return useSyncExternalStore(cursor.subscribe, () => {
    const at = cursor.get();
    return at === null ? null : nearest(seconds, at);
  });
};
