import { words } from '../core/line-splitter';
import { digitRuns } from '../core/civil-time';
import { isInteger, NumberReader } from '../core/numbers';
import type { Sink } from '../core/sink';

export interface UptimeLine {
  readonly load: readonly [number, number, number];
  readonly uptimeSeconds: number | null;
  readonly users: number | null;
}

/**
 * Reads the line that uptime, w and top share: `21:19:23 up 10 days,  3:04,  2 users,  load average: 1,26, 75,63, 89,82`.
 * The three load averages end it in every language; the comma between them is followed by a blank, a decimal one is not.
 */
export const uptimeLine = (text: string): UptimeLine | null => {
  const tokens = words(text);
  const up = tokens.findIndex((token) => token === 'up');
  if (up === -1 || tokens.length < up + 4) return null;
  const reader = new NumberReader();
  const load = tokens.slice(-3).map((token) => reader.number(token.endsWith(',') ? token.slice(0, -1) : token));
  const [one, five, fifteen] = load;
  const label = tokens[tokens.length - 4] ?? '';
  if (one == null || five == null || fifteen == null || !label.endsWith(':')) return null;
  const between = tokens.slice(up + 1, -4);
  return { load: [one, five, fifteen], uptimeSeconds: uptimeOf(between), users: usersOf(between) };
};

const UNITS: readonly (readonly [string, number])[] = [
  ['min', 60],
  ['day', 86_400],
  ['hour', 3600],
  ['week', 604_800],
  ['year', 31_536_000],
  ['sec', 1],
];

const uptimeOf = (tokens: readonly string[]): number | null => {
  let seconds: number | null = null;
  for (const [at, token] of tokens.entries()) {
    const [first, second] = digitRuns(token, 2);
    if (first && second && first.next === ':') seconds = (seconds ?? 0) + first.value * 3600 + second.value * 60;
    else if (isInteger(token)) {
      const unit = UNITS.find(([name]) => (tokens[at + 1] ?? '').startsWith(name));
      if (unit) seconds = (seconds ?? 0) + Number(token) * unit[1];
    }
  }
  return seconds;
};

const usersOf = (tokens: readonly string[]): number | null => {
  const at = tokens.findIndex((token) => token.startsWith('user'));
  const count = tokens[at - 1] ?? '';
  return at > 0 && isInteger(count) ? Number(count) : null;
};

export const measureLoad = (sink: Sink, load: readonly (number | null)[], line: number): void => {
  sink.measure('cpu.load1', null, load[0] ?? null, line);
  sink.measure('cpu.load5', null, load[1] ?? null, line);
  sink.measure('cpu.load15', null, load[2] ?? null, line);
};
