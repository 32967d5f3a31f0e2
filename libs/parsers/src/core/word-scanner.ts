/** Powers of ten that a double holds exactly; a quotient of two exact numbers is the nearest double. */
const POWERS = Float64Array.from({ length: 16 }, (_, power) => 10 ** power);
/** Digits that a double holds whatever they are. */
const MAX_DIGITS = 15;
/** Digits that a 32-bit integer holds. */
const SMALL_DIGITS = 9;
const MAX_WORDS = 128;

const NEWLINE = 10;
const RETURN = 13;
const MINUS = 45;

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
   */
  scan(bytes: Uint8Array, from: number, mark: number): number {
    const { starts, ends, values } = this;
    let at = from;
    let count = 0;
    for (;;) {
      let code = bytes[at] ?? NEWLINE;
      while (code === 32 || code === 9) code = bytes[++at] ?? NEWLINE;
      if (code <= 32) {
        this.count = count;
        if (code === NEWLINE) return at;
        return code === RETURN && bytes[at + 1] === NEWLINE ? at + 1 : -1;
      }
      if (count === MAX_WORDS) return -1;
      starts[count] = at;
      const negative = code === MINUS;
      if (negative) code = bytes[++at] ?? NEWLINE;
      let digit = code - 48;
      let value = Number.NaN;
      if (digit >= 0 && digit <= 9) {
        const first = at;
        let whole = 0;
        do {
          whole = (whole * 10 + digit) | 0;
          digit = (bytes[++at] ?? NEWLINE) - 48;
        } while (digit >= 0 && digit <= 9 && at - first < SMALL_DIGITS);
        value = whole;
        while (digit >= 0 && digit <= 9) {
          value = value * 10 + digit;
          digit = (bytes[++at] ?? NEWLINE) - 48;
        }
        let digits = at - first;
        code = digit + 48;
        if (code === mark) {
          const point = at;
          digit = (bytes[++at] ?? NEWLINE) - 48;
          while (digit >= 0 && digit <= 9) {
            value = value * 10 + digit;
            digit = (bytes[++at] ?? NEWLINE) - 48;
          }
          const decimals = at - point - 1;
          digits += decimals;
          code = digit + 48;
          value = decimals === 0 || digits > MAX_DIGITS ? Number.NaN : value / (POWERS[decimals] ?? Number.NaN);
        }
        if (code > 32 || digits > MAX_DIGITS) value = Number.NaN;
        else if (negative) value = -value;
      }
      while (code > 32 && code < 127) code = bytes[++at] ?? NEWLINE;
      if (code > 32) return -1;
      values[count] = value;
      ends[count++] = at;
    }
  }
}

/** Parsers run to completion one after the other: they share one. */
export const scanner = new WordScanner();
