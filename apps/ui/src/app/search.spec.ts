import { fleetSearch, investigationSearch, loginSearch, toggled } from './search';
import { mayActAs } from './roles';

describe('search parameters', () => {
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', ''])(
    'login never leads to %j',
    (to) => {
      expect(loginSearch({ to })).toEqual({});
    },
  );
  it('login leads back to a page of ours', () => {
    expect(loginSearch({ to: '/investigations/x?host=a' })).toEqual({ to: '/investigations/x?host=a' });
  });
  it('reads text that looks like a number as text, and leaves out what is none', () => {
    expect(fleetSearch({ q: 12, sort: 'speed', class: ['a'] })).toEqual({ q: '12' });
    expect(investigationSearch({ findings: 'true', host: 'db-07', at: 'disk.saturation' })).toEqual({
      findings: true,
      host: 'db-07',
      at: 'disk.saturation',
    });
  });
  it('puts a chip in and takes it out', () => {
    expect(toggled(undefined, 'web')).toBe('web');
    expect(toggled('web,db', 'web')).toBe('db');
    expect(toggled('db', 'db')).toBeUndefined();
  });
});

describe('roles', () => {
  it('lets a higher role do what a lower one may', () => {
    expect(mayActAs('admin', 'operator')).toBe(true);
    expect(mayActAs('viewer', 'operator')).toBe(false);
  });
});
