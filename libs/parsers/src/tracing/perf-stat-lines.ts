import { isInteger, NumberReader } from '../core/numbers';

/** One counter of perf stat, whichever form it was printed in. */
export interface PerfCounter {
  /** Null on lines that only add a metric to the counter above. */
  readonly event: string | null;
  /** Null for `<not counted>` and `<not supported>`. */
  readonly value: number | null;
  readonly unit: string | null;
  /** Share of the time the counter was on the hardware, %. */
  readonly running: number | null;
  readonly metric: number | null;
  readonly metricUnit: string | null;
  /** CPU, core or socket it is of; null for the sum. */
  readonly scope: string | null;
  /** Seconds since the begin, with -I. */
  readonly interval: number | null;
}

const hasLetter = (text: string): boolean => {
  for (const char of text) if (char.toLowerCase() !== char.toUpperCase()) return true;
  return false;
};

const MARKS = new Set(['.', ',', '’', '\u202f', '\u00a0', "'"]);

/** Which mark of a printed number is the decimal one: the one that is followed by other than three digits. */
export const decimalMark = (words: readonly string[]): '.' | ',' | null => {
  for (const word of words) {
    let at = -1;
    let digits = true;
    for (let i = 0; i < word.length; i++) {
      const char = word.charAt(i);
      if (char === '.' || char === ',') at = i;
      else if (!(char >= '0' && char <= '9') && !MARKS.has(char)) digits = false;
    }
    if (at > 0 && digits && at < word.length - 1 && word.length - at - 1 !== 3) return word[at] === ',' ? ',' : '.';
  }
  return null;
};

/** A number with thousands separated as the locale does. */
export const groupedNumber = (word: string, decimal: '.' | ','): number | null => {
  let plain = '';
  for (const char of word) if (char === decimal || !MARKS.has(char)) plain += char;
  return new NumberReader(decimal).number(plain);
};

const NOTHING = {
  event: null,
  value: null,
  unit: null,
  running: null,
  metric: null,
  metricUnit: null,
  scope: null,
  interval: null,
};

/** `S0-D0-C0`, `CPU3`, `S0`: the word a line of -A, --per-core or --per-socket begins with. */
const isScope = (word: string): boolean => {
  const letters = ['CPU', 'S', 'N', 'D'].find(
    (start) => word.startsWith(start) && isInteger(word.charAt(start.length)),
  );
  return letters !== undefined;
};

/** The human-readable form. */
export const textCounter = (line: string, decimal: '.' | ','): PerfCounter | null => {
  const hash = line.indexOf('#');
  let left = hash === -1 ? line : line.slice(0, hash);
  let right = hash === -1 ? '' : line.slice(hash + 1);
  const [share, withoutShare] = trailingShare(hash === -1 ? left : right);
  if (hash === -1) left = withoutShare;
  else right = withoutShare;
  const number = (word: string | undefined): number | null =>
    word === undefined ? null : groupedNumber(word.replace('%', ''), decimal);
  const comment = right.split(' ').filter(Boolean);
  const metric = comment.length > 1 ? number(comment[0]) : null;
  const rest = (comment[0] ?? '').endsWith('%') ? comment : comment.slice(1);
  const described = { running: share, metric, metricUnit: metric === null ? null : unitOf(rest) };
  const tokens = left
    .replace('<not supported>', '<not-supported>')
    .replace('<not counted>', '<not-counted>')
    .split(' ')
    .filter(Boolean);
  if (tokens.length === 0) return hash === -1 || metric === null ? null : { ...NOTHING, ...described };
  if (isScope(tokens[0] ?? '') && tokens.slice(1).every(isInteger)) {
    return metric === null ? null : { ...NOTHING, ...described, scope: tokens[0] ?? null };
  }
  const event = tokens.pop() ?? '';
  if (!hasLetter(event)) return null;
  const unit =
    tokens.length > 1 && hasLetter(tokens[tokens.length - 1] ?? '') && !(tokens.at(-1) ?? '').startsWith('<')
      ? (tokens.pop() ?? null)
      : null;
  const printed = tokens.pop();
  if (printed === undefined) return null;
  const value = number(printed);
  if (value === null && !printed.startsWith('<not-')) return null;
  const scopeAt = tokens.findIndex(isScope);
  const interval = tokens[0] !== undefined && scopeAt !== 0 ? number(tokens[0]) : null;
  return { ...described, event, value, unit, scope: scopeAt === -1 ? null : (tokens[scopeAt] ?? null), interval };
};

