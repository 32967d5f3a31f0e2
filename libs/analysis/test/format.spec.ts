import { type Unit } from '@fleetscope/contracts';
import { formatBeside, formatCount, formatList, formatNumber, formatPlural, formatValue } from '../src';

describe('format', () => {
  it.each<[number, Unit, string]>([
    [47.2, 'ms', '47 ms'],
    [0.034, 'ms', '0.03 ms'],
    [12_345, 'ms', '12 s'],
    [99.4, '%', '99 %'],
    [1.1, '%', '1.1 %'],
    [0, '%', '0 %'],
    [0.0042, '%', '0.0042 %'],
    [1536, 'B', '1.5 KiB'],
    [3 * 1024 ** 3, 'B/s', '3 GiB/s'],
    [1e10, 'bit/s', '10 Gbit/s'],
    [1234567, '1', '1,234,567'],
    [1200, '1/s', '1,200/s'],
    [3600, 's', '60 min'],
    [7200, 's', '2 h'],
  ])('%d %s is %s', (value, unit, text) => expect(formatValue(value, unit)).toBe(text));

  it('keeps numbers plain', () => {
    expect([formatNumber(9.96), formatNumber(-0.0001), formatNumber(1e21 / 1e18), formatNumber(Infinity)]).toEqual([
      '10',
      '-0.0001',
      '1,000',
      '∞',
    ]);
    expect([formatCount(142), formatCount(2.04), formatCount(1234)]).toEqual(['+142', '+2', '+1,234']);
  });

  it('tells a value from the bound it crossed', () => {
    expect(formatBeside(80.1, 80, '%')).toBe('80.1 %');
    expect(formatBeside(91.3, 80, '%')).toBe('91 %');
    expect(formatBeside(80, 80, '%')).toBe('80 %');
  });

  it('lists', () => {
    expect([formatList([]), formatList(['a']), formatList(['a', 'b', 'c']), formatList(['a', 'b', 'c'], 2)]).toEqual([
      '',
      'a',
      'a, b and c',
      'a, b and 1 more',
    ]);
    expect([formatPlural(1, 'host'), formatPlural(2, 'process', 'processes')]).toEqual(['1 host', '2 processes']);
  });
});
