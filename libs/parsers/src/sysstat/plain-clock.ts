const TAB = 9;
const BLANK = 32;
const COLON = 58;
const LETTER_A = 65;
const LETTER_M = 77;
const LETTER_P = 80;
const NOON = 12;

/** Bytes of a clock of no word, of `09:13:47`, of `09:13:47 AM`. */
export const CLOCK_WIDTHS: readonly number[] = [0, 8, 11];

/** Two digits; -1 when they are none. */
const pair = (bytes: Uint8Array, at: number): number => {
  const tens = (bytes[at] ?? 0) - 48;
  const ones = (bytes[at + 1] ?? 0) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
};

const EPOCH_DIGITS = 10;

/** The epoch seconds that the word at `at` is, of ten digits; -1 when it is something else. */
export const epochAt = (bytes: Uint8Array, at: number): number => {
  let value = 0;
  for (let i = 0; i < EPOCH_DIGITS; i++) {
    const digit = (bytes[at + i] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  const next = bytes[at + EPOCH_DIGITS] ?? 0;
  return next === BLANK || next === TAB ? value : -1;
};

/** The second of the day of a clock of one word or two at `at`; -1 when there is none. */
export const secondsAt = (bytes: Uint8Array, at: number, clockWords: number): number => {
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return -1;
  let hours = pair(bytes, at);
  const minutes = pair(bytes, at + 3);
  const seconds = pair(bytes, at + 6);
  if (hours < 0 || minutes < 0 || seconds < 0 || hours > 24 || minutes > 59 || seconds > 60) return -1;
  if (clockWords === 2) {
    if (bytes[at + 8] !== BLANK || bytes[at + 10] !== LETTER_M) return -1;
    if (bytes[at + 9] === LETTER_P) hours += hours < NOON ? NOON : 0;
    else if (bytes[at + 9] === LETTER_A) hours = hours === NOON ? 0 : hours;
    else return -1;
  }
  return hours * 3600 + minutes * 60 + seconds;
};
