/** Numbers, sizes and times as people say them. Unknown is a dash, never 0. */
const UNKNOWN = '–';

const digits = (value: number): string => {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.01) return value.toPrecision(1);
  return value.toLocaleString('en-GB', { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 });
};

const scaled = (value: number, step: number, units: readonly string[]): string => {
  let rest = value;
  let i = 0;
  while (Math.abs(rest) >= step && i < units.length - 1) {
    rest /= step;
    i += 1;
  }
  return `${digits(rest)} ${units[i] ?? ''}`.trim();
};

export const formatBytes = (bytes: number): string => scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);

/** The number and its unit apart, so that the number can be drawn large. */
export const valueParts = (value: number | null, unit: string | null): { number: string; unit: string } => {
  if (value === null) return { number: UNKNOWN, unit: '' };
  const split = (text: string): { number: string; unit: string } => {
    const at = text.indexOf(' ');
    return at < 0 ? { number: text, unit: '' } : { number: text.slice(0, at), unit: text.slice(at + 1) };
  };
  switch (unit) {
    case 'B':
      return split(formatBytes(value));
    case 'B/s':
      return split(`${formatBytes(value)}/s`);
    case 'bit/s':
      return split(scaled(value, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']));
    case '1':
    case null:
      return { number: digits(value), unit: '' };
    case '1/s':
      return { number: digits(value), unit: '/s' };
    default:
      return { number: digits(value), unit };
  }
};

export const formatValue = (value: number | null, unit: string | null): string => {
  const parts = valueParts(value, unit);
  if (parts.unit === '') return parts.number;
  return parts.unit === '/s' ? `${parts.number}/s` : `${parts.number}\u00a0${parts.unit}`;
};

/** `12 s`, `3 min`, `2 h`, `4 d`: the largest unit that fits. */
export const formatDuration = (ms: number): string => {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 1) return `${Math.round(Math.max(0, ms))} ms`;
  if (seconds < 90) return `${digits(Number(seconds.toFixed(seconds < 10 ? 1 : 0)))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
};

export const formatAgo = (at: string | null, now: number): string => {
  if (at === null) return 'never';
  const ms = now - Date.parse(at);
  return ms < 2_000 ? 'now' : `${formatDuration(Math.round(ms / 1000) * 1000)} ago`;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** `14:02:51 UTC`; with the day when it was another one. UTC, because people in several places look at it. */
export const formatClock = (at: string, now: number): string => {
  const date = new Date(at);
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} UTC`;
  const day = at.slice(0, 10);
  return day === new Date(now).toISOString().slice(0, 10) ? clock : `${day} ${clock}`;
};

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** "an operator", "a viewer": for words that begin as they are spoken. */
export const withArticle = (word: string): string => `${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word}`;

/** "db-07, web-112 and 3 more". */
export const listed = (names: readonly string[], most = 3): string => {
  if (names.length <= most) {
    const last = names.at(-1) ?? '';
    return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
  }
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
};
