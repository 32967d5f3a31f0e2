import type { ParseContext } from './parse-context';

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MINUTE = 60_000;

/** Epoch milliseconds of a local date and time of the host. */
export const hostTime = (date: CivilDate, secondsOfDay: number, ctx: ParseContext): number =>
  Date.UTC(date.year, date.month - 1, date.day) + secondsOfDay * 1000 - (ctx.timezoneOffsetMinutes ?? 0) * MINUTE;

export const isoOrNull = (time: number | null): string | null => {
  if (time === null || !Number.isFinite(time) || Math.abs(time) > 8.64e15) return null;
  return new Date(time).toISOString();
};

/** The host's local date at an instant. */
export const hostDate = (time: number, ctx: ParseContext): CivilDate => {
  const shifted = new Date(time + (ctx.timezoneOffsetMinutes ?? 0) * MINUTE);
  return { year: shifted.getUTCFullYear(), month: shifted.getUTCMonth() + 1, day: shifted.getUTCDate() };
};

export interface DigitRun {
  readonly text: string;
  readonly value: number;
  /** The character behind it. */
  readonly next: string;
}

/** The runs of digits in a text, with what follows each: `21時20分` gives 21 `時`, 20 `分`. */
export const digitRuns = (text: string, max = 12): DigitRun[] => {
  const runs: DigitRun[] = [];
  let from = -1;
  for (let i = 0; i <= text.length && runs.length < max; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    const digit = code >= 48 && code <= 57;
    if (digit && from === -1) from = i;
    else if (!digit && from !== -1) {
      const run = text.slice(from, i);
      runs.push({ text: run, value: Number(run), next: text[i] ?? '' });
      from = -1;
    }
  }
  return runs;
};

const valid = ({ year, month, day }: CivilDate): boolean =>
  year >= 1970 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;

const fullYear = (run: DigitRun): number => (run.text.length <= 2 ? 2000 + run.value : run.value);

/**
 * The date three numbers mean. `11/21/26`, `21/11/26` and `26/11/21` are all printed by some locale: of the readings that
 * are dates, the one nearest to the day of collection.
 */
export const dateOf = (runs: readonly DigitRun[], ctx: ParseContext): CivilDate | null => {
  const [a, b, c] = runs;
  if (!a || !b || !c) return null;
  const ymd = { year: fullYear(a), month: b.value, day: c.value };
  if (a.text.length === 4) return valid(ymd) ? ymd : null;
  const dmy = { year: fullYear(c), month: b.value, day: a.value };
  const mdy = { year: fullYear(c), month: a.value, day: b.value };
  const readings = a.next === '.' ? [dmy] : [mdy, dmy];
  if (c.text.length <= 2) readings.push(ymd);
  let best: CivilDate | null = null;
  let distance = Infinity;
  for (const reading of readings) {
    if (!valid(reading)) continue;
    const away = Math.abs(Date.UTC(reading.year, reading.month - 1, reading.day) - ctx.collectedAt);
    if (away < distance) {
      best = reading;
      distance = away;
    }
  }
  return best;
};

const AFTERNOON = new Set([
  'pm',
  'p.m.',
  'nm',
  'em',
  'мм',
  'μμ',
  '午後',
  '下午',
  '오후',
  'ch',
  'ptg',
  'is',
  'odp.',
  'du.',
  'م',
  'ม.',
  'pd',
]);
const MORNING = new Set([
  'am',
  'a.m.',
  'vm',
  'fm',
  'πμ',
  '午前',
  '上午',
  '오전',
  'sa',
  'pg',
  'dop.',
  'de.',
  'ص',
  'pd.',
  'md',
]);

/** Words that may stand beside a 12-hour time. */
export const isDayHalf = (word: string): boolean => {
  const lower = word.toLowerCase();
  return AFTERNOON.has(lower) || MORNING.has(lower);
};

/** Seconds since midnight of a printed time in any of sysstat's forms; null when it is none. */
export const secondsOfDay = (tokens: readonly string[]): number | null => {
  const [h, m, s] = digitRuns(tokens.join(' '), 3);
  if (!h || !m || !s || h.value > 24 || m.value > 59 || s.value > 60) return null;
  let hours = h.value;
  for (const token of tokens) {
    const lower = token.toLowerCase();
    if (AFTERNOON.has(lower) && hours < 12) hours += 12;
    else if (MORNING.has(lower) && hours === 12) hours = 0;
  }
  return hours * 3600 + m.value * 60 + s.value;
};

/** Minutes east of UTC of `Z`, `+01:00`, `+0100`; null for anything else. */
const zoneOffset = (zone: string): number | null => {
  if (zone === 'Z') return 0;
  if (zone[0] !== '+' && zone[0] !== '-') return null;
  const digits = zone.slice(1).replace(':', '');
  if (digits.length !== 4 || digitRuns(digits)[0]?.text !== digits) return null;
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone[0] === '-' ? -minutes : minutes;
};

/** The number two digits are; NaN when they are none. */
const twoDigits = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

/** Seconds of the day of `….T09:13:47`; null when it is none. */
const secondsOfIso = (text: string): number | null => {
  if (text[13] !== ':' || text[16] !== ':') return null;
  const [h, m, s] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  return h <= 24 && m <= 59 && s <= 60 ? h * 3600 + m * 60 + s : null;
};

/** Epoch milliseconds of an ISO 8601 time (`T` or a blank between, comma or dot before the fraction, zone or none). */
export const isoTime = (text: string, ctx: ParseContext): number | null => {
  if (text[4] !== '-' || text[7] !== '-' || (text[10] !== 'T' && text[10] !== ' ')) return null;
  const seconds = secondsOfIso(text);
  const date = {
    year: twoDigits(text, 0) * 100 + twoDigits(text, 2),
    month: twoDigits(text, 5),
    day: twoDigits(text, 8),
  };
  if (seconds === null || !valid(date)) return null;
  let rest = text.slice(19);
  let fraction = 0;
  if (rest[0] === '.' || rest[0] === ',') {
    const digits = digitRuns(rest, 1)[0]?.text ?? '';
    fraction = Number(`0.${digits || '0'}`);
    rest = rest.slice(1 + digits.length);
  }
  const offset = zoneOffset(rest.trim());
  const time = hostTime(date, seconds + fraction, offset === null ? ctx : { ...ctx, timezoneOffsetMinutes: offset });
  return Math.round(time);
};

/** A line that is a date and a time, in any order and form (`iostat -t`); null when it isn't one. */
export const dateTimeLine = (line: string, ctx: ParseContext): number | null => {
  const text = line.trim();
  if (text.length > 64) return null;
  const iso = isoTime(text, ctx);
  if (iso !== null) return iso;
  const runs = digitRuns(text);
  if (runs.length < 6) return null;
  const timeFirst = runs[0]?.next === ':';
  const date = dateOf(timeFirst ? runs.slice(3, 6) : runs.slice(0, 3), ctx);
  const tokens = text.split(' ');
  const clock = timeFirst ? runs.slice(0, 3) : runs.slice(3, 6);
  const halves = tokens.filter(isDayHalf);
  const seconds = secondsOfDay([clock.map((run) => run.text).join(':'), ...halves]);
  return date && seconds !== null ? hostTime(date, seconds, ctx) : null;
};
