import { type FieldError } from '@fleetscope/contracts';
import { CronExpressionParser } from 'cron-parser';

const HOUR_MS = 3_600_000;
/** Longer than any change of a clock reaches. */
const BEFORE_CHANGE_MS = 3 * HOUR_MS;
const FIELDS = 5;

const offsetAt = (tz: string, at: number): string =>
  new Intl.DateTimeFormat('en', { timeZone: tz, timeZoneName: 'longOffset' }).format(at).split(', ').pop() ?? '';

const isTimeZone = (tz: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: tz });
    return true;
  } catch {
    return false;
  }
};

/** What is wrong with a cron expression or its time zone; null when nothing is. */
export const cronProblem = (cron: string, tz: string): (FieldError & { path: 'cron' | 'tz' }) | null => {
  if (!isTimeZone(tz)) return { path: 'tz', expected: 'a time zone such as Europe/Berlin or UTC', got: tz };
  const expected = 'minute, hour, day of month, month, day of week, such as "30 2 * * *" (see crontab(5))';
  if (!cron.startsWith('@') && cron.trim().split(/\s+/).length !== FIELDS) return { path: 'cron', expected, got: cron };
  try {
    CronExpressionParser.parse(cron, { tz }).next();
    return null;
  } catch (error) {
    return { path: 'cron', expected: `${expected}: ${(error as Error).message}`, got: cron };
  }
};

/**
 * The times after `after`, earliest first, until `until` or `limit`. A time that a change of the clock skips comes as long
 * after it as it would have; one that comes twice is the first of the two. The library knows which of the two it is only when
 * it came by the change itself: close to one, it starts well before.
 */
export const cronTimes = (
  cron: string,
  tz: string,
  after: Date,
  { until, limit }: { until?: Date; limit: number },
): Date[] => {
  const from = after.getTime();
  const nearChange = offsetAt(tz, from - BEFORE_CHANGE_MS) !== offsetAt(tz, from + BEFORE_CHANGE_MS);
  const times = CronExpressionParser.parse(cron, {
    tz,
    currentDate: new Date(nearChange ? from - BEFORE_CHANGE_MS : from),
  });
  const found: Date[] = [];
  while (found.length < limit) {
    const time = times.next().toDate();
    if (until && time > until) break;
    if (time.getTime() > from) found.push(time);
  }
  return found;
};
