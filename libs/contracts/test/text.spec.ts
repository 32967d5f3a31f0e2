import { excerptOf, lineRanges } from '../src/excerpt';
import { linesOf, visibleText } from '../src/visible-text';

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
