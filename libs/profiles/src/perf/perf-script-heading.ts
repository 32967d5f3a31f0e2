const MAX_WORDS = 64;
const COLON = 58;
const SLASH = 47;
const MINUS = 45;
const DOT = 46;
const OPEN = 91;
const CLOSE = 93;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13;

/**
 * The first line of a sample: `comm pid/tid [cpu] time: period event: …`, of which `perf script -F` may leave out all but
 * the command and one id. Fields are ranges of bytes. One object is used again and again: there is one heading a sample.
 */
export class PerfScriptHeading {
  commFrom = 0;
  commTo = 0;
  pidFrom = 0;
  pidTo = 0;
  tidFrom = 0;
  tidTo = 0;
  cpu: number | null = null;
  period: number | null = null;
  eventFrom = 0;
  eventTo = 0;
  /** What stands behind the event: the one frame of a sample without a call chain, a tracepoint's fields. */
  restFrom = 0;
  /** Whether it has a time or an event. `make 4711` alone is a heading only if frames follow. */
  certain = false;
  private readonly starts = new Int32Array(MAX_WORDS);
  private readonly ends = new Int32Array(MAX_WORDS);

  private timeWord = -1;

  /** Reads the time of the heading just read; apart, because folding has no use for it. */
  secondsIn(bytes: Uint8Array): number | null {
    if (this.timeWord === -1) return null;
    let whole = 0;
    let scale = 0;
    const to = (this.ends[this.timeWord] as number) - 1;
    for (let at = this.starts[this.timeWord] as number; at < to; at++) {
      const code = bytes[at] as number;
      if (code === DOT) scale = scale === 0 ? 1 : NaN;
      else {
        whole = whole * 10 + code - 48;
        scale *= 10;
      }
    }
    const seconds = scale > 1 ? whole / scale : whole;
    return Number.isFinite(seconds) ? seconds : null;
  }

  /** Whether the bytes are a heading; the fields are set when they are. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const count = this.split(bytes, from, to);
    for (let word = 1; word < count; word++) {
      if (!this.ids(bytes, word)) continue;
      // A command may hold numbers itself: the id is the one that the other fields follow.
      if (this.fields(bytes, word + 1, count, to)) {
        this.commFrom = this.starts[0] as number;
        this.commTo = this.ends[word - 1] as number;
        return true;
      }
    }
    return false;
  }

  private split(bytes: Uint8Array, from: number, to: number): number {
    let count = 0;
    let at = from;
    while (at < to && count < MAX_WORDS) {
      while (at < to && isBlank(bytes[at] as number)) at++;
      if (at === to) break;
      this.starts[count] = at;
      while (at < to && !isBlank(bytes[at] as number)) at++;
      this.ends[count++] = at;
    }
    return count;
  }

  /** `tid`, or `pid/tid`; -1 is a task that perf did not see start. */
  private ids(bytes: Uint8Array, word: number): boolean {
    const from = this.starts[word] as number;
    const to = this.ends[word] as number;
    const first = this.number(bytes, from, to);
    if (first === from) return false;
    if (first === to) {
      this.pidFrom = this.pidTo = from;
      this.tidFrom = from;
      this.tidTo = to;
      return true;
    }
    if (bytes[first] !== SLASH || first + 1 === to || this.number(bytes, first + 1, to) !== to) return false;
    this.pidFrom = from;
    this.pidTo = first;
    this.tidFrom = first + 1;
    this.tidTo = to;
    return true;
  }

  /** Where the number beginning at `from` ends; `from` when there is none. */
  private number(bytes: Uint8Array, from: number, to: number): number {
    let at = bytes[from] === MINUS ? from + 1 : from;
    const digits = at;
    while (at < to && isDigit(bytes[at] as number)) at++;
    return at === digits ? from : at;
  }

  private fields(bytes: Uint8Array, first: number, count: number, to: number): boolean {
    let word = first;
    this.cpu = this.cpuOf(bytes, word, count);
    if (this.cpu !== null) word++;
    const timed = word < count && this.isTime(bytes, word);
    this.timeWord = timed ? word : -1;
    if (timed) word++;
    this.period = this.periodOf(bytes, word, count);
    if (this.period !== null) word++;
    const named = word < count && this.isEvent(bytes, word);
    this.eventFrom = this.eventTo = 0;
    if (named) {
      this.eventFrom = this.starts[word] as number;
      this.eventTo = (this.ends[word] as number) - 1;
      word++;
    }
    this.restFrom = word < count ? (this.starts[word] as number) : to;
    this.certain = timed || named;
    return this.certain || word === count;
  }

  private cpuOf(bytes: Uint8Array, word: number, count: number): number | null {
    if (word >= count) return null;
    const from = this.starts[word] as number;
    const to = this.ends[word] as number;
    if (bytes[from] !== OPEN || bytes[to - 1] !== CLOSE || to - from < 3 || to - from > 8) return null;
    let cpu = 0;
    for (let at = from + 1; at < to - 1; at++) {
      if (!isDigit(bytes[at] as number)) return null;
      cpu = cpu * 10 + (bytes[at] as number) - 48;
    }
    return cpu;
  }

  private isTime(bytes: Uint8Array, word: number): boolean {
    const to = (this.ends[word] as number) - 1;
    let at = this.starts[word] as number;
    if (bytes[to] !== COLON || at === to || !isDigit(bytes[at] as number)) return false;
    while (at < to && (isDigit(bytes[at] as number) || bytes[at] === DOT)) at++;
    return at === to;
  }

  private periodOf(bytes: Uint8Array, word: number, count: number): number | null {
    if (word >= count) return null;
    const to = this.ends[word] as number;
    let period = 0;
    for (let at = this.starts[word] as number; at < to; at++) {
      if (!isDigit(bytes[at] as number)) return null;
      period = period * 10 + (bytes[at] as number) - 48;
    }
    // Sixteen digits and more may be the address of a sample that prints neither period nor event.
    return Number.isSafeInteger(period) ? period : null;
  }

  private isEvent(bytes: Uint8Array, word: number): boolean {
    const to = this.ends[word] as number;
    return bytes[to - 1] === COLON && to - (this.starts[word] as number) > 1 && !this.isTime(bytes, word);
  }
}
