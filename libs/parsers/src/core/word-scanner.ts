/** Powers of ten that a double holds exactly; a quotient of two exact numbers is the nearest double. */
const POWERS = Float64Array.from({ length: 16 }, (_, power) => 10 ** power);
/** Digits that a double holds whatever they are. */
const MAX_DIGITS = 15;
/** Digits that a 32-bit integer holds. */
const SMALL_DIGITS = 9;
const MAX_WORDS = 128;

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const BLANK = 32;
const MINUS = 45;
const DELETE = 127;

/**
 * Finds the words of a line and reads those that are plain numbers, in one pass over its bytes. Lines that need more (a byte
 * that is no printable ASCII, more words than any table has) are given back to be read as text.
 */
export class WordScanner {
  count = 0;
  readonly starts = new Int32Array(MAX_WORDS);
  readonly ends = new Int32Array(MAX_WORDS);
  /** What `Number` makes of a word of digits with at most one decimal mark; NaN for any other word. */
  readonly values = new Float64Array(MAX_WORDS);

  /**
   * Scans the line that begins at `from` and gives the position of its newline, which must be there; -1 when the line isn't
   * plain. `mark` is the code of the decimal mark, -1 when it isn't known yet: fractions are no plain numbers then.
   *
   * Every byte of long texts comes through here, about 2 ns each: digits are compared without sign so that one comparison
   * tells, and whole numbers and those of two decimals, which is nearly all of them, are read without a further call.
   */
  scan(bytes: Uint8Array, from: number, mark: number): number {
    const { starts, ends, values } = this;
    let at = from | 0;
    let count = 0;
    for (;;) {
      let code = bytes[at] ?? NEWLINE;
      while (code === BLANK) code = bytes[++at] ?? NEWLINE;
      if (code < BLANK) {
        if (code === TAB) {
          at++;
          continue;
        }
        this.count = count;
        if (code === NEWLINE) return at;
        return code === RETURN && bytes[at + 1] === NEWLINE ? at + 1 : -1;
      }
      if (count === MAX_WORDS) return -1;
      starts[count] = at;
      const first = at;
      let digit = (code - 48) >>> 0;
      if (digit < 10) {
        let whole = digit;
        digit = ((bytes[++at] ?? NEWLINE) - 48) >>> 0;
        while (digit < 10) {
          whole = (Math.imul(whole, 10) + digit) | 0;
          digit = ((bytes[++at] ?? NEWLINE) - 48) >>> 0;
        }
        const digits = at - first;
        code = bytes[at] ?? NEWLINE;
        if (code <= BLANK && digits <= SMALL_DIGITS) {
          values[count] = whole;
          ends[count++] = at;
          continue;
        }
        if (code === mark && digits <= SMALL_DIGITS - 2) {
          const tenths = ((bytes[at + 1] ?? NEWLINE) - 48) >>> 0;
          const hundredths = ((bytes[at + 2] ?? NEWLINE) - 48) >>> 0;
          if (tenths < 10 && hundredths < 10 && (bytes[at + 3] ?? NEWLINE) <= BLANK) {
            at += 3;
            values[count] = (whole * 100 + tenths * 10 + hundredths) / 100;
            ends[count++] = at;
            continue;
          }
        }
        values[count] = this.number(bytes, first, mark);
      } else values[count] = code === MINUS ? -this.number(bytes, first + 1, mark) : Number.NaN;
      while (code > BLANK && code < DELETE) code = bytes[++at] ?? NEWLINE;
      if (code > BLANK) return -1;
      ends[count++] = at;
    }
  }

  /** Any plain number without its sign; NaN when the word is none or when a double can't be trusted with its digits. */
  private number(bytes: Uint8Array, from: number, mark: number): number {
    let value = 0;
    let decimals = 0;
    let point = -1;
    let at = from;
    let code = bytes[at] ?? NEWLINE;
    for (; code > BLANK; code = bytes[++at] ?? NEWLINE) {
      if (code >= 48 && code <= 57) value = value * 10 + code - 48;
      else if (code === mark && point === -1 && at > from) point = at;
      else return Number.NaN;
    }
    if (point !== -1) decimals = at - point - 1;
    const digits = at - from - (point === -1 ? 0 : 1);
    if (digits === 0 || digits > MAX_DIGITS || (point !== -1 && decimals === 0)) return Number.NaN;
    return value / (POWERS[decimals] ?? Number.NaN);
  }
}

/** Parsers run to completion one after the other: they share one. */
export const scanner = new WordScanner();
