import { type Unit } from '@fleetscope/contracts';

/** The one formatter of numbers: the same digits everywhere, so that columns align and two texts agree. */
const digitsFor = (value: number): number => {
  const size = Math.abs(value);
  if (size === 0 || size >= 10) return 0;
  return size >= 1 ? 1 : size >= 0.01 ? 2 : 4;
};

const grouped = (text: string): string => {
  if (text.length < 4) return text;
  const [whole = '', fraction] = text.split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
};

const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** `1234.5` → `1,235`; `9.96` → `10`; `0.034` → `0.03`. */
export const formatNumber = (value: number, extraDigits = 0): string => {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : '?';
  if (value >= 0 && value < 1000 && Number.isInteger(value)) return value === 0 ? '0' : String(value);
  if (value >= 10 && value < 999 && extraDigits === 0) return String(Math.round(value));
  const text = trimmed(value.toFixed(Math.min(digitsFor(value) + extraDigits, 10)));
  const shown = text === '-0' ? '0' : text;
  return grouped(shown);
};

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;
const DECIMAL = ['', 'k', 'M', 'G', 'T', 'P'] as const;

const scaled = (value: number, base: number, last: number): [number, number] => {
  let size = value;
  let step = 0;
  while (Math.abs(size) >= base && step < last) {
    size /= base;
    step += 1;
  }
  return [size, step];
};

/** `47.2, 'ms'` → `47 ms`; bytes in powers of 1024, bits in powers of 1000. */
export const formatValue = (value: number, unit: Unit, extraDigits = 0): string => {
  const number = (n: number): string => formatNumber(n, extraDigits);
  switch (unit) {
    case '%':
      return `${number(value)} %`;
    case 'ms':
      return Math.abs(value) >= 10_000 ? `${number(value / 1000)} s` : `${number(value)} ms`;
    case 's':
      return Math.abs(value) >= 5400
        ? `${number(value / 3600)} h`
        : Math.abs(value) >= 120
          ? `${number(value / 60)} min`
          : `${number(value)} s`;
    case 'B':
    case 'B/s': {
      const [size, step] = scaled(value, 1024, BINARY.length - 1);
      return `${number(size)} ${BINARY[step] ?? ''}${unit === 'B/s' ? '/s' : ''}`;
    }
    case 'bit/s': {
      const [size, step] = scaled(value, 1000, DECIMAL.length - 1);
      return `${number(size)} ${DECIMAL[step] ?? ''}bit/s`;
    }
    case '1':
      return number(value);
    case '1/s':
      return `${number(value)}/s`;
  }
};

/** Twice as large and not minute: no rounding makes them look equal. */
const areFarApart = (a: number, b: number): boolean => {
  const larger = Math.max(Math.abs(a), Math.abs(b));
  return larger >= 1 && Math.abs(a - b) > larger / 2;
};

/** A value beside the bound it crossed: with one digit more where rounding would make them look equal. */
export const formatBeside = (value: number, bound: number | null, unit: Unit): string => {
  if (bound === null || value === bound || areFarApart(value, bound)) return formatValue(value, unit);
  for (const extra of [0, 1, 2]) {
    const text = formatValue(value, unit, extra);
    if (text !== formatValue(bound, unit, extra)) return text;
  }
  return formatValue(value, unit, 3);
};

/** `+142`, for counts over the window. */
export const formatCount = (count: number): string =>
  `+${formatNumber(Math.abs(count) < 10 ? Math.round(count * 10) / 10 : Math.round(count))}`;

/** `2.4` → `2.4×`. */
export const formatMultiple = (multiple: number): string => `${formatNumber(multiple)}×`;

/** `a`, `a and b`, `a, b and 3 more`. */
export const formatList = (items: readonly string[], limit = 5): string => {
  if (items.length > limit) return `${items.slice(0, limit).join(', ')} and ${formatNumber(items.length - limit)} more`;
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] ?? ''}`;
};

/** `1 host`, `3 hosts`. */
export const formatPlural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;
