import { shellQuote } from './shell-quote';

describe('shellQuote', () => {
  it.each([
    ['vmstat', 'vmstat'],
    ['DEV,EDEV', 'DEV,EDEV'],
    ['', "''"],
    ["it's", "'it'\\''s'"],
    ['a b', "'a b'"],
    ['$(rm -rf /)', "'$(rm -rf /)'"],
    ['~root', "'~root'"],
    ['a\nb', "'a\nb'"],
  ])('%j becomes %s', (text, quoted) => expect(shellQuote(text)).toBe(quoted));

  it('refuses a NUL byte', () => expect(() => shellQuote('a\0b')).toThrow(TypeError));
});
