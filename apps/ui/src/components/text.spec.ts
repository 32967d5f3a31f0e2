import { excerptOf, lineRanges } from './excerpt';
import { formatAgo, formatBytes, formatClock, formatDuration, formatValue, listed, valueParts } from './format';
import { linesOf, visibleText } from './visible-text';

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

describe('text of a host', () => {
  it('shows what would move the cursor or reorder the line', () => {
    expect(visibleText('a\u001b[31mred\u0007')).toBe('a␛[31mred␇');
    expect(visibleText('user\u202etxt.exe')).toBe('user▯txt.exe');
  });
  it('leaves tabs and every other letter alone', () => {
    expect(visibleText('<b>\tÄ 統計 &amp;')).toBe('<b>\tÄ 統計 &amp;');
  });
  it('numbers lines as the parsers do', () => {
    expect(linesOf('a\r\n\nb\n')).toEqual(['a', '', 'b']);
    expect(linesOf('')).toEqual([]);
  });
});

describe('excerptOf', () => {
  const iostat = [
    'Linux 6.1 (vm)',
    '',
    'Device r/s w_await',
    'sda 1.0 0.1',
    'sdb 2.0 0.2',
    'nvme0n1 412 61.8',
    'nvme1n1 3.0 0.3',
  ];
  it('keeps the names of the columns with the marked line', () => {
    expect(excerptOf(iostat, [6])).toEqual([
      { kind: 'line', number: 3, text: 'Device r/s w_await', marked: false },
      { kind: 'gap', lines: 1 },
      { kind: 'line', number: 5, text: 'sdb 2.0 0.2', marked: false },
      { kind: 'line', number: 6, text: 'nvme0n1 412 61.8', marked: true },
      { kind: 'line', number: 7, text: 'nvme1n1 3.0 0.3', marked: false },
    ]);
  });
  it('takes the file that was read for the header, where several were', () => {
    const first = excerptOf(['@@ /proc/pressure/cpu 1.0', 'x', 'x', 'some avg10=70 avg60=5 total=6'], [4])[0];
    expect(first).toMatchObject({ number: 1 });
  });
  it('passes over lines that are not there, and stays short', () => {
    expect(excerptOf(iostat, [0, 99])).toEqual([]);
    const many = Array.from({ length: 500 }, (_, i) => `line ${i}`);
    expect(
      excerptOf(
        many,
        many.map((_, i) => i + 1),
      ).length,
    ).toBeLessThanOrEqual(16);
  });
});

describe('lineRanges', () => {
  it.each([
    [[31, 32, 33, 40], '31–33, 40'],
    [[5, 3, 3], '3, 5'],
    [[], ''],
    [[1, 3, 5, 7, 9], '1, 3, 5, 7 …'],
  ])('%j is %s', (numbers, text) => {
    expect(lineRanges(numbers)).toBe(text);
  });
});
