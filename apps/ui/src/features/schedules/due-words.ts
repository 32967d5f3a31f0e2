import { formatDuration } from '../../components/format';

/** A time to come: on the clock of its zone, in UTC, and how far ahead. */
export const dueWords = (time: string, tz: string, now: number): { there: string; here: string; ahead: string } => {
  const at = new Date(time);
  const there = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: tz, weekday: 'short', day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit' },
    timeZoneName: 'short',
  }).format(at);
  return {
    there,
    here: tz === 'UTC' ? '' : `${time.slice(0, 16).replace('T', ' ')} UTC`,
    ahead: `in ${formatDuration(Math.max(0, at.getTime() - now))}`,
  };
};
