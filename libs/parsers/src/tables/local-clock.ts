import { hostDate, hostTime, secondsOfDay } from '../core/civil-time';
import type { ParseContext } from '../core/parse-context';

const DAY_MS = 86_400_000;
/** How far a host's clock may run ahead of the collector's before its time is taken to be of the day before. */
const AHEAD_MS = 3_600_000;

/** Epoch milliseconds of `12:34:56`, the last such time before the text was collected; null when it is no time. */
export const clockTime = (word: string, ctx: ParseContext): number | null => {
  const seconds = secondsOfDay([word]);
  if (seconds === null || word.length < 8 || word[2] !== ':' || word[5] !== ':') return null;
  const fraction = Number(`0${word.slice(8)}`);
  const time = hostTime(hostDate(ctx.collectedAt, ctx), seconds + (Number.isFinite(fraction) ? fraction : 0), ctx);
  return Math.round(time > ctx.collectedAt + AHEAD_MS ? time - DAY_MS : time);
};
