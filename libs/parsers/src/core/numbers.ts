export interface Quantity {
  readonly value: number;
  /** What stands behind the digits: `%`, `k`, `Gi`, `kB`; empty for a plain number. */
  readonly suffix: string;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const MAX_SUFFIX = 4;

/** Digits that a double holds whatever they are. */
export const MAX_DIGITS = 15;
/** Powers of ten that a double holds exactly; a quotient of two exact numbers is the nearest double. */
export const TENS: ArrayLike<number> = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, power) => 10 ** power);

/** The number that a text of digits alone is from `from` on, without cutting it; -1 when it is anything else, or too long. */
export const plainInteger = (text: string, from = 0): number => {
  const { length } = text;
  if (length <= from || length - from > MAX_DIGITS) return -1;
  let value = 0;
  for (let i = from; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
};

const POINT = 46;
const COMMA = 44;

/**
 * What `Number` makes of a word, or its first `length` characters: digits with at most one mark among them, of this code. NaN
 * when it is anything else, or too long.
 */
export const plainDecimal = (word: string, mark = POINT, length = word.length): number => {
  if (length > MAX_DIGITS + 1) return Number.NaN;
  let value = 0;
  let point = -1;
  for (let i = 0; i < length; i++) {
    const code = word.charCodeAt(i);
    if (code >= 48 && code <= 57) value = value * 10 + code - 48;
    else if (code === mark && point === -1 && i > 0) point = i;
    else return Number.NaN;
  }
  const decimals = point === -1 ? 0 : length - point - 1;
  const digits = point === -1 ? length : length - 1;
  if (digits === 0 || digits > MAX_DIGITS || (point !== -1 && decimals === 0)) return Number.NaN;
  return decimals === 0 ? value : value / (TENS[decimals] ?? Number.NaN);
};

/**
 * Reads numbers of one text. Whether a comma is the decimal point is decided by the text, by its first number that has a
 * fraction, and holds for the rest of it: a comma in a text of dots is no number.
 */
export class NumberReader {
  private decimal: '.' | ',' | null;

  constructor(decimal: '.' | ',' | null = null) {
    this.decimal = decimal;
  }

  /** Code of the decimal mark, for the word scanner; -1 as long as the text hasn't shown it. */
  get mark(): number {
    return this.decimal === null ? -1 : this.decimal.charCodeAt(0);
  }

  /** The number a word is, or null when it is none. */
  number(word: string): number | null {
    const plain = plainDecimal(word, this.decimal === ',' ? COMMA : POINT);
    if (plain === plain) {
      if (this.decimal === null && plainInteger(word) === -1) this.decimal = '.';
      return plain;
    }
    const quantity = this.quantity(word);
    return quantity !== null && (quantity.suffix === '' || quantity.suffix === '%') ? quantity.value : null;
  }

  quantity(word: string): Quantity | null {
    let at = word.startsWith('-') || word.startsWith('+') ? 1 : 0;
    const start = at;
    while (isDigit(word.charCodeAt(at))) at++;
    if (at === start) return null;
    let digits = word.slice(0, at);
    const mark = word[at];
    if ((mark === '.' || mark === ',') && isDigit(word.charCodeAt(at + 1))) {
      if (this.decimal === null) this.decimal = mark;
      else if (this.decimal !== mark) return null;
      const from = ++at;
      while (isDigit(word.charCodeAt(at))) at++;
      digits += `.${word.slice(from, at)}`;
    }
    const suffix = word.slice(at);
    if (suffix.length > MAX_SUFFIX) return null;
    for (let i = 0; i < suffix.length; i++) {
      const code = suffix.charCodeAt(i) | 32;
      if (suffix[i] !== '%' && (code < 97 || code > 122)) return null;
    }
    const value = Number(digits);
    return Number.isFinite(value) ? { value, suffix } : null;
  }
}

const POWERS = 'bkmgtpe';

/** The bytes a suffix stands for (`k`, `K`, `Ki`, `KiB`, `KB`: 1024), 1 for `B`; null when it is no size. */
export const sizeOfSuffix = (suffix: string): number | null => {
  const power = POWERS.indexOf(suffix.slice(0, 1).toLowerCase());
  const rest = suffix.slice(1).toLowerCase();
  if (suffix === '' || power === -1 || (rest !== '' && rest !== 'i' && rest !== 'ib' && rest !== 'b')) return null;
  return 1024 ** power;
};

/** Whether a word begins as a number does; for telling headings from data. */
export const looksNumeric = (word: string): boolean => {
  const at = word.startsWith('-') || word.startsWith('+') ? 1 : 0;
  if (!isDigit(word.charCodeAt(at))) return word === '-';
  for (let i = at; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (!isDigit(code) && code !== 46 && code !== 44) return i === word.length - 1;
  }
  return true;
};

export const isInteger = (word: string): boolean => {
  if (word.length === 0 || word.length > 20) return false;
  for (let i = 0; i < word.length; i++) if (!isDigit(word.charCodeAt(i))) return false;
  return true;
};

/** Rounds away the noise of binary fractions (100 − 87.06 − 1.1), not the value. */
export const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;
