import { digitRuns } from '../core/civil-time';
import { isInteger, NumberReader } from '../core/numbers';
import type { Sink } from '../core/sink';

export interface UptimeLine {
  readonly load: readonly [number, number, number];
  readonly uptimeSeconds: number | null;
  readonly users: number | null;
}

const LOADS = 3;

/**
 * Reads the words of the line that uptime, w and top share: `21:19:23 up 10 days,  3:04,  2 users,  load average: 1,26, 75,63, 89,82`.
 * The three load averages end it in every language; the comma between them is followed by a blank, a decimal one is not.
 */
export const uptimeLine = (tokens: readonly string[]): UptimeLine | null => {
  let up = 0;
  while (up < tokens.length && tokens[up] !== 'up') up++;
  const first = tokens.length - LOADS;
  if (first <= up || !(tokens[first - 1] ?? '').endsWith(':')) return null;
  const reader = new NumberReader();
  const one = loadOf(reader, tokens[first]);
  const five = loadOf(reader, tokens[first + 1]);
  const fifteen = loadOf(reader, tokens[first + 2]);
  if (one === null || five === null || fifteen === null) return null;
  const [from, to] = [up + 1, first - 1];
  return { load: [one, five, fifteen], uptimeSeconds: uptimeOf(tokens, from, to), users: usersOf(tokens, from, to) };
};

const loadOf = (reader: NumberReader, token = ''): number | null =>
  reader.number(token.endsWith(',') ? token.slice(0, -1) : token);

/** Seconds of a unit, by the first letters of its name: singular, plural and `min,` alike. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['min', 60],
  ['day', 86_400],
  ['hou', 3600],
  ['wee', 604_800],
  ['yea', 31_536_000],
  ['sec', 1],
]);
const UNIT_LETTERS = 3;

/** Of the words from `from` to `to`: `10 days,  3:04,`, `42 min,`. */
const uptimeOf = (tokens: readonly string[], from: number, to: number): number | null => {
  let seconds: number | null = null;
  for (let at = from; at < to; at++) {
    const token = tokens[at] ?? '';
    if (token.includes(':')) {
      const [hours, minutes] = digitRuns(token, 2);
      if (hours?.next === ':' && minutes) seconds = (seconds ?? 0) + hours.value * 3600 + minutes.value * 60;
    } else if (isInteger(token)) {
      const next = at + 1 < to ? (tokens[at + 1] ?? '') : '';
      const unit = UNITS.get(next.slice(0, UNIT_LETTERS));
      if (unit !== undefined) seconds = (seconds ?? 0) + Number(token) * unit;
    }
  }
  return seconds;
};

const usersOf = (tokens: readonly string[], from: number, to: number): number | null => {
  for (let at = from + 1; at < to; at++) {
    const count = tokens[at - 1] ?? '';
    if ((tokens[at] ?? '').startsWith('user')) return isInteger(count) ? Number(count) : null;
  }
  return null;
};

export const measureLoad = (sink: Sink, load: readonly (number | null)[], line: number): void => {
  sink.measure('cpu.load1', null, load[0] ?? null, line);
  sink.measure('cpu.load5', null, load[1] ?? null, line);
  sink.measure('cpu.load15', null, load[2] ?? null, line);
};
