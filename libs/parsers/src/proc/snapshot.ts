import { tidy } from '../core/numbers';
import type { Place, Sink } from '../core/sink';
import type { ProcessList } from './process-list';
import type { ParseContext } from '../core/parse-context';

export interface Line {
  readonly text: string;
  readonly line: number;
}

/** One reading of a file: `@@ <path> <uptime-seconds>` and what follows it. */
export interface Snapshot {
  readonly path: string;
  /** Seconds of the host's uptime clock; null when the heading has none. */
  readonly uptime: number | null;
  readonly line: number;
  readonly lines: readonly Line[];
}

/** Reads the snapshots of one path, in order. */
export interface FileReader {
  add(snapshot: Snapshot): void;
  end?(): void;
}

/** What readers share: where values go, and what one file tells about another. */
export interface ProcHost {
  readonly sink: Sink;
  readonly ctx: ParseContext;
  /** Bits a second by interface, from /sys/class/net. */
  readonly linkSpeeds: Map<string, number | null>;
  readonly halfDuplex: Set<string>;
  /** Epoch seconds of the boot, from /proc/stat. */
  bootAt: number | null;
  readonly processes: ProcessList;
}

/** Times are seconds of uptime until the whole text is read; see `Sink.rebase`. */
export const placeOf = (snapshot: Snapshot, line: number): Place => ({ line, time: snapshot.uptime });

/** Seconds between two snapshots; null when either has no time or the clock did not move. */
export const elapsed = (before: Snapshot, after: Snapshot): number | null => {
  if (before.uptime === null || after.uptime === null) return null;
  const seconds = after.uptime - before.uptime;
  return seconds > 0 ? seconds : null;
};

/** How much a counter grew; null when it was reset, wrapped, or is missing. */
export const growth = (before: number | null | undefined, after: number | null | undefined): number | null =>
  before === null || before === undefined || after === null || after === undefined || after < before
    ? null
    : after - before;

export const perSecond = (
  before: number | null | undefined,
  after: number | null | undefined,
  seconds: number | null,
  factor = 1,
): number | null => {
  const grown = growth(before, after);
  return grown === null || seconds === null ? null : tidy((grown * factor) / seconds);
};

/** The values of a file of `key value` or `key: value unit` lines. */
export const keyedValues = (lines: readonly Line[]): Map<string, { value: number; line: number }> => {
  const values = new Map<string, { value: number; line: number }>();
  for (const { text, line } of lines) {
    const blank = text.indexOf(' ') === -1 ? text.indexOf('\t') : text.indexOf(' ');
    if (blank < 1) continue;
    const key = text.slice(0, blank);
    const value = Number.parseFloat(text.slice(blank).trim());
    if (Number.isFinite(value)) values.set(key.endsWith(':') ? key.slice(0, -1) : key, { value, line });
  }
  return values;
};

/** Counters of one snapshot by name, each with the line it stands in. */
export type Counters = Map<string, { value: number; line: number }>;
