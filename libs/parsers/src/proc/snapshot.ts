import { tidy } from '../core/numbers';
import type { Place, Sink } from '../core/sink';
import type { ProcessList } from './process-list';
import type { ThreadNames } from './thread-names';
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
  readonly threads: ThreadNames;
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

const COLON = 58;
const MAX_DIGITS = 15;

/** What `Number.parseFloat` makes of the text from `from` on: whole numbers, which nearly all are, without making a string. */
const numberFrom = (text: string, from: number): number => {
  let at = from;
  while (text.charCodeAt(at) === 32) at++;
  const first = at;
  let value = 0;
  let code = text.charCodeAt(at);
  for (; code >= 48 && code <= 57; code = text.charCodeAt(++at)) value = value * 10 + code - 48;
  const digits = at - first;
  const isWhole = digits > 0 && digits <= MAX_DIGITS && (at === text.length || code === 32);
  return isWhole ? value : Number.parseFloat(text.slice(from).trim());
};

/** The rows and the metrics of a file are both made of its values. */
const READ = new WeakMap<readonly Line[], Counters>();

/** The values of a file of `key value` or `key: value unit` lines. */
export const keyedValues = (lines: readonly Line[]): Counters => {
  const known = READ.get(lines);
  if (known) return known;
  const values: Counters = new Map();
  READ.set(lines, values);
  for (const { text, line } of lines) {
    let blank = text.indexOf(' ');
    if (blank === -1) blank = text.indexOf('\t');
    if (blank < 1) continue;
    const value = numberFrom(text, blank);
    if (!Number.isFinite(value)) continue;
    const end = text.charCodeAt(blank - 1) === COLON ? blank - 1 : blank;
    values.set(text.slice(0, end), { value, line });
  }
  return values;
};

/** Counters of one snapshot by name, each with the line it stands in. */
export type Counters = Map<string, { value: number; line: number }>;
