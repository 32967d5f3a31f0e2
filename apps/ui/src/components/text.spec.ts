import {
  formatAgo,
  formatBytes,
  formatClock,
  formatDuration,
  formatValue,
  listed,
  valueParts,
  withArticle,
} from './format';

const nb = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  it.each([
    [null, '%', '–'],
    [0, '%', '0 %'],
    [47.16, 'ms', '47.2 ms'],
    [0.0375, 'ms', '0.04 ms'],
    [0.0004, 'ms', '0.0004 ms'],
    [44_118_016, 'B', '42.1 MiB'],
    [1_536, 'B/s', '1.5 KiB/s'],
    [10e9, 'bit/s', '10 Gbit/s'],
    [9, '1', '9'],
    [142, '1/s', '142/s'],
    [-3, '%', '-3 %'],
  ])('%j %s is %s', (value, unit, text) => {
    expect(nb(formatValue(value, unit))).toBe(text);
  });
  it('takes number and unit apart', () => {
    expect(valueParts(2048, 'B')).toEqual({ number: '2', unit: 'KiB' });
  });
  it('never says a size it does not know the unit of', () => {
    expect(formatBytes(1024 ** 5)).toBe('1,024 TiB');
  });
});

describe('times', () => {
  it.each([
    [40, '40 ms'],
    [9_940, '9.9 s'],
    [61_000, '61 s'],
    [120_000, '2 min'],
    [7_200_000, '2 h'],
    [3 * 86_400_000, '3 d'],
    [-5, '0 ms'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
  it('names the day only when it is another one', () => {
    const now = Date.parse('2026-05-02T10:00:00Z');
    expect(formatClock('2026-05-02T09:00:01.000Z', now)).toBe('09:00:01 UTC');
    expect(formatClock('2026-05-01T23:00:01.000Z', now)).toBe('2026-05-01 23:00:01 UTC');
    expect(formatAgo(null, now)).toBe('never');
  });
});

describe('listed', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('%j is "%s"', (names, text) => {
    expect(listed(names)).toBe(text);
  });
});

it('a role is said with its article', () => {
  expect(['viewer', 'operator', 'commander', 'admin'].map(withArticle)).toEqual([
    'a viewer',
    'an operator',
    'a commander',
    'an admin',
  ]);
});
