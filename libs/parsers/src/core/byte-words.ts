import { MAX_DIGITS, TENS } from './numbers';

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const BLANK = 32;
const MINUS = 45;
const FOUR_BLANKS = 0x20202020;
const FOUR_NEWLINES = 0x0a0a0a0a;
const ONES = 0x01010101;

/** One in each byte's highest bit. */
const HIGH = 0x80808080;
/** The first printable character in each byte. */
const PRINTABLE = 0x21212121;

/**
 * Where the word that stands at `at` ends: at the first byte that is a blank, a control or no ASCII. Four bytes are looked at
 * together: the subtraction borrows into the highest bit of a byte that is less than a printable character, and those that are
 * no ASCII have it set. (A borrow may mark later bytes too; the first mark is right, and only that one counts.)
 */
export const wordEnd = (view: DataView, at: number): number => {
  let end = at;
  let four = view.getInt32(end, true);
  let marks = ((four - PRINTABLE) | four) & HIGH;
  while (marks === 0) {
    end += 4;
    four = view.getInt32(end, true);
    marks = ((four - PRINTABLE) | four) & HIGH;
  }
  return end + ((31 - Math.clz32(marks & -marks)) >> 3);
};

/** Where the line ends that goes on at `at`, looking at four bytes together: a byte of the difference is 0 where one is. */
export const newlineFrom = (view: DataView, at: number): number => {
  let end = at;
  let four = view.getInt32(end, true) ^ FOUR_NEWLINES;
  let marks = (four - ONES) & ~four & HIGH;
  while (marks === 0) {
    end += 4;
    four = view.getInt32(end, true) ^ FOUR_NEWLINES;
    marks = (four - ONES) & ~four & HIGH;
  }
  return end + ((31 - Math.clz32(marks & -marks)) >> 3);
};

/** Where the blanks that stand from `at` on end. */
export const blanksEnd = (bytes: Uint8Array, view: DataView, at: number): number => {
  let end = at;
  while (view.getInt32(end, true) === FOUR_BLANKS) end += 4;
  while (bytes[end] === BLANK || bytes[end] === TAB) end++;
  return end;
};

/** The newline of a line of which only blanks are left at `from`; -1 when there is more. */
export const lineEnd = (bytes: Uint8Array, from: number): number => {
  let at = from;
  let code = bytes[at] ?? NEWLINE;
  while (code === BLANK || code === TAB) code = bytes[++at] ?? NEWLINE;
  if (code === NEWLINE) return at;
  return code === RETURN && bytes[at + 1] === NEWLINE ? at + 1 : -1;
};

/**
 * What `Number` makes of the word at `from`, digits with at most one decimal mark (whose code is `mark`) and a minus sign before
 * them; NaN when the word is none of these, or when a double can't be trusted with its digits.
 */
export const plainNumber = (bytes: Uint8Array, from: number, mark: number): number => {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let value = 0;
  let point = -1;
  let at = first;
  for (let code = bytes[at] ?? BLANK; code > BLANK; code = bytes[++at] ?? BLANK) {
    if (code >= 48 && code <= 57) value = value * 10 + code - 48;
    else if (code === mark && point === -1 && at > first) point = at;
    else return Number.NaN;
  }
  const decimals = point === -1 ? 0 : at - point - 1;
  const digits = at - first - (point === -1 ? 0 : 1);
  if (digits === 0 || digits > MAX_DIGITS || (point !== -1 && decimals === 0)) return Number.NaN;
  const number = value / (TENS[decimals] ?? Number.NaN);
  return isNegative ? -number : number;
};
