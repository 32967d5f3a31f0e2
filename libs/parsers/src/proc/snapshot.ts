import { Counters } from './counters';
import { words } from '../core/line-splitter';
import { MAX_DIGITS, tidy } from '../core/numbers';
import type { Place, Sink } from '../core/sink';
import { ProcessList } from './process-list';
import { ProcessGroups } from './process-groups';
import { ThreadNames } from './thread-names';
import type { ParseContext } from '../core/parse-context';

export interface Line {
  readonly text: string;
  readonly line: number;
  /** What `wordsOf` made of it. */
  words?: readonly string[];
}

/** The words of a line, which are found once for its row and its metrics. */
export const wordsOf = (line: Line): readonly string[] => (line.words ??= words(line.text));

/** One reading of a file: `@@ <path> <uptime-seconds>` and what follows it. */
export interface Snapshot {
  readonly path: string;
  /** Seconds of the host's uptime clock; null when the heading has none. */
  readonly uptime: number | null;
  readonly line: number;
  readonly lines: readonly Line[];
  /** What `keyedValues` made of it. */
  keyed?: Counters;
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
  readonly groups: ProcessGroups;
}

/** What readers share, at the beginning of a text. Few files need more than the sink. */
export class TextHost implements ProcHost {
  bootAt: number | null = null;
  private speeds: Map<string, number | null> | null = null;
  private halves: Set<string> | null = null;
  private list: ProcessList | null = null;
  private names: ThreadNames | null = null;
  private members: ProcessGroups | null = null;

  constructor(
    readonly sink: Sink,
    readonly ctx: ParseContext,
  ) {}

  get linkSpeeds(): Map<string, number | null> {
    return (this.speeds ??= new Map());
  }

  get halfDuplex(): Set<string> {
    return (this.halves ??= new Set());
  }

  get processes(): ProcessList {
    return (this.list ??= new ProcessList());
  }

  get threads(): ThreadNames {
    return (this.names ??= new ThreadNames());
  }

  get groups(): ProcessGroups {
    return (this.members ??= new ProcessGroups());
  }
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

/** Told of a line that is none of the file's. */
export type OnOdd = (line: Line) => void;

/** The values of a file of `key value` or `key: value unit` lines. Read once: its rows and its metrics are both made of them. */
export const keyedValues = (snapshot: Snapshot, odd?: OnOdd): Counters => {
  if (snapshot.keyed) return snapshot.keyed;
  const values = new Counters(snapshot.lines.length);
  snapshot.keyed = values;
  for (const one of snapshot.lines) {
    const { text, line } = one;
    let blank = text.indexOf(' ');
    if (blank === -1) blank = text.indexOf('\t');
    const value = blank < 1 ? Number.NaN : numberFrom(text, blank);
    const end = text.charCodeAt(blank - 1) === COLON ? blank - 1 : blank;
    if (Number.isFinite(value)) values.set(text.slice(0, end), value, line);
    else odd?.(one);
  }
  return values.whole();
};
