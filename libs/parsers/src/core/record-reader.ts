import { lineEnd, plainNumber, wordEnd } from './byte-words';
import type { LineBlock } from './line-block';
import { COUNT, LABEL, NAME, NUMBER, RATE, type RecordTable, SHARE } from './record-table';

const TAB = 9;
const NEWLINE = 10;
const BLANK = 32;
const PERCENT = 37;
const MINUS = 45;
/** Digits that a 32-bit integer holds. */
const SMALL_DIGITS = 9;

/** The number before a percent sign; NaN when the word is anything else. */
const share = (bytes: Uint8Array, from: number, end: number): number => {
  const last = end - 1;
  if (bytes[last] !== PERCENT || last === from || last - from > SMALL_DIGITS) return Number.NaN;
  let value = 0;
  for (let at = from; at < last; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** The end of the words from `from` on that single blanks part; -1 when more words follow. */
const textEnd = (block: LineBlock, from: number): number => {
  const { bytes, view } = block;
  let end = wordEnd(view, from);
  while (bytes[end] === BLANK && (bytes[end + 1] ?? BLANK) > BLANK) end = wordEnd(view, end + 1);
  return end;
};

/**
 * Reads the words of a line from `from` on into the cells of the record that the table has in the making, each as its column
 * says, and gives the position of the line's newline; -1 when the line needs more than that: too few or too many words, a word
 * among numbers, a byte that is no printable ASCII. `mark` is the code of the decimal mark, -1 when it isn't known yet:
 * fractions are no plain numbers then.
 *
 * Nearly every byte of long texts comes through here: digits are compared without sign so that one comparison tells, whole
 * numbers and those of one decimal or two, which is nearly all of them, are read without a further call, words four bytes at a time.
 */
export const readRecord = (block: LineBlock, from: number, table: RecordTable, mark: number): number => {
  const { bytes, view } = block;
  const { cells, at: record, names } = table;
  const { kinds, takesRest } = table.layout;
  const last = kinds.length - 1;
  let at = from;
  // A heading without a column has no rows, blank lines neither.
  if (last < 0) return -1;
  for (let column = 0; column <= last; column++) {
    let code = bytes[at] ?? NEWLINE;
    while (code === BLANK || code === TAB) code = bytes[++at] ?? NEWLINE;
    if (code < BLANK) return -1;
    const kind = kinds[column] ?? NUMBER;
    const first = at;
    if (kind <= COUNT) {
      let digit = (code - 48) >>> 0;
      if (digit < 10) {
        let whole = digit;
        code = bytes[++at] ?? NEWLINE;
        digit = (code - 48) >>> 0;
        while (digit < 10) {
          whole = (Math.imul(whole, 10) + digit) | 0;
          code = bytes[++at] ?? NEWLINE;
          digit = (code - 48) >>> 0;
        }
        const digits = at - first;
        if (code <= BLANK && digits <= SMALL_DIGITS) {
          cells[record + column] = whole;
          // The blank behind it needn't be looked at again.
          if (code === BLANK) at++;
          continue;
        }
        if (code === mark && digits <= SMALL_DIGITS - 2) {
          const tenths = ((bytes[at + 1] ?? NEWLINE) - 48) >>> 0;
          const second = bytes[at + 2] ?? NEWLINE;
          const hundredths = (second - 48) >>> 0;
          if (tenths < 10 && hundredths < 10 && (bytes[at + 3] ?? NEWLINE) <= BLANK) {
            at += 3;
            cells[record + column] = (whole * 100 + tenths * 10 + hundredths) / 100;
            continue;
          }
          if (tenths < 10 && second <= BLANK) {
            at += 2;
            cells[record + column] = (whole * 10 + tenths) / 10;
            continue;
          }
        }
      }
      const value = plainNumber(bytes, first, mark);
      at = wordEnd(view, first);
      const isNone = at === first + 1 && bytes[first] === MINUS && kind !== COUNT;
      if (value !== value && !isNone) return -1;
      cells[record + column] = kind === RATE && value === -1 ? Number.NaN : value;
      continue;
    }
    at = column === last && takesRest ? textEnd(block, first) : wordEnd(view, first);
    if ((bytes[at] ?? NEWLINE) > BLANK) return -1;
    const isNone = code === MINUS && at === first + 1;
    if (kind === LABEL || (kind === NAME && !isNone)) cells[record + column] = names.idAt(block, first, at);
    else if (isNone) cells[record + column] = Number.NaN;
    else {
      const value = kind === SHARE ? share(bytes, first, at) : table.placeOf(block, first, at);
      if (value !== value || value < 0) return -1;
      cells[record + column] = value;
    }
  }
  const newline = lineEnd(bytes, at);
  return newline - block.at > block.maxLineLength ? -1 : newline;
};
