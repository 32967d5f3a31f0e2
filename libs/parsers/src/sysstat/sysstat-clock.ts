import { type CivilDate, dateOf, digitRuns, hostDate, hostTime, isDayHalf, secondsOfDay } from '../core/civil-time';
import type { ParseContext } from '../core/parse-context';

const DAY = 86_400;
const HALF_DAY = DAY / 2;

/** The shape of a clock word: its digits as one `0` a run, so that `9:13:47` and `21:20:21` are alike. */
const shapeOf = (word: string): string => {
  let out = '';
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      if (!out.endsWith('0')) out += '0';
    } else out += word[i];
  }
  return out;
};

const hasDigit = (word: string): boolean => digitRuns(word, 1).length > 0;

/**
 * Turns the clock words of a sysstat text into instants. The date stands in the banner only; a day is added when the clock
 * falls back by more than half a day within a table, and a table after the averages starts again on the first day (`sar -f`
 * prints a day's tables one after the other).
 */
export class SysstatClock {
  private date: CivilDate | null = null;
  private shapes: string[] = [];
  private last: number | null = null;
  private day = 0;
  /** Epoch milliseconds of the beginning of the first day, once it was asked for. */
  private midnight: number | null = null;

  constructor(private readonly ctx: ParseContext) {}

  /** The banner: `Linux 6.1.0 (host) \t11/21/26 \t_x86_64_\t(2 CPU)`. */
  banner(line: string): void {
    const close = line.indexOf(')');
    const date = dateOf(digitRuns(line.slice(close + 1), 3), this.ctx);
    if (date) this.date = date;
    this.midnight = null;
    this.restart();
  }

  restart(): void {
    this.last = null;
    this.day = 0;
  }

  /** Learns how the text writes a clock, from the words before a heading. */
  learn(tokens: readonly string[]): void {
    this.shapes = tokens.map(shapeOf);
  }

  get length(): number {
    return this.shapes.length;
  }

  /** Whether the text writes its clock as `09:13:47`, or with one word behind it (AM, PM). */
  get isPlain(): boolean {
    const [first, second] = this.shapes;
    return first === '0:0:0' && (second === undefined || (this.length === 2 && !hasDigit(second)));
  }

  /** Whether these words begin as the text writes a clock. */
  matches(tokens: readonly string[]): boolean {
    if (this.shapes.length === 0 || tokens.length < this.shapes.length) return false;
    return this.shapes.every((shape, at) => {
      const token = tokens[at] ?? '';
      return hasDigit(shape) ? shapeOf(token) === shape : !hasDigit(token) && token !== '-';
    });
  }

  /** Clock words of `# Time` tables, which say nothing of their number in the heading. */
  lengthOf(tokens: readonly string[], firstColumnIsName: boolean): number {
    const first = tokens[0] ?? '';
    // A zone, or the half of the day, may stand before the time.
    let length = hasDigit(first) ? 1 : (tokens[1] ?? '').includes(':') ? 2 : 0;
    if (length === 0) return 0;
    while (length < 3) {
      const token = tokens[length] ?? '0';
      if (hasDigit(token) || token === '-' || (firstColumnIsName && !isDayHalf(token))) break;
      length++;
    }
    return length;
  }

  /** The instant of a heading: the beginning of an interval. */
  heading(tokens: readonly string[]): void {
    const seconds = secondsOfDay(tokens);
    if (seconds !== null) this.begin(seconds);
  }

  /** An interval begins at this second of the day. */
  begin(seconds: number): void {
    if (this.last !== null) {
      // A table of the same sample begins where the one before it began: the nearest day is meant.
      if (seconds - this.last > HALF_DAY && this.day > 0) this.day--;
      else if (this.last - seconds > HALF_DAY) this.day++;
    }
    this.last = seconds;
  }

  /** The instant of a row: the end of its interval. */
  row(tokens: readonly string[]): number | null {
    const first = tokens[0] ?? '';
    // pidstat -h of older versions prints epoch seconds.
    if (tokens.length === 1 && first.length === 10 && shapeOf(first) === '0') return Number(first) * 1000;
    const seconds = secondsOfDay(tokens);
    return seconds === null ? null : this.end(seconds);
  }

  /** The instant at which an interval ends, at this second of the day. */
  end(seconds: number): number {
    if (this.last !== null && this.last - seconds > HALF_DAY) this.day++;
    this.last = seconds;
    this.midnight ??= hostTime(this.date ?? hostDate(this.ctx.collectedAt, this.ctx), 0, this.ctx);
    return this.midnight + (seconds + this.day * DAY) * 1000;
  }
}
