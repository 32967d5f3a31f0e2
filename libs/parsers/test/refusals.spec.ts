import { createParser, ParseError, PARSERS, parseText } from '../src';
import { contextOf, fixtures } from './fixtures';

const FOREIGN = [
  'bash: line 1: iostat: command not found\n',
  'Lorem ipsum dolor sit amet,\nconsectetur adipiscing elit, sed do eiusmod\n',
  '<html><body><h1>502 Bad Gateway</h1></body></html>\n',
  'sudo: a password is required\n',
];

describe('what is not the tool’s output', () => {
  for (const [id, definition] of PARSERS) {
    it(`${id}: an empty text is ${definition.allowsEmpty ? 'an answer' : 'refused'}`, () => {
      if (definition.allowsEmpty) expect(parseText(id, '', contextOf()).issues).toEqual([]);
      else expect(() => parseText(id, '', contextOf())).toThrow(ParseError);
    });
    it.each(FOREIGN)(`${id}: refuses %j`, (text) => {
      expect(() => parseText(id, text, contextOf())).toThrow(ParseError);
    });
  }

  it('names the line and what was expected', () => {
    const refused = (): unknown => parseText('iostat', '\nsudo: a password is required\n', contextOf());
    expect(refused).toThrow(
      'not iostat output: expected a heading avg-cpu: or Device, but line 2 is "sudo: a password is required"',
    );
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({ parser: 'iostat', line: 2, text: 'sudo: a password is required' });
    }
  });

  it('has no parser of an unknown id', () => expect(() => createParser('nothing', contextOf())).toThrow(RangeError));
});

describe('truncated texts', () => {
  for (const { parser, name, text } of fixtures()) {
    it(`${name}: no cut invents a value`, () => {
      for (const share of [0.3, 0.6, 0.95]) {
        const cut = text.slice(0, Math.floor(text.length * share));
        const whole = cut.slice(0, cut.lastIndexOf('\n') + 1);
        try {
          const result = parseText(parser, whole, contextOf(name));
          const complete = parseText(parser, text, contextOf(name));
          expect(result.rows.length).toBeLessThanOrEqual(complete.rows.length + 1);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }
    });
  }
});