const unitOf = (words: readonly string[]): string => words.map((word) => (word.endsWith('%') ? '%' : word)).join(' ');

/** `(90.98%)` at the end of a line; `[83%]` in perf 3.x; `( +- 1.70% )` of -r is a variance and not meant. */
const trailingShare = (text: string): [number | null, string] => {
  const plain = text.trimEnd();
  const close = plain.at(-1);
  if (close !== ')' && close !== ']') return [null, plain];
  const open = plain.lastIndexOf(close === ')' ? '(' : '[');
  if (open === -1) return [null, plain];
  const inside = plain.slice(open + 1, -1).trim();
  const before = plain.slice(0, open).trimEnd();
  if (inside.startsWith('+-')) {
    const [share] = trailingShare(before);
    return [share, before];
  }
  return inside.endsWith('%') ? [new NumberReader().number(inside), before] : [null, plain];
};

/** -x: the event is the first word after the second field that follows a unit or an empty field. */
export const separatedCounter = (fields: readonly string[], reader: NumberReader): PerfCounter | null => {
  let at = -1;
  for (let i = 2; i < fields.length; i++) {
    const before = fields[i - 1] ?? '';
    if (hasLetter(fields[i] ?? '') && (before === '' || hasLetter(before)) && !(fields[i - 2] ?? '').startsWith('S')) {
      at = i;
      break;
    }
  }
  const first = (fields[0] ?? '').trim();
  const scope = fields.slice(0, 2).find(isScope) ?? null;
  const interval = !isScope(first) && at >= 3 ? reader.number(first) : null;
  const isMetricLine = at === -1 || fields[at - 2] === '';
  if (isMetricLine) {
    const metric = reader.number(fields[fields.length - 2] ?? '');
    return metric === null
      ? null
      : { ...NOTHING, scope, interval, metric, metricUnit: fields[fields.length - 1] ?? null };
  }
  // -r adds the variance behind the event.
  const after = fields.slice(at + 1).filter((field, i) => !(i === 0 && field.endsWith('%')));
  const value = reader.number(fields[at - 2] ?? '');
  if (value === null && !(fields[at - 2] ?? '').startsWith('<not')) return null;
  return {
    event: fields[at] ?? null,
    value,
    unit: fields[at - 1] || null,
    running: reader.number(after[1] ?? ''),
    metric: reader.number(after[2] ?? ''),
    metricUnit: after[3] || null,
    scope,
    interval,
  };
};

/** -j: an object a line. It is no JSON where the locale has decimal commas, so its members are read by their quotes. */
export const jsonCounter = (line: string, reader: NumberReader): PerfCounter | null => {
  const members = new Map<string, string>();
  for (const part of line.trim().slice(1, -1).split(', "')) {
    const [key, ...value] = part.split(' : ');
    if (key === undefined || value.length === 0) continue;
    const bare = value.join(' : ').trim();
    members.set(key.split('"').join(''), bare.startsWith('"') ? bare.slice(1, -1) : bare);
  }
  const number = (key: string): number | null => reader.number(members.get(key) ?? '');
  const event = members.get('event') ?? null;
  if (event === null && number('metric-value') === null) return null;
  return {
    event,
    value: number('counter-value'),
    unit: members.get('unit') || null,
    running: number('pcnt-running'),
    metric: number('metric-value'),
    metricUnit: members.get('metric-unit') ?? null,
    scope: members.get('cpu') ?? members.get('core') ?? members.get('socket') ?? null,
    interval: number('interval'),
  };
};
